import { isWordByte } from './word-edge.ts';

/** A value that is given to a name, in whatever language: `name = "value"`, `"name": "value"`, `<name>value</name>` … */
export interface Assignment {
  readonly name: string;
  readonly nameStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** The quote that the value stands in; empty without one. */
  readonly quote: string;
  readonly operator: string;
}

const LONGEST_NAME = 80;
const LONGEST_VALUE = 1_024;

const NAME_END = /[\w$-]{0,60}(?:\[[\w'"-]{0,30}\])?/y;
/** From the name to the value: a closing quote, a type, the operator, an opening quote. Each part is bounded. */
const OPERATOR =
  /(?:\\{0,3}["'`]|["']?\])?(?:[ \t]{0,40}:?[ \t]{0,4}(?:string|String|str|&str|char\*?|const char\*?|\[\]byte))?[ \t]{0,40}(?:([=!]==?|:{0,3}=>?|[?.+|&]{1,2}=|->|:|,|=:)[ \t]{0,40}|(>)[ \t]{0,40}(?:\r?\n[ \t]{0,40})?)/y;
/** Words that stand before `key` and the like, with a space between. */
const QUALIFIER =
  /(?<![\w-])(?:access|account|admin|api|auth|client|database|db|encryption|license|master|private|root|secret|storage)[ ]$/i;
const SPACE = /["'`]?[ \t]{1,8}(?=[^ \t])/y;
/** In a Dockerfile the name may stand behind one of these, and only a space before the value. */
const INSTRUCTION = /(?:^|\n)[ \t]{0,8}(?:ENV|ARG|LABEL)[ \t]{1,4}$/i;
const OPENING = /(?:[A-Za-z]{0,2}|@|\$)("""|'''|```|\\{0,3}["'`]|&quot;|&#3[49];|&apos;)/y;
const SCHEME = /(?:Bearer|Basic|Token|token|OAuth|ApiKey|Apikey)[ \t]{1,4}/y;

/**
 * Reads the assignment whose name holds a keyword.
 *
 * @param keywordStart - where in the text the keyword stands; the name may begin before it and end after it.
 * @returns undefined when no value follows.
 */
export function readAssignment(text: string, keywordStart: number, keywordEnd: number): Assignment | undefined {
  const nameStart = nameStartOf(text, keywordStart);
  NAME_END.lastIndex = keywordEnd;
  NAME_END.exec(text);
  const nameEnd = NAME_END.lastIndex;
  OPERATOR.lastIndex = nameEnd;
  const match = OPERATOR.exec(text);
  const operator = match?.[1] ?? match?.[2];
  // In XML the name stands in a tag; elsewhere this compares.
  if (operator === '>' && text.charAt(nameStart - 1) !== '<') return undefined;
  // Only the arguments of a call name a value by the one before it: in a list both are values.
  if (operator === ',' && !/\([ \t]{0,4}["'`]$/.test(text.slice(Math.max(0, nameStart - 6), nameStart)))
    return undefined;
  const name = text.slice(wordBefore(text, nameStart), nameEnd);
  if (operator !== undefined) return withValue(text, { name, nameStart, operator, at: OPERATOR.lastIndex });
  // A command line, and some languages: only a space.
  SPACE.lastIndex = nameEnd;
  if (!SPACE.test(text)) return undefined;
  const assigns = INSTRUCTION.test(text.slice(Math.max(0, nameStart - 20), nameStart));
  return withValue(text, { name, nameStart, operator: assigns ? '=' : ' ', at: SPACE.lastIndex });
}

interface NamePart {
  readonly name: string;
  readonly nameStart: number;
  readonly operator: string;
  readonly at: number;
}

function withValue(text: string, { name, nameStart, operator, at }: NamePart): Assignment | undefined {
  OPENING.lastIndex = at;
  const opening = OPENING.exec(text);
  const quote = opening?.[1] ?? '';
  let valueStart = opening === null ? at : OPENING.lastIndex;
  SCHEME.lastIndex = valueStart;
  if (SCHEME.test(text)) valueStart = SCHEME.lastIndex;
  const valueEnd = quote === '' ? unquotedEnd(text, valueStart) : quotedEnd(text, valueStart, quote);
  // An argument list names things in quotes; a comma after a bare word separates something else.
  if (quote === '' && (operator === ',' || /[=!]=/.test(operator))) return undefined;
  return valueEnd === undefined || valueEnd <= valueStart
    ? undefined
    : { name, nameStart, operator, quote, valueStart, valueEnd };
}

/** Where a name begins that is written in two words, as in `api key: …`. */
function wordBefore(text: string, nameStart: number): number {
  if (!/[A-Za-z]/.test(text.charAt(nameStart))) return nameStart;
  return nameStart - (QUALIFIER.exec(text.slice(Math.max(0, nameStart - 12), nameStart))?.[0].length ?? 0);
}

function nameStartOf(text: string, at: number): number {
  let start = at;
  const least = Math.max(0, at - LONGEST_NAME);
  while (start > least && isNamePart(text.charCodeAt(start - 1))) start--;
  return start;
}

function isNamePart(code: number): boolean {
  return isWordByte(code) || code === 45 || code === 46 || code === 36;
}

function quotedEnd(text: string, from: number, quote: string): number | undefined {
  const last = quote.startsWith('&') ? '&' : quote.charAt(quote.length - 1);
  const escaped = quote.startsWith('\\');
  const most = Math.min(text.length, from + LONGEST_VALUE);
  for (let index = from; index < most; index++) {
    const character = text.charAt(index);
    if (character === '\n' || character === '\r') return undefined;
    if (character === '\\' && !escaped) index++;
    else if (escaped && text.startsWith(quote, index)) return index;
    else if (character === last && !escaped) return index;
  }
  return undefined;
}

function unquotedEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + LONGEST_VALUE);
  for (let index = from; index < most; index++) {
    const code = text.charCodeAt(index);
    if (
      code <= 32 ||
      code === 34 ||
      code === 39 ||
      code === 96 ||
      code === 44 ||
      code === 59 ||
      code === 60 ||
      code === 62
    )
      return index;
    if (code === 41 && !text.slice(from, index).includes('(')) return index;
    if (code === 92 && /[nrt"']/.test(text.charAt(index + 1))) return index;
    if (code === 38 && /^&[\w.-]{1,40}=/.test(text.slice(index, index + 42))) return index;
  }
  return most;
}
