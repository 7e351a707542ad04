/** Told of each keyword that stands in the bytes: its index, and the offset behind its last byte. */
export type KeywordHit = (keyword: number, end: number) => void;

/**
 * Finds all of many keywords in one pass over bytes, without regard to ASCII case. Overlapping keywords are all reported,
 * in the order in which they end. Nothing else is known here, so that another implementation can take this one's place
 * and be tested against it.
 */
export interface KeywordAutomaton {
  /** Looks at `bytes` from `from` to `to` as if they stood alone. */
  search(bytes: Uint8Array, from: number, to: number, hit: KeywordHit): void;
}

/**
 * Builds the Aho-Corasick automaton of the keywords (Aho and Corasick, CACM 18, 1975) as one flat table.
 *
 * @param keywords - of ASCII characters, not empty, in lower case.
 */
export function keywordAutomaton(keywords: readonly string[]): KeywordAutomaton {
  const { classes, width } = byteClasses(keywords);
  const trie = buildTrie(keywords, classes, width);
  const { table, found } = resolveFailures(trie, width);
  return {
    search(bytes, from, to, hit) {
      let state = 0;
      for (let index = from; index < to; index++) {
        state = table[state + (classes[bytes[index] as number] as number)] as number;
        // States that end a keyword are negative in the table: the common step is one load and one comparison.
        if (state < 0) {
          state = -state;
          for (const keyword of found[state / width] as readonly number[]) hit(keyword, index + 1);
        }
      }
    },
  };
}

/** Bytes that no keyword has are all alike: the table needs a column only for each that one has. */
function byteClasses(keywords: readonly string[]): { classes: Uint8Array; width: number } {
  const classes = new Uint8Array(256);
  let width = 1;
  for (const keyword of keywords) {
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
  readonly next: number[];
  /** Per state the keywords that end there. */
  readonly found: number[][];
}

function buildTrie(keywords: readonly string[], classes: Uint8Array, width: number): Trie {
  const next: number[] = new Array(width).fill(0);
  const found: number[][] = [[]];
  keywords.forEach((keyword, id) => {
    let state = 0;
    for (let index = 0; index < keyword.length; index++) {
      const cell = state * width + (classes[keyword.charCodeAt(index)] as number);
      if (next[cell] === 0) {
        next[cell] = found.length;
        for (let column = 0; column < width; column++) next.push(0);
        found.push([]);
      }
      state = next[cell] as number;
    }
    (found[state] as number[]).push(id);
  });
  return { next, found };
}

/**
 * Breadth first: each missing step becomes that of the longest proper suffix that is a prefix of a keyword. The states of
 * the table are numbered in the same order, so that those near the root, where most steps are, lie together in memory.
 */
function resolveFailures({ next, found }: Trie, width: number): { table: Int32Array; found: number[][] } {
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
  const rank = new Int32Array(order.length);
  order.forEach((state, index) => {
    rank[state] = index;
  });
  const table = new Int32Array(order.length * width);
  order.forEach((state, index) => {
    for (let column = 0; column < width; column++) {
      const target = next[state * width + column] as number;
      const row = (rank[target] as number) * width;
      table[index * width + column] = (found[target] as number[]).length > 0 ? -row : row;
    }
  });
  return { table, found: order.map((state) => found[state] as number[]) };
}
