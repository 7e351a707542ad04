import { compareValues } from '../evaluation/compare-values.ts';
import { isArray, RegoDecimal, RegoObject, RegoSet, type RegoValue } from '../evaluation/value.ts';
import { type Builtin, LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

const VERB = /%(.?)/gsu;

/**
 * `sprintf` for the plain verbs `%v %s %d %%` with an argument of the right type for each. Widths, precisions, other
 * verbs and mismatches have many rules, all of them Go's: those go to OPA.
 *
 * @see https://pkg.go.dev/fmt
 */
export const sprintf: Builtin = (operands) => {
  const template = stringAt(operands, 0);
  const values = operands[1];
  if (values === undefined || !isArray(values)) throw new LeftToOpa('no array of arguments');
  let used = 0;
  const text = template.replace(VERB, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = values[used++];
    if (value === undefined) throw new LeftToOpa('too few arguments');
    return printArgument(verb, value);
  });
  if (used < values.length) throw new LeftToOpa('too many arguments');
  return text;
};

function printArgument(verb: string, value: RegoValue): string {
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  if (verb === 'd' && isInteger) return String(value);
  if (verb === 's' && typeof value === 'number') throw new LeftToOpa('a number for %s');
  if (verb === 's' && (typeof value === 'bigint' || value instanceof RegoDecimal))
    throw new LeftToOpa('a number for %s');
  if (verb !== 'v' && verb !== 's') throw new LeftToOpa(`%${verb}`);
  return typeof value === 'string' ? value : printValue(value);
}

/** A value as Rego writes it. */
function printValue(value: RegoValue): string {
  if (value instanceof RegoDecimal) throw new LeftToOpa('decimal');
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return printNumber(value);
  if (isArray(value)) return `[${value.map(printValue).join(', ')}]`;
  if (value instanceof RegoSet) {
    if (value.members.length === 0) return 'set()';
    return `{${[...value.members].sort(compareValues).map(printValue).join(', ')}}`;
  }
  if (value instanceof RegoObject) {
    const entries = [...value.entries].sort(([one], [other]) => compareValues(one, other));
    return `{${entries.map(([key, member]) => `${printValue(key)}: ${printValue(member)}`).join(', ')}}`;
  }
  return String(value);
}

/** Go and JavaScript write fractions alike as long as neither needs an exponent. */
function printNumber(value: number): string {
  if (!Number.isInteger(value) && Math.abs(value) < 1e-4) throw new LeftToOpa('exponent');
  return String(value);
}

/** What Go escapes in a quoted string beyond this, control and unprintable characters, is left to it. */
function quote(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new LeftToOpa('characters to escape');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
