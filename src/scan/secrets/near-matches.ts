import type { Effort } from './effort.ts';

/** What is looked through at once. */
const CHUNK = 2_048;
/** The most that a match may have behind its first character. */
const LONGEST = 512;

export interface NearMatch {
  readonly start: number;
  readonly end: number;
  /** The first group, or else all of the match. */
  readonly value: string;
}

/**
 * Matches of patterns that several secrets of one text ask for around themselves: each part of the text is looked through once.
 */
export class NearMatches {
  readonly #effort: Effort;
  readonly #chunks = new Map<RegExp, Map<number, readonly NearMatch[]>>();

  /** @param effort - counts what is looked at. */
  constructor(effort: Effort) {
    this.#effort = effort;
  }

  /**
   * The matches that stand between two places.
   *
   * @param pattern - with the flag `g`, of matches that are short and do not depend on where the search begins.
   */
  *within(text: string, pattern: RegExp, from: number, to: number): Generator<NearMatch> {
    for (let chunk = Math.floor(Math.max(0, from) / CHUNK); chunk * CHUNK < Math.min(to, text.length); chunk++) {
      const matches = this.#matchesIn(text, pattern, chunk);
      this.#effort.spend(matches.length);
      for (const match of matches) if (match.start >= from && match.end <= to) yield match;
    }
  }

  #matchesIn(text: string, pattern: RegExp, chunk: number): readonly NearMatch[] {
    const chunks = this.#chunks.get(pattern) ?? new Map<number, readonly NearMatch[]>();
    this.#chunks.set(pattern, chunks);
    const known = chunks.get(chunk);
    if (known !== undefined) return known;
    const start = chunk * CHUNK;
    // The character in front of the first one counts, too.
    const offset = Math.max(0, start - 1);
    const part = text.slice(offset, start + CHUNK + LONGEST);
    this.#effort.spend(part.length);
    const matches: NearMatch[] = [];
    pattern.lastIndex = start - offset;
    for (
      let match = pattern.exec(part);
      match !== null && offset + match.index < start + CHUNK;
      match = pattern.exec(part)
    ) {
      const at = offset + match.index;
      matches.push({ start: at, end: at + match[0].length, value: match[1] ?? match[0] });
    }
    chunks.set(chunk, matches);
    return matches;
  }
}
