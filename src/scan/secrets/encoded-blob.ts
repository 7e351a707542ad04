const SHORTEST_LINE = 48;
const REACH = 200;

/**
 * Whether a place is in a long piece of base64: a certificate, an image, a hash list. Anything turns up in there, also
 * what looks like the beginning of a token.
 *
 * @param text - bytes seen as Latin-1.
 */
export function isInsideBlob(text: string, start: number, end: number): boolean {
  const before = lastLine(text, start);
  const behind = firstLine(text, end);
  const line = bare(before + text.slice(start, end) + behind);
  if (!isBlobLine(line)) return hasBlobAround(text, start, end);
  if (line.length > end - start + 16) return true;
  const previous = lastLine(text, Math.max(0, start - before.length - 1));
  return isBlobLine(bare(firstLine(text, end + behind.length + 1))) || isBlobLine(bare(previous));
}

/** On one long line: base64 with its marks on both sides of the place, and no end near. */
function hasBlobAround(text: string, start: number, end: number): boolean {
  const before = /[A-Za-z0-9+/]*$/.exec(text.slice(Math.max(0, start - REACH), start))?.[0] ?? '';
  const after = /^[A-Za-z0-9+/]*/.exec(text.slice(end, end + REACH))?.[0] ?? '';
  return before.length + after.length >= SHORTEST_LINE && /[+/]/.test(before + after) && !/\/\//.test(before);
}

function isBlobLine(line: string): boolean {
  return line.length >= SHORTEST_LINE && /^[A-Za-z0-9+/]+={0,2}$/.test(line);
}

/** Without what surrounds the lines of a string that is written over several. */
function bare(line: string): string {
  return line.replaceAll(/^[\s"'`+]+|(?:\\[nr])*["'`,+;\s\\]*$/g, '');
}

/** What stands on the same line before a place, as far as it is looked at; lines have no end where a program wrote them. */
function lastLine(text: string, end: number): string {
  const near = text.slice(Math.max(0, end - REACH), end);
  return near.slice(near.lastIndexOf('\n') + 1);
}

/** What stands on the same line behind a place. */
function firstLine(text: string, start: number): string {
  const near = text.slice(start, start + REACH);
  const end = near.indexOf('\n');
  return end < 0 ? near : near.slice(0, end);
}
