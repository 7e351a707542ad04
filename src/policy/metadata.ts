import type { Severity } from '../model/finding.ts';

export type RuleFamily = 'finding' | 'alert' | 'drift';

/** A rule's METADATA block, package scope, as `rego/` requires it of every finding. */
export interface RuleMetadata {
  readonly id: string;
  /** What it is asked about: the inventory, an event of the audit log, or a change between two points in time. */
  readonly family: RuleFamily;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  /** Sentence with `{name}` places that the finding's `detail` fills. */
  readonly message: string;
  readonly remediation: string;
  readonly nhi: string;
  readonly platforms: readonly string[];
  /** Facts without which it says nothing, as paths into its input: `credential.usage` (METADATA `custom.needs`). */
  readonly needs: readonly string[];
  /** Rules that make this one secondary on the same subject; `*` for any (METADATA `custom.depends_on`). */
  readonly dependsOn: readonly string[];
  readonly controls: Readonly<Record<string, readonly string[]>>;
}
