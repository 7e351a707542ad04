import { ASSIGNMENT_REACH, ASSIGNMENT_SETS } from '../assignment-gate.ts';
import type { Gate } from '../hit-gate.ts';
import type { Keyword } from '../keyword-search.ts';
import { keywordTable } from '../keyword-table.ts';

/** What `keyword-search.as` reads, as it lies in its memory from address 0 on, and what its caller has to know of it. */
export interface SearchImage {
  readonly bytes: Uint8Array;
  /** Bytes in front of a part of the text that can have begun a keyword. */
  readonly overlap: number;
  /** How far gates look, before the end of a keyword and behind it. */
  readonly behind: number;
  readonly ahead: number;
}

/** Of the header: four counts, and the step to go on with, are written by the search. */
export const HEADER = { counts: 0, next: 16 } as const;
const ADDRESSES = 20;
const HEADER_BYTES = 64;
const SET_BYTES = 32;
const KIND = { token: 0, name: 1, assignment: 2 } as const;

/**
 * Lays out the automaton of keywords, and their gates.
 *
 * @throws RangeError for what is no keyword.
 */
export function searchImage(keywords: readonly Keyword[]): SearchImage {
  const { classes, width, table, firstMatch, found, longest } = keywordTable(keywords.map(({ text }) => text));
  const tableAt = HEADER_BYTES + classes.length;
  const rest = new Records(tableAt + table.byteLength);
  const setsAt = rest.sets(ASSIGNMENT_SETS);
  const records = keywords.map(({ text, gates }, id) => {
    const addresses = gates.map((gate) => rest.add(gateWords(gate, rest)));
    return rest.add([id, text.length, addresses.length, ...addresses]);
  });
  const lists = found.map((ids) => rest.add([ids.length, ...ids.map((id) => records[id] as number)]));
  const foundAt = rest.add(lists);

  const bytes = new Uint8Array(rest.end);
  const header = [HEADER_BYTES, tableAt, firstMatch, width, foundAt, setsAt];
  bytes.set(new Uint8Array(Uint32Array.from(header).buffer), ADDRESSES);
  bytes.set(classes, HEADER_BYTES);
  bytes.set(new Uint8Array(table.buffer), tableAt);
  bytes.set(rest.bytes(), tableAt + table.byteLength);
  const gates = keywords.flatMap((keyword) => keyword.gates);
  return {
    bytes,
    overlap: Math.max(0, longest - 1),
    behind: longest + gates.reduce((most, gate) => Math.max(most, reachBehind(gate)), 0),
    ahead: gates.reduce((most, gate) => Math.max(most, reachAhead(gate)), 0),
  };
}

function gateWords(gate: Gate, rest: Records): readonly number[] {
  const kind = KIND[gate.kind];
  switch (gate.kind) {
    case 'token': {
      const { startsWithKeyword, maxLength, before, set, least, needed } = gate;
      const sets = needed.map((one) => rest.set(one));
      return [kind, Number(startsWithKeyword), maxLength, before, rest.set(set), least, sets.length, ...sets];
    }
    case 'name':
      return [kind, rest.set(gate.set), gate.least, gate.reach];
    case 'assignment':
      return [kind, Number(gate.name.token), rest.set(gate.name.letters)];
  }
}

/** Three bytes tell whether something begins inside a word; a name has at most 80. */
const LEAST_BEHIND = 80;

function reachBehind(gate: Gate): number {
  return gate.kind === 'token' && !gate.startsWithKeyword ? Math.max(LEAST_BEHIND, gate.before) : LEAST_BEHIND;
}

function reachAhead(gate: Gate): number {
  switch (gate.kind) {
    case 'token':
      return gate.maxLength;
    case 'name':
      return gate.reach;
    case 'assignment':
      return ASSIGNMENT_REACH;
  }
}

/** Words one behind the other, each record at an address. What is the same is there once. */
class Records {
  readonly #start: number;
  readonly #words: number[] = [];
  readonly #known = new Map<string, number>();

  constructor(start: number) {
    this.#start = start;
  }

  get end(): number {
    return this.#start + this.#words.length * 4;
  }

  add(words: readonly number[]): number {
    const key = words.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const at = this.end;
    for (const word of words) this.#words.push(word);
    this.#known.set(key, at);
    return at;
  }

  /** @param set - by byte, 1 for those in it. */
  set(set: Uint8Array): number {
    return this.add([...new Uint32Array(bitsOf(set).buffer)]);
  }

  /** Sets that follow each other. */
  sets(sets: readonly Uint8Array[]): number {
    return this.add(sets.flatMap((set) => [...new Uint32Array(bitsOf(set).buffer)]));
  }

  bytes(): Uint8Array {
    return new Uint8Array(Uint32Array.from(this.#words).buffer);
  }
}

function bitsOf(set: Uint8Array): Uint8Array {
  const bits = new Uint8Array(SET_BYTES);
  for (let byte = 0; byte < 256; byte++)
    if (set[byte] === 1) bits[byte >> 3] = (bits[byte >> 3] as number) | (1 << (byte & 7));
  return bits;
}
