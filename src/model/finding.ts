import type { Json, JsonObject } from './json.ts';
import type { Location } from './location.ts';

/** Most severe first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One fact that a finding rests on. */
export interface Evidence {
  readonly fact: string;
  readonly value: Json;
  readonly source?: string;
  readonly as_of?: string;
  readonly confidence?: string;
  readonly location?: Location;
}

/** What a policy answers for one subject; see `lapse/findings/all` in `rego/main.rego`. */
export interface RawFinding {
  readonly id: string;
  readonly subject: string;
  readonly detail: JsonObject;
  readonly evidence: readonly Evidence[];
  readonly remediation?: string;
  /** Where a rule raises or lowers its own level, by data. */
  readonly severity?: Severity;
}

/** A finding as reports print it: what the policy said, joined with what its METADATA says of the rule. */
export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** Inventory id. */
  readonly subject: string;
  /** How people call the subject. */
  readonly subjectName: string;
  /** One sentence, filled from `detail`. */
  readonly message: string;
  readonly detail: JsonObject;
  readonly evidence: readonly Evidence[];
  readonly remediation: string;
  readonly controls: Readonly<Record<string, readonly string[]>>;
  /** Where a reader should look first. */
  readonly location?: Location;
  /** Stable while the same rule says the same of the same subject, wherever the lines move. */
  readonly fingerprint: string;
}
