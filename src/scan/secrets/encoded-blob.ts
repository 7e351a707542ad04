const SHORTEST_LINE = 48;
const REACH = 200;

/**
 * Whether a place is in a long piece of base64: a certificate, an image, a hash list. Anything turns up in there, also
 * what looks like the beginning of a token.
 *
 * @param text - bytes seen as Latin-1.
 */
export function isInsideBlob(text: string, start: number, end: number): boolean {
  const lineStart = Math.max(text.lastIndexOf('\n', start - 1) + 1, start - REACH);
  const lineEnd = Math.min(endOfLine(text, end), end + REACH);
  const line = bare(text.slice(lineStart, lineEnd));
  if (!isBlobLine(line)) return hasBlobAround(text, start, end);
  if (line.length > end - start + 16) return true;
  const next = bare(text.slice(lineEnd + 1, Math.min(endOfLine(text, lineEnd + 1), lineEnd + REACH)));
  const previousStart = text.lastIndexOf('\n', lineStart - 2) + 1;
  const previous = bare(text.slice(Math.max(previousStart, lineStart - REACH), Math.max(0, lineStart - 1)));
  return isBlobLine(next) || isBlobLine(previous);
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

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
