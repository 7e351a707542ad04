import { isArray, RegoDecimal, RegoSet, type RegoValue } from '../evaluation/value.ts';
import { formatBigFloat, type Rational, roundToBits, toRational } from './big-float.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';

/** Of OPA's numbers that are not integers; a product of several begins with fewer. */
const BITS = 64;
const PRODUCT_BITS = 53;

const MAX_INT32 = 2n ** 31n - 1n;
const MIN_INT32 = -(2n ** 31n);

/** What Go reads in one step, so that it rounds once. */
const NUMBER = /^(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?(?:[eE]([+-]?[0-9]{1,2}))?$/;

type Operation = (one: Rational, other: Rational) => Rational;

const ZERO: Rational = { numerator: 0n, denominator: 1n };
const ONE: Rational = { numerator: 1n, denominator: 1n };

const add: Operation = (one, other) => ({
  numerator: one.numerator * other.denominator + other.numerator * one.denominator,
  denominator: one.denominator * other.denominator,
});
const subtract: Operation = (one, other) => add(one, { ...other, numerator: -other.numerator });
const multiply: Operation = (one, other) => ({
  numerator: one.numerator * other.numerator,
  denominator: one.denominator * other.denominator,
});

/**
 * Arithmetic with results that are not integers, which the WASM runtime computes in decimal, and OPA in binary. It comes here
 * for those only.
 */
export const ARITHMETIC_BUILTINS: Readonly<Record<string, Builtin>> = {
  plus: ([one, other]) => compute(add, rationalOf(one), rationalOf(other)),
  minus: ([one, other]) => compute(subtract, rationalOf(one), rationalOf(other)),
  mul: ([one, other]) => compute(multiply, rationalOf(one), rationalOf(other)),

  div: ([first, second]) => {
    const [one, other] = [rationalOf(first), rationalOf(second)];
    if (one.numerator === 0n || other.numerator === 0n) throw new LeftToOpa('zero');
    if (isSmall(one) && isSmall(other) && one.numerator % other.numerator === 0n)
      return toNumber(one.numerator / other.numerator);
    const [dividend, divisor] = [rounded(one, BITS), rounded(other, BITS)];
    const sign = divisor.numerator < 0n ? -1n : 1n;
    const quotient = {
      numerator: sign * dividend.numerator * divisor.denominator,
      denominator: sign * dividend.denominator * divisor.numerator,
    };
    return decimal(quotient, BITS);
  },

  abs: ([number]) => {
    const value = rationalOf(number);
    if (isInteger(value)) throw new LeftToOpa('integer');
    return decimal(value.numerator < 0n ? subtract(ZERO, value) : value, BITS);
  },

  sum: ([collection]) => accumulate(add, rationals(collection), ZERO, BITS),
  product: ([collection]) => accumulate(multiply, rationals(collection), ONE, PRODUCT_BITS),
};

/** Integers stay exact whatever their size. */
function compute(operation: Operation, one: Rational, other: Rational): RegoValue {
  if (isInteger(one) && isInteger(other)) return toNumber(operation(one, other).numerator);
  return decimal(operation(rounded(one, BITS), rounded(other, BITS)), BITS);
}

function accumulate(operation: Operation, numbers: readonly Rational[], start: Rational, bits: number): RegoValue {
  if (numbers.every(isInteger)) return toNumber(numbers.reduce(operation, start).numerator);
  const total = numbers.reduce((sum, each) => rounded(operation(sum, rounded(each, BITS)), bits), start);
  return decimal(total, bits);
}

function rounded(value: Rational, bits: number): Rational {
  if (value.denominator === 1n && BigInt.asIntN(bits, value.numerator) === value.numerator) return value;
  return toRational(roundToBits(value, bits));
}

function decimal(value: Rational, bits: number): RegoValue {
  if (value.numerator === 0n) throw new LeftToOpa('zero, which has a sign');
  return new RegoDecimal(formatBigFloat(roundToBits(value, bits), bits));
}

/** Members of a set in their order, in which OPA adds them up. */
function rationals(collection: RegoValue | undefined): readonly Rational[] {
  if (collection === undefined) throw new LeftToOpa('no collection');
  if (isArray(collection)) return collection.map(rationalOf);
  if (!(collection instanceof RegoSet)) throw new LeftToOpa('no collection');
  return collection.members.map(rationalOf).sort((one, other) => {
    const order = one.numerator * other.denominator - other.numerator * one.denominator;
    return order < 0n ? -1 : order > 0n ? 1 : 0;
  });
}

function rationalOf(value: RegoValue | undefined): Rational {
  if (typeof value === 'bigint') return { numerator: value, denominator: 1n };
  if (Number.isSafeInteger(value)) return { numerator: BigInt(Number(value)), denominator: 1n };
  const text = value instanceof RegoDecimal ? value.text : typeof value === 'number' ? String(value) : '';
  const match = NUMBER.exec(text);
  if (match === null) throw new LeftToOpa('no number, or one of many digits');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  if (power >= 0) return { numerator: digits * 10n ** BigInt(power), denominator: 1n };
  const denominator = 10n ** BigInt(-power);
  if (digits % denominator === 0n) return { numerator: digits / denominator, denominator: 1n };
  return { numerator: digits, denominator };
}

const isInteger = ({ denominator }: Rational): boolean => denominator === 1n;

function isSmall({ numerator, denominator }: Rational): boolean {
  return denominator === 1n && numerator >= MIN_INT32 && numerator <= MAX_INT32;
}

function toNumber(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
