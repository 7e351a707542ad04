import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KeywordAutomaton,
  keywordAutomaton,
  plainKeywordAutomaton,
} from '../../../src/scan/secrets/keyword-automaton.ts';
import { keywordTable } from '../../../src/scan/secrets/keyword-table.ts';
import { wasmKeywordAutomaton } from '../../../src/scan/secrets/prefilter/wasm-keyword-automaton.ts';

const engines = {
  plain: (keywords: readonly string[]) => plainKeywordAutomaton(keywordTable(keywords)),
  wasm: (keywords: readonly string[]) => wasmKeywordAutomaton(keywordTable(keywords)),
  default: keywordAutomaton,
};

function hitsOf(
  automaton: KeywordAutomaton,
  keywords: readonly string[],
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
): string[] {
  const found: string[] = [];
  automaton.search(bytes, from, to, (keyword, end) => void found.push(`${keywords[keyword]}@${end}`));
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

describe.each(Object.entries(engines))('the keyword automaton, %s', (_, engine) => {
  const hits = (keywords: readonly string[], text: string | Uint8Array, from?: number, to?: number) =>
    hitsOf(engine(keywords), keywords, Buffer.from(text as string), from, to);

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

  it.each([['Ab'], ['ü'], ['']])('refuses %j for a keyword', (keyword) => {
    expect(() => engine([keyword])).toThrow(RangeError);
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

  it('drops nothing where every byte ends keywords', () => {
    const text = 'aB'.repeat(70_000);
    const keywords = ['a', 'b', 'ab', 'ba'];
    expect(hits(keywords, text)).toHaveLength(2 * text.length - 1);
    expect(new Set(hits(keywords, text)).size).toBe(2 * text.length - 1);
  });

  it('may be used again while it tells of a hit', () => {
    const automaton = engine(['ab', 'x']);
    const found: string[] = [];
    automaton.search(Buffer.from('ab.ab'.padEnd(600)), 0, 600, (_, end) => {
      found.push(`outer@${end}`);
      automaton.search(Buffer.from('x'.repeat(2)), 0, 2, (_, inner) => void found.push(`inner@${inner}`));
    });
    expect(found).toEqual(['outer@2', 'inner@1', 'inner@2', 'outer@5', 'inner@1', 'inner@2']);
  });
});

describe('both automata', () => {
  it('tell the same hits in the same order, wherever a text is cut', () => {
    const keyword = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 9 });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3_000 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'C', '-', ' '), maxLength: 3_000 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(keyword, { minLength: 1, maxLength: 20 }),
        bytes,
        // Blocks of 64 KiB are where one call ends.
        fc.constantFrom(0, 1, 500, 64_000, 65_530, 131_072),
        fc.nat(40),
        (keywords, text, padding, from) => {
          const whole = Buffer.concat([Buffer.alloc(padding, 'x'), text, Buffer.alloc(padding, 'ab')]);
          const to = Math.max(from, whole.length - from);
          expect(hitsOf(engines.wasm(keywords), keywords, whole, from, to)).toEqual(
            hitsOf(engines.plain(keywords), keywords, whole, from, to),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('find a keyword across every cut', () => {
    const keywords = ['needle-of-some-length'];
    for (const size of [512, 2_048, 65_536, 65_540, 200_000]) {
      const cuts = [1, 2, 3, 4].flatMap((part) => [Math.floor((size * part) / 4), 65_536 * part]);
      for (const cut of cuts) {
        for (let shift = 0; shift <= 21; shift++) {
          const at = cut - shift;
          if (at < 0 || at + 21 > size) continue;
          const text = Buffer.alloc(size, 'n');
          text.write('NEEDLE-of-some-length', at, 'latin1');
          expect(hitsOf(engines.wasm(keywords), keywords, text)).toEqual([`needle-of-some-length@${at + 21}`]);
        }
      }
    }
  });
});
