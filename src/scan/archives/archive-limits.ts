/** What is the most that one file may hold, together with all the archives inside of it. */
export interface ArchiveLimits {
  /** Archives within archives; a compressed file counts as one. */
  readonly depth: number;
  readonly members: number;
  /** Bytes that everything in the file expands to. */
  readonly expandedSize: number;
  /** How many times larger than the file that may be, once it is large at all. */
  readonly ratio: number;
  readonly seconds: number;
}

/** The defaults of `scan.archive_limits`. */
export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  depth: 8,
  members: 500_000,
  expandedSize: 4 * 1024 ** 3,
  ratio: 200,
  seconds: 120,
};
