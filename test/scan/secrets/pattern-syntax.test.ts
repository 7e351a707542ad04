import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtracks, lastSet, leadingLiterals, lengths } from '../../../src/scan/secrets/pattern-limits.ts';
import { PatternError, type PatternNode, parsePattern } from '../../../src/scan/secrets/pattern-syntax.ts';

describe('patterns', () => {
  it.each([
    ['a*', '* has no upper bound'],
    ['[a-z]+', '+ has no upper bound'],
    ['a{3,}', '{min,} has no upper bound'],
    ['(a)', 'a group without a name'],
    ['(?<!a)b', 'this kind of group is not allowed'],
    ['(?<=a)b', 'this kind of group is not allowed'],
    ['^a', '^ is an anchor'],
    ['a$', '$ is an anchor'],
    ['\\bkey', '\\b is not allowed'],
    ['(?<x>a)\\1', '\\1 is not allowed'],
    ['\\p{L}', '\\p is not allowed'],
    ['(?:a', 'a group is not closed'],
    ['a)', 'unexpected )'],
    ['[a', 'ends too early'],
    ['[z-a]', 'a range runs backwards'],
    ['a{5,2}', 'the upper bound is below the lower one'],
    ['{2}', 'repeats nothing'],
    ['a{x}', '{ is neither escaped nor a quantifier'],
    ['a?{2}', 'a quantifier on a quantifier'],
    ['\\xZZ', '\\x wants two hex digits'],
    ['€', 'outside of Latin-1'],
  ])('refuses %s', (source, message) => {
    expect(() => parsePattern(source)).toThrowError(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
    expect(() => parsePattern(source)).toThrow(PatternError);
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab0-9[](){}?*+|\\^$.,:<>=!dwxn') }), (source) => {
        try {
          parsePattern(source);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
    );
  });

  it.each([
    ['abc', { min: 3, max: 3 }],
    ['a{2,5}b?', { min: 2, max: 6 }],
    ['(?:ab|c){1,3}', { min: 1, max: 6 }],
    ['a(?=bcd)(?!x)', { min: 1, max: 1 }],
    ['(?<secret>[a-z]{8})', { min: 8, max: 8 }],
  ])('knows the lengths of %s', (source, expected) => {
    expect(lengths(parsePattern(source))).toEqual(expected);
  });

  it.each([
    ['ghp_[a-z]{36}', ['ghp_']],
    ['gh[us]_x', ['ghs_x', 'ghu_x']],
    ['(?:sk|rk)_(?:live|test)_[a-z]{9}', ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_']],
    ['A[A-Z]{3}', ['a']],
    ['[a-z]{3}x', undefined],
    ['a?b', undefined],
  ])('spells out how %s begins', (source, expected) => {
    expect(leadingLiterals(parsePattern(source))).toEqual(expected);
  });

  it.each([
    // One way each: what follows cannot be taken by the repetition.
    ['[a-z]{1,100}[0-9]{1,100}', 1],
    ['(?:[a-z]{1,20}-){1,20}[0-9]', 1],
    ['(?:[^-]|-(?!-)){40,16000}', 1],
    // As many as there are ways to part the text.
    ['[a-z]{1,100}[a-z]{1,100}x', 100],
    ['.{0,50}.{0,50}x', 51 * 51],
    ['(?:a|ab){1,3}c', 2 ** 3],
    ['(?:a{1,10}){1,10}b', Number.POSITIVE_INFINITY],
  ])('counts the ways of %s', (source, atLeast) => {
    const ways = backtracks(parsePattern(source));
    if (atLeast === 1) expect(ways).toBe(1);
    else expect(ways).toBeGreaterThanOrEqual(Math.min(atLeast, 1_000));
  });

  it('knows what can end a match', () => {
    const ends = lastSet(parsePattern('ab[0-9]{0,3}(?=x)'));
    expect(
      [...ends.keys()]
        .filter((code) => ends[code] === 1)
        .map((code) => String.fromCharCode(code))
        .join(''),
    ).toBe('0123456789b');
  });

  it('agrees with the regular expressions of JavaScript', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      '[ab]',
      '[^a]',
      '.',
      '\\d',
      '(?:ab|c)',
      'c?',
      'a{1,3}',
      '(?:a|b){0,2}',
      '\\x41',
      '[a-c-]',
      '[\\]x]',
    );
    fc.assert(
      fc.property(
        fc.array(atom, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', 'A', '-', ']') }),
        (atoms, text) => {
          const source = atoms.join('');
          const match = new RegExp(`^(?:${source})`).exec(text);
          const node = parsePattern(source);
          expect(matches(node, text)).toBe(match !== null);
          const { min, max } = lengths(node);
          if (match !== null) expect(match[0].length >= min && match[0].length <= max).toBe(true);
        },
      ),
    );
  });
});

/** Whether a parsed pattern matches at the beginning of a text, found by trying everything. */
function matches(node: PatternNode, text: string): boolean {
  return ends(node, text, 0).size > 0;
}

function advance(node: PatternNode, text: string, from: ReadonlySet<number>): Set<number> {
  return new Set([...from].flatMap((start) => [...ends(node, text, start)]));
}

function ends(node: PatternNode, text: string, at: number): Set<number> {
  switch (node.type) {
    case 'chars':
      return new Set(at < text.length && node.set[text.charCodeAt(at)] === 1 ? [at + 1] : []);
    case 'sequence':
      return node.items.reduce((from, item) => advance(item, text, from), new Set([at]));
    case 'choice':
      return new Set(node.options.flatMap((option) => [...ends(option, text, at)]));
    case 'ahead':
      return new Set(ends(node.node, text, at).size > 0 !== node.negative ? [at] : []);
    case 'repeat': {
      const all = new Set<number>(node.min === 0 ? [at] : []);
      let from = new Set([at]);
      for (let count = 1; count <= node.max; count++) {
        from = advance(node.node, text, from);
        if (count >= node.min) for (const end of from) all.add(end);
      }
      return all;
    }
  }
}
