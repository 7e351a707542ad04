import type { KeywordAutomaton } from '../keyword-automaton.ts';
import type { KeywordTable } from '../keyword-table.ts';
import { KEYWORD_SEARCH_WASM } from './keyword-search-wasm.ts';

/** What `keyword-search.as` exports; all numbers but the states are addresses and lengths in bytes. */
interface KeywordSearch {
  readonly memory: WebAssembly.Memory;
  searchFour(
    classes: number,
    table: number,
    firstMatch: number,
    text: number,
    before: number,
    overlap: number,
    quarter: number,
    hits: number,
    counts: number,
  ): void;
  searchOne(
    classes: number,
    table: number,
    firstMatch: number,
    text: number,
    before: number,
    length: number,
    hits: number,
  ): number;
}

/** Bytes that are looked at in one call: they and their hits stay in the cache of the processor. */
const BLOCK = 65_536;
/** What is shorter is not worth four automata, each of which has to be warmed up. */
const SHORTEST_IN_FOUR = 512;
const PARTS = 4;
const PAGE = 65_536;
const HIT_BYTES = 8;

let compiled: WebAssembly.Module | undefined;

/**
 * Runs the automaton in WebAssembly, where it is about twice as fast as in JavaScript. An instance has a memory of its
 * own, with room for the table, one block and its hits, and is made when the first text comes.
 */
export function wasmKeywordAutomaton(table: KeywordTable): KeywordAutomaton {
  // Whoever is told of a hit may search something else meanwhile.
  const idle: KeywordAutomaton['search'][] = [];
  return {
    search(bytes, from, to, hit) {
      const search = idle.pop() ?? instantiate(table);
      try {
        search(bytes, from, to, hit);
      } finally {
        idle.push(search);
      }
    },
  };
}

function instantiate({ classes, table, firstMatch, found, width, longest }: KeywordTable): KeywordAutomaton['search'] {
  compiled ??= new WebAssembly.Module(Buffer.from(KEYWORD_SEARCH_WASM, 'base64'));
  const wasm = new WebAssembly.Instance(compiled).exports as unknown as KeywordSearch;
  const overlap = Math.max(0, longest - 1);
  const countsAt = 0;
  const classesAt = 16;
  const tableAt = classesAt + classes.length;
  const textAt = align(tableAt + table.byteLength + overlap);
  const hitsAt = align(textAt + BLOCK);
  const pages = Math.ceil((hitsAt + BLOCK * HIT_BYTES) / PAGE);
  wasm.memory.grow(Math.max(0, pages - wasm.memory.buffer.byteLength / PAGE));
  const memory = new Uint8Array(wasm.memory.buffer);
  const words = new Uint32Array(wasm.memory.buffer);
  memory.set(classes, classesAt);
  words.set(table, tableAt / 4);

  const report = (list: number, count: number, offset: number, hit: (keyword: number, end: number) => void) => {
    for (let index = list; index < list + count * 2; index += 2) {
      const end = offset + (words[index] as number) + 1;
      const state = words[index + 1] as number;
      for (const keyword of found[(state - firstMatch) / width] as readonly number[]) hit(keyword, end);
    }
  };
  return (bytes, from, to, hit) => {
    for (let at = from; at < to; at += BLOCK) {
      const before = Math.min(overlap, at - from);
      const length = Math.min(BLOCK, to - at);
      memory.set(bytes.subarray(at - before, at + length), textAt - before);
      // What does not fill four parts is looked at alone, at the end.
      const quarter = length < SHORTEST_IN_FOUR ? 0 : Math.floor(length / PARTS);
      if (quarter > 0) {
        const warm = Math.min(overlap, quarter);
        wasm.searchFour(classesAt, tableAt, firstMatch, textAt, before, warm, quarter, hitsAt, countsAt);
        for (let part = 0; part < PARTS; part++)
          report(hitsAt / 4 + part * quarter * 2, words[part] as number, at + part * quarter, hit);
      }
      const done = quarter * PARTS;
      const warm = Math.min(overlap, before + done);
      const count = wasm.searchOne(classesAt, tableAt, firstMatch, textAt + done, warm, length - done, hitsAt);
      report(hitsAt / 4, count, at + done, hit);
    }
  };
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
