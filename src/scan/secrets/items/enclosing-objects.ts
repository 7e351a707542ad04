import type { Effort } from '../effort.ts';
import { jsonStrings } from '../extract/json-strings.ts';

/** How far from the place is looked on each side, whatever more of the text is at hand. */
const REACH = 16_000;
const MOST_TRIED = 40;

/** Members of an object in JSON by their path (`author.name`); lists are left out. */
export type Members = ReadonlyMap<string, string>;

/**
 * The objects in JSON that a place is in, from the inside out, as far as they begin near. A brace that opens an object is
 * told from one in a string by the quote behind it: in a string that is escaped.
 *
 * @param text - bytes seen as Latin-1.
 */
export function* enclosingObjects(text: string, at: number, effort: Effort): Generator<Members> {
  effort.spend(2 * REACH);
  const from = Math.max(0, at - REACH);
  const opens = [...text.slice(from, at).matchAll(/\{\s{0,40}"/g)].map((match) => from + match.index).reverse();
  for (const open of opens.slice(0, MOST_TRIED)) {
    if (effort.isExhausted) return;
    const members = new Map<string, string>();
    let holds = false;
    let last = at + REACH;
    for (const { path, start, end, written } of jsonStrings(text, open, at + REACH - open, true)) {
      if (start <= at && at <= end) holds = true;
      last = end;
      if (path.length > 3 || path.includes('')) continue;
      const name = path.join('.');
      if (!members.has(name)) members.set(name, written.slice(0, 200));
    }
    effort.spend(8 * (last - open));
    if (holds) yield members;
  }
}
