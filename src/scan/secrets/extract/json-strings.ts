/** A string in JSON, and where it stands without its quotes. */
export interface JsonString {
  /** Names of members from the outside in; an item of a list is the empty name. */
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  /** As it is written, with its escapes. */
  readonly written: string;
}

const DEEPEST = 64;

/**
 * The strings that are values in the JSON that begins at `start`, with their places. What is no JSON ends it, or is passed
 * over: comments and commas too many do no harm.
 *
 * @param most - how many characters are looked at.
 * @param numbers - whether whole numbers count too, as they are written.
 */
export function* jsonStrings(text: string, start: number, most: number, numbers = false): Generator<JsonString> {
  const names: string[] = [];
  const isObject: boolean[] = [];
  let key = '';
  const end = Math.min(text.length, start + most);
  for (let index = start; index < end; index++) {
    const character = text.charAt(index);
    if (character === '{' || character === '[') {
      if (isObject.length >= DEEPEST) return;
      if (isObject.length > 0) names.push(isObject.at(-1) === true ? key : '');
      isObject.push(character === '{');
      key = '';
    } else if (character === '}' || character === ']') {
      isObject.pop();
      names.pop();
      if (isObject.length === 0) return;
    } else if (character === '"') {
      const close = closingQuote(text, index + 1, end);
      if (close === undefined) return;
      const written = text.slice(index + 1, close);
      if (isObject.at(-1) === true && isName(text, close + 1)) key = written;
      else yield { path: [...names, isObject.at(-1) === true ? key : ''], start: index + 1, end: close, written };
      index = close;
    } else if (numbers && character >= '0' && character <= '9') {
      const written = /^\d{1,20}/.exec(text.slice(index, index + 20))?.[0] ?? '';
      yield {
        path: [...names, isObject.at(-1) === true ? key : ''],
        start: index,
        end: index + written.length,
        written,
      };
      index += written.length - 1;
    }
  }
}

/** Where the brace stands that opens the object around a place; undefined when it is further away than `most`. */
export function openingBrace(text: string, from: number, most: number): number | undefined {
  let depth = 0;
  for (let index = from - 1; index >= Math.max(0, from - most); index--) {
    const character = text.charAt(index);
    if (character === '}') depth++;
    else if (character === '{' && depth-- === 0) return index;
  }
  return undefined;
}

/** Behind the brace that closes the object which opens at `start`; `start + most` where that is further away. */
export function behindObject(text: string, start: number, most: number): number {
  const end = Math.min(text.length, start + most);
  let depth = 0;
  for (let index = start; index < end; index++) {
    const character = text.charAt(index);
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return index + 1;
  }
  return end;
}

function closingQuote(text: string, from: number, end: number): number | undefined {
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 92) index++;
    else if (code === 34) return index;
  }
  return undefined;
}

function isName(text: string, from: number): boolean {
  let index = from;
  while (index < from + 8 && /\s/.test(text.charAt(index))) index++;
  return text.charAt(index) === ':';
}
