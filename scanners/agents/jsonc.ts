/**
 * JSON from what editors let people write: comments and commas before a closing bracket become spaces, so that every
 * place stays what it is. Whatever else is wrong is for the reader to say.
 */
export function jsonOf(text: string): string {
  return withoutTrailingCommas(withoutComments(text));
}

function withoutComments(text: string): string {
  let out = '';
  let kept = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') at = endOfText(text, at);
    else if (text[at] === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const end = endOfComment(text, at);
      out += text.slice(kept, at) + text.slice(at, end).replace(/[^\n\r]/g, ' ');
      at = kept = end;
    } else at++;
  }
  return out + text.slice(kept);
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  const mark = text[start + 1] === '/' ? '\n' : '*/';
  const end = text.indexOf(mark, start + 2);
  if (end < 0) return text.length;
  return mark === '\n' ? end : end + 2;
}

function withoutTrailingCommas(text: string): string {
  let out = '';
  let kept = 0;
  for (let at = 0; at < text.length; ) {
    if (text[at] === '"') at = endOfText(text, at);
    else if (text[at] === ',' && /^\s*[}\]]/.test(text.slice(at + 1, at + 1 + LOOK_AHEAD))) {
      out += `${text.slice(kept, at)} `;
      at++;
      kept = at;
    } else at++;
  }
  return out + text.slice(kept);
}

/** What stands between a comma and a bracket. */
const LOOK_AHEAD = 400;
