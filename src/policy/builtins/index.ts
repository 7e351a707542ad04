import type { Builtin } from './builtin.ts';

/** Builtins that run in TypeScript, by Rego name. Every other one runs in OPA's own code. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([]);
