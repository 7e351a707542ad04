import type { EntityKind } from '../model/entity.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Json } from '../model/json.ts';
import type { Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';
import type { SourceState } from '../model/source-state.ts';

/** What differs between two points in time, and how the numbers moved. */
export interface Drift {
  readonly from: DriftPoint;
  readonly to: DriftPoint;
  /** By entity and id. */
  readonly rows: readonly DriftRow[];
  /** What policies say of the rows (`rego/drift`), by rule. */
  readonly alerts: readonly Finding[];
  /** Rows that could not be judged. */
  readonly problems: readonly Problem[];
  readonly metrics: readonly DriftMetric[];
  readonly coverage: DriftCoverage;
  /** The policies changed in between: findings may differ because of that, and not because of the world. */
  readonly policyChanged: boolean;
}

/** A moment of the inventory. */
export interface DriftPoint {
  /** Number of the snapshot; 0 is before the first. */
  readonly snapshot: number;
  /** ISO 8601, of the snapshot; absent for 0. */
  readonly at?: string;
}

/**
 * - `reopened`: it was there, was gone at the earlier point, and is back.
 * - `not-seen`: it may well be there, but the latest scan did not look.
 */
export type DriftKind = 'added' | 'removed' | 'changed' | 'reopened' | 'not-seen';

/** One entity that differs. */
export interface DriftRow {
  readonly kind: DriftKind;
  readonly entity: EntityKind;
  /** Inventory id; of a finding its fingerprint. */
  readonly id: string;
  /** How people call it. */
  readonly name: string;
  /** Members that differ; only of what was changed. */
  readonly fields: readonly FieldChange[];
  /** The whole entity: of what was added or reopened as it is, of what was removed as it was. */
  readonly body?: Json;
  /** All of its changes are. */
  readonly minor: boolean;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly since: string;
  readonly lastSeen?: string;
  readonly sources: readonly string[];
  /** Of a finding. */
  readonly severity?: Severity;
  readonly location?: Location;
}

/** A side is absent where the member was not there. */
export interface FieldChange {
  readonly field: string;
  /** Places, last use or wording. */
  readonly minor: boolean;
  readonly before?: Json;
  readonly after?: Json;
}

/** A number at both points. */
export interface DriftMetric {
  readonly id: string;
  readonly title: string;
  readonly unit: 'count' | 'days' | 'percent';
  /** Null: there is nothing to count, or nobody knows. */
  readonly before: number | null;
  readonly after: number | null;
  readonly delta: number | null;
  /** Whether less of it is better; absent where neither is. */
  readonly better?: 'less' | 'more';
}

/** What the numbers rest on. */
export interface DriftCoverage {
  readonly before: readonly SourceState[];
  readonly after: readonly SourceState[];
  /** Why the numbers of the two points may not be comparable; empty when they are. */
  readonly notes: readonly CoverageNote[];
  /** Every source's latest snapshot at the later point read all of it. */
  readonly complete: boolean;
}

export interface CoverageNote {
  readonly source: string;
  /**
   * `new`: not looked at before the earlier point. `stale`: not looked at since the earlier point. `incomplete`: its latest
   * snapshot did not read everything. `complete-again`: it does now, and did not at the earlier point. `fewer-files`: files
   * that told of identities are gone, and what they told counts as removed; an export that is missing looks the same.
   */
  readonly kind: 'new' | 'stale' | 'incomplete' | 'complete-again' | 'fewer-files';
  /** When it was last looked at, ISO 8601. */
  readonly at: string;
  /** Units that were not read. */
  readonly unreadUnits: number;
  /** Units that told of identities at the earlier point, and do so at the later. */
  readonly tellingUnits: { readonly before: number; readonly after: number };
  readonly problems: number;
}
