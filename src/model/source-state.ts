import type { Snapshot } from './snapshot.ts';

/** Where one source stands at a point in time. */
export interface SourceState {
  readonly source: string;
  readonly latest: Snapshot;
  /** The last one that read everything. */
  readonly latestComplete?: Snapshot;
  /** Units that say something, and were not read by the latest snapshot. */
  readonly unreadUnits: number;
  /** Units that say something of principals, credentials, grants or trusts. */
  readonly tellingUnits: number;
}
