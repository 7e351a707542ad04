import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

const PREFIXES = ['', 'k', 'm', 'g', 't', 'p', 'e'];

/** Whole amounts; fractions and exponents are OPA's. */
const AMOUNT = /^([0-9]{1,30})([A-Za-z]{0,3})$/;

/** `units.parse` and `units.parse_bytes`. */
export const UNITS_BUILTINS: Readonly<Record<string, Builtin>> = {
  'units.parse_bytes': (operands) => {
    const { amount, unit } = parseAmount(stringAt(operands, 0).toLowerCase());
    return amount * byteFactor(unit);
  },

  // Here case tells a thousandth from a million.
  'units.parse': (operands) => {
    const { amount, unit } = parseAmount(stringAt(operands, 0));
    if (unit === 'm') throw new LeftToOpa('milli');
    return amount * (unit.length > 1 && !/^[A-Za-z]i$/i.test(unit) ? unknownUnit() : factor(unit.toLowerCase()));
  },
};

function parseAmount(text: string): { amount: bigint; unit: string } {
  const match = AMOUNT.exec(text);
  if (match === null) throw new LeftToOpa('no whole amount');
  return { amount: BigInt(match[1] ?? ''), unit: match[2] ?? '' };
}

/** Thousands for `k` and `kb`, 1024s for `ki` and `kib`. */
function byteFactor(unit: string): bigint {
  return factor(unit.length > 1 && unit.endsWith('b') ? unit.slice(0, -1) : unit);
}

function factor(unit: string): bigint {
  const binary = unit.endsWith('i');
  const power = PREFIXES.indexOf(binary ? unit.slice(0, -1) : unit);
  if (power < 0 || (binary && power === 0)) return unknownUnit();
  return (binary ? 1024n : 1000n) ** BigInt(power);
}

function unknownUnit(): never {
  throw new LeftToOpa('unknown unit');
}
