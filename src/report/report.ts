import type { Finding, Severity } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';
import type { StaticSecret } from '../model/static-secret.ts';

/** The findings of one subject: the one to act on, and what else is said of the same subject or follows from it. */
export interface FindingGroup {
  readonly primary: Finding;
  readonly secondary: readonly Finding[];
}

/** A finding that was accepted in the baseline. */
export interface AcceptedFinding {
  readonly finding: Finding;
  readonly reason: string;
  readonly owner: string;
  /** ISO 8601 date. */
  readonly expires: string;
}

/** What the reporters need to know of a rule. */
export interface ReportedRule {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  readonly nhi: string;
  readonly remediation: string;
  readonly controls: Readonly<Record<string, readonly string[]>>;
}

/** What the rule that found a secret says of such secrets. */
export interface ReportedSecretRule {
  readonly vendorName: string;
  /** The vendor's documentation of the credential. */
  readonly docs: string;
  /** Where the vendor says how it is taken back. */
  readonly revoke?: string;
  /** What whoever has it can do with it. */
  readonly opens?: string;
}

/** The outcome of a scan or a check, as the reporters print it. */
export interface Report {
  readonly command: 'scan' | 'check';
  readonly version: string;
  /** ISO 8601. */
  readonly at: string;
  /** Empty when everything that was asked for was read and evaluated. */
  readonly problems: readonly Problem[];
  readonly groups: readonly FindingGroup[];
  readonly accepted: readonly AcceptedFinding[];
  /**
   * What to know besides: changes to the gate itself (configuration, policies, baseline), which count after the merge, and
   * what suppresses findings and is of no use. The exit code does not tell of them.
   */
  readonly notices: readonly { readonly message: string; readonly location: Location }[];
  readonly threshold: Severity | 'none';
  readonly policyRevision: string;
  readonly rules: readonly ReportedRule[];
  /** Static secrets: for a scan all of the view, for a check those that its findings are about. */
  readonly secrets: readonly StaticSecret[];
  /** By rule. */
  readonly secretRules: ReadonlyMap<string, ReportedSecretRule>;
  /** What was read, for a scan: files by format. */
  readonly read: readonly { readonly scanner: string; readonly format: string; readonly files: number }[];
  /** The view, for a scan. */
  readonly inventory?: Inventory;
  /** The worst path found, as lines for people. */
  readonly worstPath?: readonly string[];
}

/** One way to print a report: one file, one line in `reporters.ts`. */
export interface Reporter {
  readonly id: string;
  readonly title: string;
  /** @returns the whole output in pieces, the last of which ends in a newline: an inventory can be more than one text holds. */
  render(report: Report, options: { readonly color: boolean }): Iterable<string> & object;
}
