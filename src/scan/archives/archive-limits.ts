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

/** What a configuration says of archives. */
interface ArchiveSettings {
  readonly archives: boolean;
  readonly archive_limits: {
    readonly depth?: number | undefined;
    readonly members?: number | undefined;
    readonly expanded_size?: number | undefined;
    readonly ratio?: number | undefined;
    readonly seconds?: number | undefined;
  };
}

/** The limits that a configuration asks for; undefined when archives are not to be looked into. */
export function archiveLimits({ archives, archive_limits: asked }: ArchiveSettings): ArchiveLimits | undefined {
  if (!archives) return undefined;
  const { depth, members, expandedSize, ratio, seconds } = DEFAULT_ARCHIVE_LIMITS;
  return {
    depth: asked.depth ?? depth,
    members: asked.members ?? members,
    expandedSize: asked.expanded_size ?? expandedSize,
    ratio: asked.ratio ?? ratio,
    seconds: asked.seconds ?? seconds,
  };
}
