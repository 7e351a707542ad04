/** An Aho-Corasick automaton as one flat table, for whatever runs it. */
export interface KeywordTable {
  /** Column of each byte: those that no keyword has are all alike. */
  readonly classes: Uint8Array;
  readonly width: number;
  /** Next state by state and column. A state is the offset of its row, so that a step is one addition and one load. */
  readonly table: Uint32Array;
  /** States from here on end a keyword. */
  readonly firstMatch: number;
  /** The keywords that end at such a state, the longest first; by its row, counted from the first of them. */
  readonly found: readonly (readonly number[])[];
  /** Bytes of the longest keyword. */
  readonly longest: number;
}

/**
 * Builds the automaton of the keywords (Aho and Corasick, CACM 18, 1975). Bytes are folded as ASCII letters are.
 *
 * @param keywords - of ASCII characters, not empty, in lower case.
 * @throws RangeError for what is no such keyword.
 */
export function keywordTable(keywords: readonly string[]): KeywordTable {
  const { classes, width } = byteClasses(keywords);
  return {
    classes,
    width,
    longest: Math.max(0, ...keywords.map((keyword) => keyword.length)),
    ...numberStates(resolveFailures(buildTrie(keywords, classes, width), width), width),
  };
}

function byteClasses(keywords: readonly string[]): { classes: Uint8Array; width: number } {
  const classes = new Uint8Array(256);
  let width = 1;
  for (const keyword of keywords) {
    if (keyword === '') throw new RangeError('not a keyword: ""');
    for (let index = 0; index < keyword.length; index++) {
      const byte = keyword.charCodeAt(index);
      if (byte > 127 || (byte >= 65 && byte <= 90)) throw new RangeError(`not a keyword: ${JSON.stringify(keyword)}`);
      if (classes[byte] !== 0) continue;
      classes[byte] = width;
      if (byte >= 97 && byte <= 122) classes[byte - 32] = width;
      width++;
    }
  }
  return { classes, width };
}

interface Trie {
  /** Per state a row of next states, 0 where there is none. */
  readonly next: Int32Array;
  /** Per state the keywords that end there. */
  readonly found: number[][];
}

function buildTrie(keywords: readonly string[], classes: Uint8Array, width: number): Trie {
  // At most one state for each character and the root: growing it costs more than all the rest.
  const most = keywords.reduce((sum, keyword) => sum + keyword.length, 1);
  const next = new Int32Array(most * width);
  const found: number[][] = [[]];
  keywords.forEach((keyword, id) => {
    let state = 0;
    for (let index = 0; index < keyword.length; index++) {
      const cell = state * width + (classes[keyword.charCodeAt(index)] as number);
      if (next[cell] === 0) {
        next[cell] = found.length;
        found.push([]);
      }
      state = next[cell] as number;
    }
    (found[state] as number[]).push(id);
  });
  return { next, found };
}

/** Breadth first: each missing step becomes that of the longest proper suffix that is a prefix of a keyword. */
function resolveFailures({ next, found }: Trie, width: number): Trie & { readonly order: readonly number[] } {
  const failure = new Int32Array(found.length);
  const order = [0];
  for (let column = 0; column < width; column++) if (next[column] !== 0) order.push(next[column] as number);
  for (let head = 1; head < order.length; head++) {
    const state = order[head] as number;
    const back = failure[state] as number;
    (found[state] as number[]).push(...(found[back] as number[]));
    for (let column = 0; column < width; column++) {
      const cell = state * width + column;
      const target = next[cell] as number;
      const fallback = next[back * width + column] as number;
      if (target === 0) next[cell] = fallback;
      else {
        failure[target] = fallback;
        order.push(target);
      }
    }
  }
  return { next, found, order };
}

/**
 * Numbers the states so that those which end a keyword come last: one comparison tells them. Within both parts the order
 * is breadth first, so that the rows near the root, where most steps are, lie together in memory.
 */
function numberStates(
  { next, found, order }: Trie & { readonly order: readonly number[] },
  width: number,
): Pick<KeywordTable, 'table' | 'firstMatch' | 'found'> {
  const ends = (state: number) => (found[state] as number[]).length > 0;
  const matches = order.filter(ends);
  const numbered = [...order.filter((state) => !ends(state)), ...matches];
  const row = new Uint32Array(numbered.length);
  numbered.forEach((state, index) => {
    row[state] = index * width;
  });
  const table = new Uint32Array(numbered.length * width);
  numbered.forEach((state, index) => {
    for (let column = 0; column < width; column++)
      table[index * width + column] = row[next[state * width + column] as number] as number;
  });
  return {
    table,
    firstMatch: (numbered.length - matches.length) * width,
    found: matches.map((state) => found[state] as number[]),
  };
}
