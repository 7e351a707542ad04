import type { Severity } from '../model/finding.ts';

/** A rule's METADATA block, package scope, as `rego/` requires it of every finding. */
export interface RuleMetadata {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly severity: Severity;
  /** Sentence with `{name}` places that the finding's `detail` fills. */
  readonly message: string;
  readonly remediation: string;
  readonly nhi: string;
  readonly platforms: readonly string[];
  /** Rules that make this one secondary on the same subject; `*` for any (METADATA `custom.depends_on`). */
  readonly dependsOn: readonly string[];
  readonly controls: Readonly<Record<string, readonly string[]>>;
}
