import type { JsonObject } from './json.ts';
import type { Location } from './location.ts';

/**
 * What somebody else says of a row: a provider's own analysis, a record of what was called. It is evidence beside our view and
 * changes nothing in it; each source is wrong in its own way, so each says how sure it is and for which time.
 */
export interface Observation {
  /** Which export says so: `aws-access-advisor`, `aws-access-analyzer`, `aws-cloudtrail` … */
  readonly source: string;
  /** `activity`, or what the source calls its finding: `ExternalAccess`, `UnusedPermission` … */
  readonly kind: string;
  /** The source's own id of it. */
  readonly id?: string;
  /** The source's own view of its state: `ACTIVE`, `ARCHIVED`, `RESOLVED`. */
  readonly status?: string;
  /** The time that it speaks of (ISO 8601). */
  readonly from?: string;
  readonly asOf?: string;
  readonly confidence: 'high' | 'medium' | 'low';
  /**
   * Last use (ISO 8601) by action, or by service as `s3:*` where the source tells no more; null: tracked, and not used in that
   * time. What is not in here is not known to be unused.
   */
  readonly actions?: Readonly<Record<string, string | null>>;
  readonly detail?: JsonObject;
  readonly location: Location;
}
