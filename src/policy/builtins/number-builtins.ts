import { parseValue } from '../evaluation/parse-value.ts';
import { isArray, RegoDecimal, RegoSet } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { integerAt } from './operands.ts';

const MAX_LENGTH = 100_000;

/** As JSON has it. Go knows more, and has limits. */
const NUMBER = /^-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?(?:[eE][+-]?[0-9]{1,2})?$/;

/** The runtime has `max` and `min`; they come here when they have no value, and then this says whether that is right. */
const ofNothing: Builtin = ([collection = null]) => {
  const members = collection instanceof RegoSet ? collection.members : collection;
  if (members === null || !isArray(members) || members.length > 0) throw new LeftToOpa('no empty collection');
  return undefined;
};

/** Builtins over numbers that OPA's WASM runtime lacks, or leaves to its host. */
export const NUMBER_BUILTINS: Readonly<Record<string, Builtin>> = {
  max: ofNothing,
  min: ofNothing,

  // The runtime takes `.` for a number.
  to_number: ([value = null]) => {
    if (value === null || typeof value === 'boolean') return Number(value);
    if (typeof value === 'number' || typeof value === 'bigint' || value instanceof RegoDecimal) return value;
    if (typeof value !== 'string' || !NUMBER.test(value)) throw new LeftToOpa('no plain number');
    return parseValue(value);
  },

  // The runtime's own fails beyond 64 bits.
  format_int: ([number = null, base = null]) => {
    const isInteger = typeof number === 'bigint' || (typeof number === 'number' && Number.isInteger(number));
    if (!isInteger || typeof base !== 'number' || ![2, 8, 10, 16].includes(base)) throw new LeftToOpa('number or base');
    return number.toString(base);
  },

  'numbers.range_step': (operands) => {
    const [from, to, step] = [integerAt(operands, 0), integerAt(operands, 1), integerAt(operands, 2)];
    if (step <= 0 || Math.abs(to - from) / step > MAX_LENGTH) throw new LeftToOpa('step or length');
    const length = Math.floor(Math.abs(to - from) / step) + 1;
    return Array.from({ length }, (_, index) => from + (from <= to ? step : -step) * index);
  },
};
