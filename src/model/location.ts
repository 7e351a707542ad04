/**
 * A place in something that was read. Lines and columns count from 1; columns are UTF-16 units, as editors count.
 */
export interface Location {
  /** Relative to the root of the scan, with `/`; or the path of an export as it was given. */
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  /** Exclusive end on the same line, for marking a range. */
  readonly endColumn?: number;
  /** For a place in history: the commit that brought it, and whether the newest commit still has it. */
  readonly commit?: string;
  readonly author?: string;
  /** ISO 8601. */
  readonly date?: string;
  readonly removedBy?: string;
}

/** `path:line:column`, as far as it is known; a commit goes in front as `abc1234:`. */
export function formatLocation(location: Location): string {
  const commit = location.commit === undefined ? '' : `${location.commit.slice(0, 10)}:`;
  const line = location.line === undefined ? '' : `:${location.line}`;
  const column = location.column === undefined ? '' : `:${location.column}`;
  return `${commit}${location.path}${line}${column}`;
}
