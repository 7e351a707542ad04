import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { expandExample } from '../../../src/scan/secrets/expand-example.ts';
import { gatesOf } from '../../../src/scan/secrets/hit-gate.ts';
import {
  type Keyword,
  type KeywordSearch,
  keywordSearch,
  plainKeywordSearch,
} from '../../../src/scan/secrets/keyword-search.ts';
import { searchImage } from '../../../src/scan/secrets/prefilter/search-image.ts';
import { wasmKeywordSearch } from '../../../src/scan/secrets/prefilter/wasm-keyword-search.ts';
import type { Rule } from '../../../src/scan/secrets/rule.ts';

/** Always told of: without gates. */
const plain = (words: readonly string[]): readonly Keyword[] => words.map((text) => ({ text, gates: [] }));
const engines = {
  plain: (words: readonly string[]) => plainKeywordSearch(plain(words)),
  wasm: (words: readonly string[]) => wasmKeywordSearch(searchImage(plain(words))),
  default: (words: readonly string[]) => keywordSearch(() => plain(words)),
};

function hitsOf(
  search: KeywordSearch,
  keywords: readonly string[],
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
): string[] {
  const found: string[] = [];
  search.search(bytes, { from, to, gated: true }, (keyword, end) => void found.push(`${keywords[keyword]}@${end}`));
  return found;
}

/** What the search must find, found the slow way. */
function expected(keywords: readonly string[], text: string): string[] {
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  return keywords.flatMap((keyword) => {
    const ends: string[] = [];
    for (let at = lower.indexOf(keyword); at >= 0; at = lower.indexOf(keyword, at + 1))
      ends.push(`${keyword}@${at + keyword.length}`);
    return ends;
  });
}

describe.each(Object.entries(engines))('the search for keywords, %s', (_, engine) => {
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
    const search = engine(['ab', 'x']);
    const found: string[] = [];
    search.search(Buffer.from('ab.ab'.padEnd(600)), { from: 0, to: 600, gated: false }, (_, end) => {
      found.push(`outer@${end}`);
      const inner = { from: 0, to: 2, gated: false };
      search.search(Buffer.from('xx'), inner, (_, end) => void found.push(`inner@${end}`));
    });
    expect(found).toEqual(['outer@2', 'inner@1', 'inner@2', 'outer@5', 'inner@1', 'inner@2']);
  });
});

describe('both searches', () => {
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

describe('gates', () => {
  const rules = secretsScanner.rules();
  const byKeyword = new Map<string, Rule[]>();
  for (const rule of rules)
    for (const keyword of rule.keywords) byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), rule]);
  const keywords = [...byKeyword].map(([text, rules]) => ({ text, gates: gatesOf(text, rules) }));
  const names = keywords.map(({ text }) => text);
  const both = { plain: plainKeywordSearch(keywords), wasm: wasmKeywordSearch(searchImage(keywords)) };
  const texts = rules.flatMap(({ id, examples }) =>
    [...examples.match, ...examples.ignore].map((example) => expandExample(example, id)),
  );

  it('open for the same keywords in both searches, in the examples of all rules and in what is left of them', () => {
    const piece = fc.constantFrom(' ', '\n', '"', '=', ': ', '-', '1', 'Ab', '>', '[', '\\', 'ü', 'x'.repeat(70));
    const edit = fc.record({ text: fc.constantFrom(...texts), at: fc.nat(120), cut: fc.nat(40), piece });
    fc.assert(
      fc.property(
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, 500, 65_400, 131_000),
        fc.nat(200),
        (edits, padding, short) => {
          const parts = edits.map(({ text, at, cut, piece }) => text.slice(0, at) + piece + text.slice(at + cut));
          const bytes = Buffer.from(' '.repeat(padding) + parts.join(parts[0]?.at(-1) ?? ''));
          const to = Math.max(0, bytes.length - short);
          expect(hitsOf(both.wasm, names, bytes, 0, to)).toEqual(hitsOf(both.plain, names, bytes, 0, to));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are closed for most keywords of prose, and open for all when asked', () => {
    const prose = Buffer.from('The key of a password is its secret; a token, an auth key or a pass. '.repeat(100));
    const count = (gated: boolean) => {
      let hits = 0;
      both.wasm.search(prose, { from: 0, to: prose.length, gated }, () => void hits++);
      return hits;
    };
    expect(count(false)).toBeGreaterThan(500);
    expect(count(true)).toBeLessThan(count(false) / 4);
  });
});
