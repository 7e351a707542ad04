import { isLower, isUpper } from './word-edge.ts';

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

/** What a token is made of, as `whyNoToken` says, and the shortest one. */
const TOKEN = bytesOf('0-9A-Za-z_+/=.~:!@#$%^&*|,;?-');
const SHORTEST_TOKEN = 10;

/** The bytes behind a name that are looked at, at most. */
export const ASSIGNMENT_REACH = LONGEST_REST_OF_NAME + 4 + MOST_SPACES + 4 + MOST_SPACES + LONGEST_VALUE;
/** In the order in which keyword-search.as has them. */
export const ASSIGNMENT_SETS = [NAME, NAME_BEFORE, QUOTE, CLOSING, OPERATOR, COMPOUND, TYPE, SPACE, TOKEN];

/** What the name that a keyword is in says of itself. */
export interface AssignedName {
  /** It promises a token: that is one word with a digit. */
  readonly token: boolean;
  /** The letters that may follow in the same word; any where there are none. By byte. */
  readonly letters: Uint8Array;
}

/** The words of `nameKind`, by the keyword that they begin or end with: what follows it within the word begins so. */
const NEXT_LETTERS: Readonly<Record<string, string>> = {
  key: 's',
  token: 's',
  secret: 'sk',
  auth: 'okt',
  cred: 'se',
  pass: 'wpcse',
  pw: 'd',
};

/** What a keyword of generic assignments says of the names that it is in. */
export function assignedName(keyword: string): AssignedName {
  const letters = NEXT_LETTERS[keyword];
  return {
    token: ['key', 'token', 'auth', 'secret', 'cred'].includes(keyword),
    letters: bytesOf(letters === undefined ? 'A-Za-z' : letters + letters.toUpperCase()),
  };
}

/**
 * Whether the gate of a keyword of generic assignments is open: a cheap look at what `readAssignment` reads, and `nameKind`
 * and `whyNoSecret` ask for. The keyword ends a word of the name, or goes on as such words do; behind the name there must be
 * an operator, or a space and an argument, and then something as long as a value.
 */
export function assignmentOpens(bytes: Uint8Array, start: number, end: number, name: AssignedName): boolean {
  if (isSameCase(bytes[end - 1], bytes[end]) && name.letters[bytes[end] as number] !== 1) return false;
  const at = skip(bytes, end, NAME, LONGEST_REST_OF_NAME);
  return mayAssign(bytes, start, end, at) && (!name.token || hasToken(bytes, at));
}

/** Two letters of one case are of one word. */
function isSameCase(first: number | undefined, second: number | undefined): boolean {
  return (isUpper(first) && isUpper(second)) || (isLower(first) && isLower(second));
}

/** Whether behind a name that ends at `from` something may be assigned. */
function mayAssign(bytes: Uint8Array, start: number, end: number, from: number): boolean {
  let at = from;
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
    return hasValue(bytes, at);
  }
  if (next === 45) return true;
  if (at === spaces) return false;
  if (TYPE[next] === 1) return true;
  return hasArgument(bytes, start, at);
}

/** Whether something like a token stands on the rest of the line; behind a `>`, on the next one. */
function hasToken(bytes: Uint8Array, from: number): boolean {
  const most = Math.min(bytes.length, from + ASSIGNMENT_REACH - LONGEST_REST_OF_NAME);
  let length = 0;
  let digit = false;
  let lines = 1;
  for (let index = from; index < most; index++) {
    const byte = bytes[index] as number;
    if (TOKEN[byte] === 1) {
      length++;
      if (byte >= 48 && byte <= 57) digit = true;
      if (digit && length >= SHORTEST_TOKEN) return true;
      continue;
    }
    if (byte === 62) lines = 2;
    if (byte === NEWLINE && --lines === 0) return false;
    length = 0;
    digit = false;
  }
  return false;
}

/** With only a space between: an option and its argument, a quoted value, or something long. */
function hasArgument(bytes: Uint8Array, start: number, at: number): boolean {
  const next = bytes[at] as number;
  if (QUOTE[next] === 1 || next === 92 || next === 64) return true;
  let name = start;
  while (name > 0 && start - name < LONGEST_NAME && NAME_BEFORE[bytes[name - 1] as number] === 1) name--;
  if (bytes[name] === 45 || isInstructed(bytes, name)) return true;
  for (let index = at; index < at + SHORTEST_ARGUMENT; index++) {
    const byte = bytes[index];
    if (byte === undefined || byte <= 32) return isScheme(bytes, at, index);
  }
  return true;
}

/** Whether `ENV `, `ARG ` or `LABEL ` may stand before a name. */
function isInstructed(bytes: Uint8Array, name: number): boolean {
  let end = name;
  while (end > 0 && name - end < 4 && SPACE[bytes[end - 1] as number] === 1) end--;
  if (end === name || end < 3) return false;
  const [first, second, third] = [bytes[end - 3], bytes[end - 2], bytes[end - 1]].map((byte) => (byte as number) | 32);
  return (
    (first === 101 && second === 110 && third === 118) ||
    (first === 97 && second === 114 && third === 103) ||
    (first === 98 && second === 101 && third === 108)
  );
}

/** `Bearer` and the like may stand before the value; a letter or two before a quote. */
function isScheme(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from >= 5 && to - from <= 6 && bytes[to] !== NEWLINE && (bytes[from] as number) <= 90;
}

/** From the operator on: enough that is no space. */
function hasValue(bytes: Uint8Array, operator: number): boolean {
  const at = skip(bytes, operator, OPERATOR, 4);
  // All but the first of them may be the value's own.
  let length = at - operator - 1;
  const most = Math.min(bytes.length, at + MOST_SPACES + LONGEST_VALUE);
  // In XML the value may stand on the next line.
  let lines = bytes[at - 1] === 62 ? 2 : 1;
  for (let index = at; index < most; index++) {
    const byte = bytes[index] as number;
    if (byte === NEWLINE && --lines === 0) return false;
    if (byte > 32) length++;
    if (length >= SHORTEST_VALUE) return true;
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
