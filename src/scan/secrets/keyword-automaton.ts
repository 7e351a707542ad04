import { type KeywordTable, keywordTable } from './keyword-table.ts';
import { wasmKeywordAutomaton } from './prefilter/wasm-keyword-automaton.ts';

/** Told of each keyword that stands in the bytes: its index, and the offset behind its last byte. */
export type KeywordHit = (keyword: number, end: number) => void;

/**
 * Finds all of many keywords in one pass over bytes, without regard to ASCII case. Overlapping keywords are all reported,
 * in the order in which they end, the longest first.
 */
export interface KeywordAutomaton {
  /** Looks at `bytes` from `from` to `to` as if they stood alone. */
  search(bytes: Uint8Array, from: number, to: number, hit: KeywordHit): void;
}

/**
 * The fastest automaton there is here: in WebAssembly, or else in JavaScript.
 *
 * @param keywords - of ASCII characters, not empty, in lower case.
 */
export function keywordAutomaton(keywords: readonly string[]): KeywordAutomaton {
  const table = keywordTable(keywords);
  return typeof WebAssembly === 'undefined' ? plainKeywordAutomaton(table) : wasmKeywordAutomaton(table);
}

/** The automaton in JavaScript: for where there is no WebAssembly, and to test the other one against. */
export function plainKeywordAutomaton({ classes, width, table, firstMatch, found }: KeywordTable): KeywordAutomaton {
  return {
    search(bytes, from, to, hit) {
      let state = 0;
      for (let index = from; index < to; index++) {
        state = table[state + (classes[bytes[index] as number] as number)] as number;
        if (state < firstMatch) continue;
        for (const keyword of found[(state - firstMatch) / width] as readonly number[]) hit(keyword, index + 1);
      }
    },
  };
}
