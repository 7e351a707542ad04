import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LeftToOpa } from '../../../src/policy/builtins/builtin.ts';
import { compareValues, equalValues } from '../../../src/policy/evaluation/compare-values.ts';
import { formatValue } from '../../../src/policy/evaluation/format-value.ts';
import { parseValue } from '../../../src/policy/evaluation/parse-value.ts';
import { RegoDecimal, RegoObject, RegoSet, type RegoValue } from '../../../src/policy/evaluation/value.ts';

describe('parseValue', () => {
  it.each<[string, RegoValue]>([
    ['null', null],
    [' true ', true],
    ['-12.5', -12.5],
    ['9007199254740993', 9007199254740993n],
    ['"a\\u00e9\\n"', 'aé\n'],
    ['[1, [2]]', [1, [2]]],
    ['set()', new RegoSet([])],
    ['{1,"b"}', new RegoSet([1, 'b'])],
    ['{}', new RegoObject([])],
    ['{"a":{1:set()}}', new RegoObject([['a', new RegoObject([[1, new RegoSet([])]])]])],
  ])('reads %s', (text, value) => {
    expect(parseValue(text)).toEqual(value);
  });

  it.each(['1.0', '1e3', '0.1000', '123456789.123456789123', '.5', '1e400'])('keeps %s as it is written', (text) => {
    expect(parseValue(text)).toEqual(new RegoDecimal(text));
    expect(formatValue(parseValue(`[${text}]`))).toBe(`[${text}]`);
  });

  it.each(['', '{', '[1,', '{1:2', '"a', 'nul', '{1 2}', '[1] 2', '{"a":}', '--1', '{1,}'])('refuses %s', (text) => {
    expect(() => parseValue(text)).toThrow();
  });

  it('reads what formatValue writes', () => {
    const { value } = fc.letrec<{ value: RegoValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.bigInt().filter((big) => !Number.isSafeInteger(Number(big))),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value')),
        fc.array(tie('value'), { minLength: 1 }).map((members) => new RegoSet(members)),
        fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new RegoObject(entries)),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        expect(parseValue(formatValue(each))).toEqual(each);
      }),
    );
  });
});

describe('compareValues', () => {
  it('orders as OPA does', () => {
    const ordered: RegoValue[] = [
      null,
      false,
      true,
      -1,
      2,
      10,
      10n ** 20n,
      '',
      'Z',
      'a',
      '\u{ffee}',
      '😀',
      [],
      [1],
      [1, 0],
      [2],
    ];
    const shuffled = [...ordered].reverse().sort(compareValues);
    expect(shuffled).toEqual(ordered);
  });

  it('does not order two objects', () => {
    expect(() => compareValues(new RegoObject([]), new RegoObject([]))).toThrow(LeftToOpa);
  });

  it('does not order decimals', () => {
    expect(() => compareValues(new RegoDecimal('1.0'), 1)).toThrow(LeftToOpa);
    expect(() => equalValues(1, new RegoDecimal('1.0'))).toThrow(LeftToOpa);
  });
});

describe('equalValues', () => {
  it('ignores the order of members and of keys', () => {
    expect(equalValues(parseValue('{{1,2},{"a":1,"b":2}}'), parseValue('{{"b":2,"a":1},{2,1}}'))).toBe(true);
    expect(equalValues(parseValue('{1,2}'), parseValue('{1,3}'))).toBe(false);
    expect(equalValues(parseValue('{"a":1}'), parseValue('{"a":1,"b":1}'))).toBe(false);
    expect(equalValues([1, 2], [2, 1])).toBe(false);
    expect(equalValues(1, '1')).toBe(false);
  });
});
