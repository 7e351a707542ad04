import { isArray, type RegoValue } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { integerAt, stringAt } from './operands.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;
const [MIN_INT64, MAX_INT64] = [-(2n ** 63n), 2n ** 63n - 1n];

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** In OPA's order, so that `1h30m` reads from the left. */
const DURATION = /^-?(?:[0-9]{1,9}(?:ns|us|ms|s|m|h))+$/;
const DURATION_PART = /([0-9]+)(ns|us|ms|s|m|h)/g;
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Builtins over time, in UTC. Times are nanoseconds since 1970; time zones and layouts are OPA's. */
export const TIME_BUILTINS: Readonly<Record<string, Builtin>> = {
  'time.now_ns': (_, { now }) => now,

  'time.parse_rfc3339_ns': (operands) => parseRfc3339(stringAt(operands, 0)),

  'time.parse_ns': (operands) => {
    const layout = stringAt(operands, 0);
    if (layout !== 'RFC3339' && layout !== '2006-01-02T15:04:05Z07:00') throw new LeftToOpa('layout');
    return parseRfc3339(stringAt(operands, 1));
  },

  'time.parse_duration_ns': (operands) => {
    const text = stringAt(operands, 0);
    if (!DURATION.test(text)) throw new LeftToOpa('no plain duration');
    let sum = 0n;
    for (const [, digits = '', unit = ''] of text.matchAll(DURATION_PART)) sum += BigInt(digits) * (UNITS[unit] ?? 0n);
    return inRange(text.startsWith('-') ? -sum : sum);
  },

  'time.format': ([operand = null]) => {
    const time = utc(operand);
    const fraction = String(fractionOfSecond(nanoseconds(operand)))
      .padStart(9, '0')
      .replace(/0+$/, '');
    return `${time.toISOString().slice(0, 19)}${fraction && `.${fraction}`}Z`;
  },

  'time.date': ([operand = null]) => {
    const time = utc(operand);
    return [time.getUTCFullYear(), time.getUTCMonth() + 1, time.getUTCDate()];
  },

  'time.clock': ([operand = null]) => {
    const time = utc(operand);
    return [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()];
  },

  'time.weekday': ([operand = null]) => WEEKDAYS[utc(operand).getUTCDay()] ?? '',

  'time.diff': ([first = null, second = null]) => {
    const [earlier, later] = nanoseconds(first) > nanoseconds(second) ? [second, first] : [first, second];
    return between(utc(earlier), utc(later));
  },

  // Days that a month does not have run over into the next one, as in Go.
  'time.add_date': (operands) => {
    const [operand = null] = operands;
    const time = utc(operand);
    const [years, months, days] = [integerAt(operands, 1), integerAt(operands, 2), integerAt(operands, 3)];
    time.setUTCFullYear(time.getUTCFullYear() + years, time.getUTCMonth() + months, time.getUTCDate() + days);
    if (Number.isNaN(time.getTime())) throw new LeftToOpa('out of range');
    return inRange(BigInt(time.getTime()) * NANOSECONDS_PER_MILLISECOND + fractionOfMillisecond(nanoseconds(operand)));
  },
};

/** Years, months, days, hours, minutes and seconds, counted from the earlier time on. */
function between(earlier: Date, later: Date): readonly number[] {
  const daysOfMonth = new Date(Date.UTC(earlier.getUTCFullYear(), earlier.getUTCMonth() + 1, 0)).getUTCDate();
  const sizes = [Number.POSITIVE_INFINITY, 12, daysOfMonth, 24, 60, 60];
  const from = parts(earlier);
  const difference = parts(later).map((part, index) => part - (from[index] ?? 0));
  let borrowed = 0;
  return difference
    .reverse()
    .map((part, index) => {
      const left = part - borrowed;
      borrowed = left < 0 ? 1 : 0;
      return left < 0 ? left + (sizes.at(-1 - index) ?? 0) : left;
    })
    .reverse();
}

function parts(time: Date): readonly number[] {
  return [
    time.getUTCFullYear(),
    time.getUTCMonth(),
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
}

function parseRfc3339(text: string): bigint {
  const match = RFC3339.exec(text);
  if (match === null) throw new LeftToOpa('not RFC 3339');
  const number = (group: number): number => Number(match[group] ?? 0);
  const time = new Date(0);
  time.setUTCFullYear(number(1), number(2) - 1, number(3));
  const isDate = time.getUTCMonth() === number(2) - 1 && time.getUTCDate() === number(3);
  const isClock = number(4) < 24 && number(5) < 60 && number(6) < 60 && number(9) < 24 && number(10) < 60;
  if (!isDate || !isClock) throw new LeftToOpa('no such time');
  const offset = (number(9) * 60 + number(10)) * (match[8] === '-' ? -1 : 1);
  const minutes = time.getTime() / 60_000 + number(4) * 60 + number(5) - offset;
  return inRange(BigInt(minutes * 60 + number(6)) * 1_000_000_000n + BigInt((match[7] ?? '').padEnd(9, '0')));
}

/** Nanoseconds of `ns`, `[ns]` or `[ns, "UTC"]`. */
function nanoseconds(operand: RegoValue): bigint {
  const [value = null, zone = 'UTC', ...rest] = isArray(operand) ? operand : [operand];
  if ((zone !== 'UTC' && zone !== '') || rest.length > 0) throw new LeftToOpa('zone or layout');
  if (typeof value === 'bigint') return inRange(value);
  if (!Number.isSafeInteger(value)) throw new LeftToOpa('no integer');
  return BigInt(Number(value));
}

function utc(operand: RegoValue): Date {
  const time = nanoseconds(operand);
  return new Date(Number((time - fractionOfMillisecond(time)) / NANOSECONDS_PER_MILLISECOND));
}

function fractionOfMillisecond(time: bigint): bigint {
  return modulo(time, NANOSECONDS_PER_MILLISECOND);
}

function fractionOfSecond(time: bigint): bigint {
  return modulo(time, 1_000_000_000n);
}

/** Never negative: before 1970 too, time rounds down. */
function modulo(time: bigint, unit: bigint): bigint {
  return ((time % unit) + unit) % unit;
}

function inRange(value: bigint): bigint {
  if (value < MIN_INT64 || value > MAX_INT64) throw new LeftToOpa('out of range');
  return value;
}
