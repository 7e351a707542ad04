import type { HitGate } from './hit-gate.ts';

const LONGEST_REST_OF_NAME = 60;
const LONGEST_NAME = 80;
const LONGEST_VALUE = 1_024;
/** Spaces that may stand somewhere between a name and a value. */
const MOST_SPACES = 40;
const SHORTEST_VALUE = 6;
/** Behind a name with only a space, a value that is not an option's is at least this long, or quoted. */
const SHORTEST_ARGUMENT = 20;

const NAME = bytesOf('0-9A-Za-z_$-');
const NAME_BEFORE = bytesOf('0-9A-Za-z_$.-');
const QUOTE = bytesOf('"\'`');
const CLOSING = bytesOf('"\'`\\]');
const OPERATOR = bytesOf(':=?.+|&>,-');
/** These operators are none without a `=`. */
const COMPOUND = bytesOf('?.+|&');
/** What begins the type that some languages write between name and operator. */
const TYPE = bytesOf('sS&c[');
const SPACE = bytesOf(' \t');
const NEWLINE = 10;
const EQUALS = 61;

/**
 * The gate of a keyword of generic assignments: a cheap look at what `readAssignment` reads and `isSecretValue` asks for.
 * Behind the name there must be an operator, or a space and an argument, and then something as long as a value. Where the
 * keyword is of names that promise a token, that has a digit.
 */
export function assignmentGate(keyword: string): HitGate {
  const needsDigit = keyword === 'key' || keyword === 'token' || keyword === 'auth';
  return (bytes, start, end) => {
    let at = skip(bytes, end, NAME, LONGEST_REST_OF_NAME);
    const first = bytes[at] as number;
    // An index follows, or the name is longer than names are: seldom, so the slow way may look.
    if (first === 91 || at - end === LONGEST_REST_OF_NAME) return true;
    if (CLOSING[first] === 1) at = skip(bytes, at, CLOSING, 4);
    const spaces = at;
    at = skip(bytes, at, SPACE, MOST_SPACES);
    const next = bytes[at] as number;
    if (OPERATOR[next] === 1 && next !== 45) {
      if (COMPOUND[next] === 1 && bytes[at + 1] !== EQUALS && bytes[at + 2] !== EQUALS)
        return at > spaces && hasArgument(bytes, start, at);
      return hasValue(bytes, at, needsDigit);
    }
    if (next === 45) return true;
    if (at === spaces) return false;
    if (TYPE[next] === 1) return true;
    return hasArgument(bytes, start, at);
  };
}

/** With only a space between: an option and its argument, a quoted value, or something long. */
function hasArgument(bytes: Uint8Array, start: number, at: number): boolean {
  const next = bytes[at] as number;
  if (QUOTE[next] === 1 || next === 92 || next === 64) return true;
  let name = start;
  while (name > 0 && start - name < LONGEST_NAME && NAME_BEFORE[bytes[name - 1] as number] === 1) name--;
  if (bytes[name] === 45) return true;
  for (let index = at; index < at + SHORTEST_ARGUMENT; index++) {
    const byte = bytes[index];
    if (byte === undefined || byte <= 32) return isScheme(bytes, at, index);
  }
  return true;
}

/** `Bearer` and the like may stand before the value; a letter or two before a quote. */
function isScheme(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from >= 5 && to - from <= 6 && bytes[to] !== NEWLINE && (bytes[from] as number) <= 90;
}

/** From the operator on: enough that is no space, and a digit where one is needed. */
function hasValue(bytes: Uint8Array, operator: number, needsDigit: boolean): boolean {
  const at = skip(bytes, operator, OPERATOR, 4);
  let digit = !needsDigit;
  // All but the first of them may be the value's own.
  let length = at - operator - 1;
  const most = Math.min(bytes.length, at + MOST_SPACES + LONGEST_VALUE);
  // In XML the value may stand on the next line.
  let lines = bytes[at - 1] === 62 ? 2 : 1;
  for (let index = at; index < most; index++) {
    const byte = bytes[index] as number;
    if (byte === NEWLINE && --lines === 0) return false;
    if (byte > 32) length++;
    if (byte >= 48 && byte <= 57) digit = true;
    if (digit && length >= SHORTEST_VALUE) return true;
  }
  return false;
}

function skip(bytes: Uint8Array, from: number, set: Uint8Array, most: number): number {
  let at = from;
  while (at - from < most && set[bytes[at] as number] === 1) at++;
  return at;
}

function bytesOf(characters: string): Uint8Array {
  const set = new Uint8Array(256);
  const pattern = new RegExp(`[${characters.replaceAll(/[\\\]]/g, '\\$&')}]`);
  for (let byte = 0; byte < 256; byte++) if (pattern.test(String.fromCharCode(byte))) set[byte] = 1;
  return set;
}
