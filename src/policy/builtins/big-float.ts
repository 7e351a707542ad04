/** A number of limited precision, as Go's `big.Float`: mantissa · 2^exponent. */
export interface BigFloat {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** An exact number: numerator / denominator, the latter above zero. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The nearest number with a mantissa of so many bits; of two that are as near, the even one.
 *
 * @see https://pkg.go.dev/math/big#Float
 */
export function roundToBits({ numerator, denominator }: Rational, bits: number): BigFloat {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0 };
  const size = numerator < 0n ? -numerator : numerator;
  // At least one bit more than is kept, to round by.
  const shift = bits + 2 - bitLength(size) + bitLength(denominator);
  const dividend = shift > 0 ? size << BigInt(shift) : size;
  const divisor = shift < 0 ? denominator << BigInt(-shift) : denominator;
  const quotient = dividend / divisor;
  const isExact = quotient * divisor === dividend;
  const dropped = bitLength(quotient) - bits;
  const kept = quotient >> BigInt(dropped);
  const rest = quotient - (kept << BigInt(dropped));
  const half = 1n << BigInt(dropped - 1);
  const isUp = rest > half || (rest === half && (!isExact || (kept & 1n) === 1n));
  const mantissa = isUp ? kept + 1n : kept;
  return { mantissa: numerator < 0n ? -mantissa : mantissa, exponent: dropped - shift };
}

export function toRational({ mantissa, exponent }: BigFloat): Rational {
  if (exponent >= 0) return { numerator: mantissa << BigInt(exponent), denominator: 1n };
  return { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

/** Digits without zeros at the end; the number is 0.digits · 10^point. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The shortest text that rounds to the same number of so many bits, laid out as OPA does. */
export function formatBigFloat(float: BigFloat, bits: number): string {
  if (float.mantissa === 0n) return '0';
  const { mantissa, exponent } = float;
  const decimal = shortest(float, bits);
  const isInteger = exponent >= 0 || BigInt.asUintN(-exponent, mantissa) === 0n;
  return (mantissa < 0n ? '-' : '') + (isInteger ? plain(decimal) : general(decimal));
}

/** As Go finds it, which looks at the digits of the number beside those of its neighbours half a step away. */
function shortest({ mantissa, exponent }: BigFloat, bits: number): Decimal {
  const size = mantissa < 0n ? -mantissa : mantissa;
  const shift = bits + 1 - bitLength(size);
  const middle = size << BigInt(shift);
  const power = exponent - shift;
  const step = power >= 0 ? 1n << BigInt(power) : powerOfFive(-power);
  const scaled = middle * step;
  const [exact, lower, upper] = [scaled, scaled - step, scaled + step].map((each) => decimalOf(each, power));
  if (exact === undefined || lower === undefined || upper === undefined) throw new RangeError('three numbers');
  const isInclusive = (middle & 2n) === 0n;
  for (let index = 0; index < exact.digits.length; index++) {
    const digit = exact.digits[index] ?? '0';
    const low = lower.digits[index] ?? '0';
    const high = upper.digits[index] ?? '0';
    const canDown = low !== digit || (isInclusive && index + 1 === lower.digits.length);
    const canUp =
      digit !== high && (isInclusive || Number(digit) + 1 < Number(high) || index + 1 < upper.digits.length);
    if (canDown && canUp) return roundDecimal(exact, index + 1);
    if (canDown) return cut(exact, index + 1);
    if (canUp) return cutUp(exact, index + 1);
  }
  return exact;
}

/** @param exponent - of ten where it is below zero; else it is in the number. */
function decimalOf(scaled: bigint, exponent: number): Decimal {
  const digits = scaled.toString();
  return { digits: withoutZeros(digits), point: digits.length + Math.min(exponent, 0) };
}

function withoutZeros(digits: string): string {
  let length = digits.length;
  while (digits[length - 1] === '0') length--;
  return digits.slice(0, length);
}

const powersOfFive: bigint[] = [];

function powerOfFive(exponent: number): bigint {
  const known = powersOfFive[exponent];
  if (known !== undefined) return known;
  const power = 5n ** BigInt(exponent);
  if (exponent < 1_000) powersOfFive[exponent] = power;
  return power;
}

function roundDecimal(decimal: Decimal, length: number): Decimal {
  const next = decimal.digits[length];
  if (next === undefined) return decimal;
  const isHalf = next === '5' && length + 1 === decimal.digits.length;
  const isUp = isHalf ? Number(decimal.digits[length - 1]) % 2 === 1 : next >= '5';
  return isUp ? cutUp(decimal, length) : cut(decimal, length);
}

function cut({ digits, point }: Decimal, length: number): Decimal {
  return { digits: withoutZeros(digits.slice(0, length)), point };
}

function cutUp({ digits, point }: Decimal, length: number): Decimal {
  const kept = digits.slice(0, length).replace(/9+$/, '');
  if (kept === '') return { digits: '1', point: point + 1 };
  return { digits: kept.slice(0, -1) + String(Number(kept.at(-1)) + 1), point };
}

/** `%g` of Go: an exponent below 10⁻⁴ and from 10⁶ on. */
function general(decimal: Decimal): string {
  const exponent = decimal.point - 1;
  if (exponent >= -4 && exponent < 6) return plain(decimal);
  const [first = '', rest = ''] = [decimal.digits.slice(0, 1), decimal.digits.slice(1)];
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${first}${rest && `.${rest}`}e${exponent < 0 ? '-' : '+'}${size}`;
}

function plain({ digits, point }: Decimal): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  const whole = digits.slice(0, point).padEnd(point, '0');
  const fraction = digits.slice(point);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** @param value - above zero. */
function bitLength(value: bigint): number {
  const hexadecimal = value.toString(16);
  return hexadecimal.length * 4 + 28 - Math.clz32(Number.parseInt(hexadecimal.slice(0, 1), 16));
}
