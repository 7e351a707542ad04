import { type Gate, isOpen } from './hit-gate.ts';
import { keywordTable } from './keyword-table.ts';
import { type SearchImage, searchImage } from './prefilter/search-image.ts';
import { wasmKeywordSearch } from './prefilter/wasm-keyword-search.ts';

/** Something to look for. */
export interface Keyword {
  /** Of ASCII characters, not empty, in lower case. */
  readonly text: string;
  /** It is told of where one of these is open; always where there are none. */
  readonly gates: readonly Gate[];
}

/** Told of each keyword that stands in the bytes: its index, and the offset behind its last byte. */
export type KeywordHit = (keyword: number, end: number) => void;

/** What of the bytes is looked at. */
export interface SearchPart {
  readonly from: number;
  readonly to: number;
  /** False when all gates are to be open. */
  readonly gated: boolean;
}

/**
 * Finds all of many keywords in one pass over bytes, without regard to ASCII case. Overlapping keywords are all reported,
 * in the order in which they end, the longest first.
 */
export interface KeywordSearch {
  /** Looks for keywords in a part of the bytes as if it stood alone. Gates see what is around it. */
  search(bytes: Uint8Array, part: SearchPart, hit: KeywordHit): void;
}

/**
 * The fastest search there is here: in WebAssembly, or else in JavaScript.
 *
 * @param keywords - is asked when there is no image of them.
 * @throws RangeError for what is no keyword.
 */
export function keywordSearch(keywords: () => readonly Keyword[], image?: SearchImage): KeywordSearch {
  if (typeof WebAssembly === 'undefined') return plainKeywordSearch(keywords());
  return wasmKeywordSearch(image ?? searchImage(keywords()));
}

/** The search in JavaScript: for where there is no WebAssembly, and to test the other one against. */
export function plainKeywordSearch(keywords: readonly Keyword[]): KeywordSearch {
  const { classes, width, table, firstMatch, found } = keywordTable(keywords.map(({ text }) => text));
  return {
    search(bytes, { from, to, gated }, hit) {
      let state = 0;
      for (let index = from; index < to; index++) {
        state = table[state + (classes[bytes[index] as number] as number)] as number;
        if (state < firstMatch) continue;
        const end = index + 1;
        for (const id of found[(state - firstMatch) / width] as readonly number[]) {
          const { text, gates } = keywords[id] as Keyword;
          if (!gated || isOpen(gates, bytes, end - text.length, end)) hit(id, end);
        }
      }
    },
  };
}
