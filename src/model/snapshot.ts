import type { Location } from './location.ts';

/** Something that could not be read, by name and place. It makes its snapshot incomplete. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly location: Location;
}

/**
 * One scan's view of one source; immutable. `complete` is false when something that belongs to the source could not be
 * read or was outside of what was asked: rows of units that were not read stay as they were.
 */
export interface Snapshot {
  readonly id: number;
  /** `scanner:root`, such as `aws:git@example.com:org/repo`. */
  readonly source: string;
  /** ISO 8601. */
  readonly at: string;
  readonly complete: boolean;
  /** Number of units read. */
  readonly units: number;
  readonly problems: readonly Problem[];
  /** Of the policies that judged, for a snapshot of findings. */
  readonly revision?: string;
}
