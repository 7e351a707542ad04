/**
 * A fact about use, with what is needed to judge it: providers' "last used" dates mislead, each in its own way.
 * An absent `lastUsedAt` means unknown unless `never` is true.
 */
export interface Usage {
  /** ISO 8601. */
  readonly lastUsedAt?: string;
  /** True when the source tracks use, and says that there was none. */
  readonly never?: boolean;
  readonly service?: string;
  readonly region?: string;
  /** Which export says so: `aws-credential-report`, `aws-access-key-last-used`, `aws-role-last-used` … */
  readonly source: string;
  /** When the source was made (ISO 8601), if it says so. */
  readonly asOf?: string;
  readonly confidence: 'high' | 'medium' | 'low';
}
