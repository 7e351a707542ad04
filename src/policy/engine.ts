import type { Decision } from '../model/access-request.ts';
import type { RawFinding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { RuleMetadata } from './metadata.ts';

/**
 * Evaluates compiled policies in worker threads with a deadline. Every method rejects with an AppError when the policy
 * errs, a builtin is missing, the answer is undefined or malformed, or the deadline passes: the issuer turns that into
 * a deny and a check into exit 3.
 */
export interface PolicyEngine {
  /** `sha256:…` over the sources, the data and the compiler. */
  readonly revision: string;
  /** What METADATA says of each rule, by id. */
  readonly rules: ReadonlyMap<string, RuleMetadata>;
  /** `lapse/findings/all` and the user's `custom` rules. Input: see `schemas/finding-input.json`. */
  findings(input: JsonObject): Promise<readonly RawFinding[]>;
  /** `lapse/access/decision`, combined with the user's access rules (deny wins, then escalate). */
  decide(input: JsonObject): Promise<Decision>;
  /** `lapse/alerts/all`. */
  alerts(input: JsonObject): Promise<readonly RawFinding[]>;
  /** `lapse/drift/all`. */
  drift(input: JsonObject): Promise<readonly RawFinding[]>;
  close(): Promise<void>;
}
