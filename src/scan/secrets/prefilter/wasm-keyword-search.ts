import type { KeywordHit, KeywordSearch, SearchPart } from '../keyword-search.ts';
import { KEYWORD_SEARCH_WASM } from './keyword-search-wasm.ts';
import { HEADER, type SearchImage } from './search-image.ts';

/** What `keyword-search.as` exports; all numbers are addresses, counts and lengths in bytes. */
interface KeywordSearchModule {
  readonly memory: WebAssembly.Memory;
  searchFour(text: number, before: number, overlap: number, quarter: number, steps: number): void;
  searchOne(text: number, before: number, length: number, steps: number): void;
  openHits(
    steps: number,
    count: number,
    first: number,
    part: number,
    low: number,
    high: number,
    gated: number,
    hits: number,
    room: number,
  ): number;
}

/** Bytes that are looked at in one call: they and their hits stay in the cache of the processor. */
const BLOCK = 65_536;
/** What is shorter is not worth four automata, each of which has to be warmed up. */
const SHORTEST_IN_FOUR = 512;
const PARTS = 4;
const PAGE = 65_536;
/** A step of the automaton, or a hit: two words. */
const ENTRY_BYTES = 8;
/** Hits that are handed over at once: more than one step can have. */
const HITS = 4_096;

let compiled: WebAssembly.Module | undefined;

/**
 * Runs the search in WebAssembly. An instance has a memory of its own, with room for the image, one block of the text and
 * what is around it, and what is found in it; it is made when the first text comes.
 */
export function wasmKeywordSearch(given: SearchImage): KeywordSearch {
  // Whoever is told of a hit may search something else meanwhile.
  const idle: Instance[] = [];
  let image = given;
  return {
    search(bytes, part, hit) {
      const instance = idle.pop() ?? new Instance(image);
      // It is some megabytes, and need not be there twice.
      image = instance.image;
      try {
        instance.search(bytes, part, hit);
      } finally {
        idle.push(instance);
      }
    },
  };
}

class Instance {
  /** As it lies in the memory of this one. */
  readonly image: SearchImage;
  readonly #wasm: KeywordSearchModule;
  readonly #memory: Uint8Array;
  readonly #words: Uint32Array;
  readonly #textAt: number;
  readonly #stepsAt: number;
  readonly #hitsAt: number;

  constructor(image: SearchImage) {
    compiled ??= new WebAssembly.Module(Buffer.from(KEYWORD_SEARCH_WASM, 'base64'));
    this.#wasm = new WebAssembly.Instance(compiled).exports as unknown as KeywordSearchModule;
    this.#textAt = align(image.bytes.length + image.behind);
    this.#stepsAt = align(this.#textAt + BLOCK + image.ahead);
    this.#hitsAt = this.#stepsAt + BLOCK * ENTRY_BYTES;
    const { memory } = this.#wasm;
    const pages = Math.ceil((this.#hitsAt + HITS * ENTRY_BYTES) / PAGE);
    memory.grow(Math.max(0, pages - memory.buffer.byteLength / PAGE));
    this.#memory = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#memory.set(image.bytes);
    this.image = { ...image, bytes: this.#memory.subarray(0, image.bytes.length) };
  }

  search(bytes: Uint8Array, { from, to, gated }: SearchPart, hit: KeywordHit): void {
    const { overlap, behind, ahead } = this.image;
    const wasm = this.#wasm;
    const textAt = this.#textAt;
    const stepsAt = this.#stepsAt;
    for (let at = from; at < to; at += BLOCK) {
      const length = Math.min(BLOCK, to - at);
      const low = Math.max(0, at - behind);
      const high = Math.min(bytes.length, at + length + ahead);
      this.#memory.set(low === 0 && high === bytes.length ? bytes : bytes.subarray(low, high), textAt - (at - low));
      const text = { at, low: textAt - (at - low), high: textAt + (high - at), gated: gated ? 1 : 0 };
      const before = Math.min(overlap, at - from);
      // What does not fill four parts is looked at alone, at the end.
      const quarter = length < SHORTEST_IN_FOUR ? 0 : Math.floor(length / PARTS);
      if (quarter > 0) {
        wasm.searchFour(textAt, before, Math.min(overlap, quarter), quarter, stepsAt);
        const [first = 0, second = 0, third = 0, fourth = 0] = this.#words.subarray(0, PARTS);
        this.#report(stepsAt, first, textAt, text, hit);
        this.#report(stepsAt + quarter * ENTRY_BYTES, second, textAt + quarter, text, hit);
        this.#report(stepsAt + quarter * 2 * ENTRY_BYTES, third, textAt + quarter * 2, text, hit);
        this.#report(stepsAt + quarter * 3 * ENTRY_BYTES, fourth, textAt + quarter * 3, text, hit);
      }
      const done = quarter * PARTS;
      if (done === length) continue;
      wasm.searchOne(textAt + done, Math.min(overlap, before + done), length - done, stepsAt);
      this.#report(stepsAt, this.#words[HEADER.counts / 4] as number, textAt + done, text, hit);
    }
  }

  /** @param part - address of the part of the text that the steps are of. */
  #report(
    steps: number,
    count: number,
    part: number,
    { at, low, high, gated }: { at: number; low: number; high: number; gated: number },
    hit: KeywordHit,
  ): void {
    const words = this.#words;
    const offset = at - this.#textAt;
    for (let next = 0; next < count; next = words[HEADER.next / 4] as number) {
      const hits = this.#wasm.openHits(steps, count, next, part, low, high, gated, this.#hitsAt, HITS);
      const end = this.#hitsAt / 4 + hits * 2;
      for (let index = this.#hitsAt / 4; index < end; index += 2)
        hit(words[index + 1] as number, (words[index] as number) + offset);
    }
  }
}

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
