import { hexNumber } from './code-of.ts';
import type { DecodedText } from './decoded-text.ts';

/** A way to write a character by its number, or by a name. */
export interface EscapeForm {
  readonly encoding: string;
  /** What escapes begin with, in lower case: the engine looks for these as it looks for keywords. */
  readonly keywords: readonly string[];
  /** The first character of every escape. */
  readonly mark: string;
  /** One escape, from its mark on. */
  readonly escape: RegExp;
  /** Whether an escape begins where a keyword stands, of a character that says that secrets may be written so. */
  tells(bytes: Uint8Array, at: number): boolean;
  /** The character that an escape stands for; undefined for what is none. */
  decode(match: RegExpExecArray): string | undefined;
  /** Characters that end the text that an escape belongs to. */
  readonly delimiters: string;
}

const HASH = 0x23;
const SEMICOLON = 0x3b;
const OPENING_BRACE = 0x7b;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const DIGIT_3 = 0x33;
const LETTER_D = 0x44;
const LETTER_N = 0x6e;
const LONGEST_NUMBER = 7;

/** What secrets and assignments are made of: the odd other character that is escaped says nothing. */
const TELLING = new Set([
  ...Buffer.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:=/@"\'_.+%&\\-'),
]);

function isTelling(code: number): boolean {
  return TELLING.has(code);
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  colon: ':',
  commat: '@',
  equals: '=',
  gt: '>',
  lt: '<',
  period: '.',
  quot: '"',
  sol: '/',
};

/** RFC 3986, 2.1. */
const PERCENT: EscapeForm = {
  encoding: 'percent',
  keywords: ['%2', '%3', '%4', '%5', '%6', '%7'],
  mark: '%',
  tells: (bytes, at) => isTelling(hexNumber(bytes, at + 1, 2)),
  escape: /%([0-9a-fA-F]{2})/y,
  decode: ([, digits = '']) => String.fromCharCode(Number.parseInt(digits, 16)),
  delimiters: ' \t\r\n"\'`<>',
};

/** https://html.spec.whatwg.org/multipage/syntax.html#character-references */
const HTML: EscapeForm = {
  encoding: 'html',
  keywords: ['&#', '&quot;', '&apos;', '&colon;', '&equals;'],
  mark: '&',
  tells(bytes, at) {
    if (bytes[at + 1] !== HASH) return true;
    const isHex = bytes[at + 2] === 0x78 || bytes[at + 2] === 0x58;
    const first = at + (isHex ? 3 : 2);
    let end = first;
    while (end < first + LONGEST_NUMBER && bytes[end] !== SEMICOLON) end++;
    const digits = Buffer.from(bytes.subarray(first, end)).toString('latin1');
    return isTelling(Number.parseInt(digits, isHex ? 16 : 10));
  },
  escape: /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|apos|colon|commat|equals|gt|lt|period|quot|sol));/y,
  decode: ([, decimal, hex, name]) => (name === undefined ? character(decimal, hex) : NAMED[name]),
  delimiters: '\n',
};

/** JSON, JavaScript, Python, C and Java's properties. */
const UNICODE: EscapeForm = {
  encoding: 'unicode',
  keywords: ['\\u', '\\x'],
  mark: '\\',
  tells(bytes, at) {
    const letter = bytes[at + 1];
    if (letter === 0x78) return isTelling(hexNumber(bytes, at + 2, 2));
    if (letter === 0x55) return isTelling(hexNumber(bytes, at + 2, 8));
    if (bytes[at + 2] !== OPENING_BRACE) return isTelling(hexNumber(bytes, at + 2, 4));
    return isTelling(hexNumber(bytes, at + 3, 2));
  },
  escape: /\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8}))/y,
  decode: ([, short, braced, byte, long]) => character(undefined, short ?? braced ?? byte ?? long),
  delimiters: '\n',
};

const CONTROL: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** JSON within a string of JSON (RFC 8259, section 7), as often as it was put into one. */
const JSON_STRING: EscapeForm = {
  encoding: 'json',
  keywords: ['{\\"', '{\\\\', '{\\n'],
  mark: '\\',
  tells(bytes, at) {
    if (bytes[at + 2] !== LETTER_N) return true;
    // An object that is written over several lines: elsewhere braces and line ends are code.
    let next = at + 3;
    while (next < at + REACH && bytes[next] === SPACE) next++;
    return bytes[next] === BACKSLASH && (bytes[next + 1] === QUOTE || bytes[next + 1] === BACKSLASH);
  },
  escape: /\\(?:(["\\/])|([bfnrt])|u([0-9a-fA-F]{4}))/y,
  decode: ([, itself, control, hex]) =>
    itself ?? (control === undefined ? character(undefined, hex) : CONTROL[control]),
  delimiters: '\n',
};

/** The length of lines that a mail program breaks, with their `=`. */
const BROKEN_LINE = { least: 70, most: 76 };

/** RFC 2045, 6.7. */
const QUOTED_PRINTABLE: EscapeForm = {
  encoding: 'quoted-printable',
  keywords: ['=3d', '=\n', '=\r\n'],
  mark: '=',
  tells(bytes, at) {
    if (bytes[at + 1] === DIGIT_3) return bytes[at + 2] === LETTER_D;
    const least = Math.max(0, at - BROKEN_LINE.most);
    let start = at;
    while (start > least && bytes[start - 1] !== NEWLINE) start--;
    return at - start + 1 >= BROKEN_LINE.least && at - start + 1 <= BROKEN_LINE.most;
  },
  escape: /=(?:([0-9A-F]{2})|[ \t]{0,8}\r?\n)/y,
  decode: ([, digits]) => (digits === undefined ? '' : String.fromCharCode(Number.parseInt(digits, 16))),
  delimiters: '\n',
};

export const ESCAPE_FORMS: readonly EscapeForm[] = [PERCENT, HTML, UNICODE, JSON_STRING, QUOTED_PRINTABLE];

/** How far from its escapes a text goes, and how long it is in all. */
const REACH = 512;
const LONGEST = 64 * 1024;

/** Where something decoded stands in the decoded text, and where in the encoded one. */
interface Shift {
  readonly decoded: number;
  readonly encoded: number;
}

/** Decodes the text around an escape, up to its delimiters. */
export function decodeEscapes(bytes: Buffer, form: EscapeForm, at: number): DecodedText {
  const start = beginOfText(bytes, form, at);
  // Most are short: not more is read of the text than there are escapes in.
  let text = bytes.toString('latin1', start, start + 4 * REACH);
  const { mark } = form;
  let decoded = text.slice(0, at - start);
  /** Where what is decoded is no more as far from the beginning as it is in the text. */
  const shifts: Shift[] = [{ decoded: 0, encoded: 0 }];
  let end = at - start;
  for (let index = end; index <= end + REACH; ) {
    if (index + REACH > text.length && text.length < Math.min(LONGEST, bytes.length - start))
      text = bytes.toString('latin1', start, start + Math.min(LONGEST, 4 * text.length));
    const next = text.indexOf(mark, index);
    const between = text.slice(index, next < 0 ? end + REACH : Math.min(next, end + REACH));
    const stop = firstOf(between, form.delimiters);
    decoded += stop < 0 ? between : between.slice(0, stop);
    if (next < 0 || stop >= 0 || next >= end + REACH) {
      end = index + (stop < 0 ? between.length : stop);
      break;
    }
    form.escape.lastIndex = next;
    const match = form.escape.exec(text);
    const written = match === null ? undefined : form.decode(match);
    if (match === null || written === undefined) {
      decoded += mark;
      index = next + 1;
    } else {
      decoded += written;
      index = next + match[0].length;
      end = index;
      shifts.push({ decoded: decoded.length, encoded: index });
    }
  }
  const placeOf = (place: number) => {
    let first = 0;
    let last = shifts.length - 1;
    while (first < last) {
      const middle = (first + last + 1) >> 1;
      if ((shifts[middle] as Shift).decoded <= place) first = middle;
      else last = middle - 1;
    }
    const { encoded, decoded: before } = shifts[first] as Shift;
    return start + encoded + place - before;
  };
  return {
    encoding: form.encoding,
    bytes: Buffer.from(decoded, 'latin1'),
    spanOf: (from, to) => ({ start: placeOf(from), end: placeOf(to) }),
    end: start + end,
  };
}

function beginOfText(bytes: Buffer, form: EscapeForm, at: number): number {
  const first = Math.max(0, at - REACH);
  const before = bytes.toString('latin1', first, at);
  let index = before.length;
  while (index > 0 && !form.delimiters.includes(before[index - 1] as string)) index--;
  return first + index;
}

function firstOf(text: string, characters: string): number {
  let first = -1;
  for (const character of characters) {
    const at = text.indexOf(character);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/** As bytes of UTF-8, seen as Latin-1. */
function character(decimal: string | undefined, hex: string | undefined): string | undefined {
  const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
  if (!(code <= 0x10_ffff)) return undefined;
  if (code < 0x80) return String.fromCharCode(code);
  return Buffer.from(String.fromCodePoint(code), 'utf8').toString('latin1');
}
