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
  /** Where the id of the credential stands that a secret belongs to, when that is on another line. */
  readonly idLine?: number;
  /** In an export of messages or issues: which one it is, as people there name it (`#ops 1700000000.000100`, `SHOP-12 comment 3`); in an image that was saved: its names (`acme/app:1.2`). */
  readonly item?: string;
  /** For a place that is written in another form: which, from the outside in (`base64>percent`). */
  readonly encoding?: string;
  /** For a place in history: the commit that brought it, and whether the newest commit still has it. */
  readonly commit?: string;
  readonly author?: string;
  /** ISO 8601. */
  readonly date?: string;
  readonly removedBy?: string;
}

/** `path:line:column`, as far as it is known; a commit goes in front as `abc1234:`, an item of an export follows in brackets. */
export function formatLocation(location: Location): string {
  const commit = location.commit === undefined ? '' : `${shortCommit(location.commit)}:`;
  const line = location.line === undefined ? '' : `:${location.line}`;
  const column = location.column === undefined ? '' : `:${location.column}`;
  const item = location.item === undefined ? '' : ` (${location.item})`;
  return `${commit}${location.path}${line}${column}${item}`;
}

/** As much of a commit's hash as tells it from others. */
export function shortCommit(hash: string): string {
  return hash.slice(0, 10);
}
