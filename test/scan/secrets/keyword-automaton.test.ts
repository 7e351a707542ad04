import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keywordAutomaton } from '../../../src/scan/secrets/keyword-automaton.ts';

function hits(keywords: readonly string[], text: string | Uint8Array, from = 0, to = text.length): string[] {
  const found: string[] = [];
  keywordAutomaton(keywords).search(
    Buffer.from(text as string),
    from,
    to,
    (keyword, end) => void found.push(`${keywords[keyword]}@${end}`),
  );
  return found;
}

/** What the automaton must find, found the slow way. */
function expected(keywords: readonly string[], text: string): string[] {
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return keywords.flatMap((keyword) => {
    const ends: string[] = [];
    for (let at = lower.indexOf(keyword); at >= 0; at = lower.indexOf(keyword, at + 1))
      ends.push(`${keyword}@${at + keyword.length}`);
    return ends;
  });
}

describe('the keyword automaton', () => {
  it('finds keywords in any case, overlapping and within each other, in the order of their ends', () => {
    expect(hits(['he', 'she', 'his', 'hers'], 'uSHErs')).toEqual(['she@4', 'he@4', 'hers@6']);
    expect(hits(['aa', 'aaa'], 'aaaa')).toEqual(['aa@2', 'aaa@3', 'aa@3', 'aaa@4', 'aa@4']);
  });

  it('looks at the given part only, as if it stood alone', () => {
    expect(hits(['abc'], 'abcabc', 1, 6)).toEqual(['abc@6']);
    expect(hits(['abc'], 'abcabc', 0, 5)).toEqual(['abc@3']);
  });

  it('takes bytes above ASCII, control characters and nothing at all', () => {
    expect(hits(['ab'], new Uint8Array([0, 255, 97, 98, 195, 65, 66]))).toEqual(['ab@4', 'ab@7']);
    expect(hits(['ab'], '')).toEqual([]);
    expect(hits([], 'ab')).toEqual([]);
  });

  it.each([['Ab'], ['ü']])('refuses %s for a keyword', (keyword) => {
    expect(() => keywordAutomaton([keyword])).toThrow(RangeError);
  });

  it('agrees with a plain search', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '_', '.'), maxLength: 60 });
    const keywords = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(
        keywords,
        letters,
        (words, text) => void expect(hits(words, text).sort()).toEqual(expected(words, text).sort()),
      ),
    );
  });
});
