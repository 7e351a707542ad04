import { parseValue } from '../evaluation/parse-value.ts';
import { isArray, RegoObject, type RegoValue } from '../evaluation/value.ts';
import { LeftToOpa } from './builtin.ts';

/** OPA has limits to these. */
const LONG_EXPONENT = /[eE][+-]?[0-9]{4}/;

/** Half of a pair, which Go replaces. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Whether a text is JSON.
 *
 * @throws LeftToOpa for numbers that may be too large for OPA.
 */
export function isJson(text: string): boolean {
  if (LONG_EXPONENT.test(text)) throw new LeftToOpa('exponent');
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads JSON to a value.
 *
 * @throws LeftToOpa for what is no JSON, and for what only OPA has a reading of: a member that is written twice, half a character.
 */
export function parseJson(text: string): RegoValue {
  // What `parseValue` reads beyond JSON must not pass.
  if (!isJson(text)) throw new LeftToOpa('not JSON');
  const value = parseValue(text);
  if (!isPlain(value)) throw new LeftToOpa('repeated member or half a character');
  return value;
}

function isPlain(value: RegoValue): boolean {
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (isArray(value)) return value.every(isPlain);
  if (!(value instanceof RegoObject)) return true;
  return (
    new Set(value.entries.map(([key]) => key)).size === value.entries.length &&
    value.entries.every(([key, member]) => isPlain(key) && isPlain(member))
  );
}
