/** A comment that suppresses, as it stands in a text. */
export interface AllowComment {
  /** Whether it is for the line below it (`lapse:allow-next-line`), not for its own. */
  readonly nextLine: boolean;
  /** Without a reason it suppresses nothing: it would be a way to be rid of findings. */
  readonly hasReason: boolean;
  /** Whether it stands behind what begins a comment in some language: elsewhere it may be prose about such comments. */
  readonly inComment: boolean;
}

/** What leads to these comments, in lower case. */
export const ALLOW_KEYWORD = 'lapse:allow';

const COMMENT = /lapse:allow(-next-line)?(?![\w-])([ \t:]{1,8}[^\n]{0,80}?[A-Za-z\x80-\xff]{2})?/iy;
const OPENING = /(?:#|\/\/|\/\*|\*|--|<!--|;|%|\{-|\(\*|'|"|\b(?:rem|dnl))[ \t]*$/i;

/**
 * Reads the comment whose keyword stands at `start`.
 *
 * @param text - bytes seen as Latin-1.
 * @returns undefined for a longer word.
 */
export function readAllowComment(text: string, start: number): AllowComment | undefined {
  COMMENT.lastIndex = start;
  const match = COMMENT.exec(text);
  if (match === null) return undefined;
  return {
    nextLine: match[1] !== undefined,
    hasReason: match[2] !== undefined,
    inComment: OPENING.test(text.slice(Math.max(0, start - 16), start)),
  };
}

/** A comment with its place: its offset in the whole text, line and column from 1. */
export interface PlacedComment extends AllowComment {
  readonly start: number;
  readonly line: number;
  readonly column: number;
}

/** What was found, parted by the comments of the same text. */
interface Parted<T> {
  readonly kept: readonly T[];
  readonly suppressed: readonly T[];
  /** Comments that suppress something. */
  readonly used: ReadonlySet<PlacedComment>;
}

/** On one endless line, as of minified code, a comment is for what is near it. */
const REACH = 2_000;

/** Finds out which secrets are suppressed, and which comments it is that suppress. */
export function partByComments<T extends { readonly start: number; readonly line: number }>(
  found: readonly T[],
  comments: readonly PlacedComment[],
): Parted<T> {
  const byLine = new Map<number, PlacedComment[]>();
  for (const comment of comments.filter(({ hasReason }) => hasReason)) {
    const line = comment.line + (comment.nextLine ? 1 : 0);
    const known = byLine.get(line);
    if (known === undefined) byLine.set(line, [comment]);
    else known.push(comment);
  }
  const used = new Set<PlacedComment>();
  const parted = { kept: [] as T[], suppressed: [] as T[], used };
  for (const one of found) {
    const own = byLine.get(one.line)?.find(({ nextLine, start }) => nextLine || Math.abs(start - one.start) <= REACH);
    if (own !== undefined) used.add(own);
    (own === undefined ? parted.kept : parted.suppressed).push(one);
  }
  return parted;
}
