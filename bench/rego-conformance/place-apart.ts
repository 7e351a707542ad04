import type { ConformanceCase } from './conformance-case.ts';

/** Texts, comments, and names with what stands before them. */
const TOKEN = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|#[^\n]*|(?<before>[.]\s*)?\b(?<name>[A-Za-z_]\w*)(?<space>\s*)/g;

/** Templates hold Rego in their text, METADATA in comments; and some cases ask where they are. */
const CANNOT_MOVE = /\$["`]|METADATA|\bimport\s+data\s*(?:$|\n|#|as)|\brego\.metadata/;

/**
 * Whether a case means the same below a path of its own in `data`. Then it can be compiled together with others, which is some
 * fifty times as fast as to compile it alone.
 */
export function canMove({ modules, query }: ConformanceCase): boolean {
  return ![...modules, query].some((text) => CANNOT_MOVE.test(text));
}

/** The same Rego one level further down: `data.a` becomes `data.<root>.a`, and so do its packages. */
export function moveBelow(root: string, rego: string): string {
  return rego.replace(TOKEN, (token: string, ...rest: readonly unknown[]) => {
    const { before, name, space } = groups(rest);
    if (before !== undefined) return token;
    if (name === 'data') return `data.${root}${space ?? ''}`;
    return name === 'package' ? `package ${root}.` : token;
  });
}

function groups(rest: readonly unknown[]): { before?: string; name?: string; space?: string } {
  const last = rest.at(-1);
  return typeof last === 'object' && last !== null ? last : {};
}
