import type { RegoValue } from '../evaluation/value.ts';

/** What one evaluation gives its builtins. */
export interface EvaluationContext {
  /** Nanoseconds since 1970: the clock stands still within an evaluation. */
  readonly now: bigint;
  /** Answers of builtins that would differ from call to call, by call. */
  readonly memory: Map<string, string | undefined>;
  /** Errors of builtins are no value, as in OPA by default, and as in no decision of lapse. */
  readonly lenient?: boolean;
}

/**
 * A builtin in TypeScript, for what OPA's WASM runtime lacks and policies call often. It answers what OPA answers, or
 * throws `LeftToOpa`: errors in operands, and whatever is rare, is for OPA's own code to judge. `undefined` is no value, which
 * is no error.
 */
export type Builtin = (operands: readonly RegoValue[], context: EvaluationContext) => RegoValue | undefined;

/** The call goes to OPA's own code in the compiler artifact. */
export class LeftToOpa extends Error {
  override readonly name = 'LeftToOpa';
}
