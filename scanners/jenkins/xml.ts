import { syntaxError } from '../../src/scan/formats/format-error.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { textPlaces } from '../text-places.ts';

/** An element: what Jenkins writes has text or elements in it, never both. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly elements: readonly Element[];
  readonly text: string;
  readonly place: Place;
}

const MAX_DEPTH = 200;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly elements: Element[];
  text: string;
  readonly place: Place;
}

/**
 * Reads XML as Jenkins stores it (XStream; version 1.1 in its header, which other readers refuse): elements, attributes, text,
 * CDATA and comments. Entities of a document type are not expanded; there is no document type in such files.
 *
 * @throws AppError ERR_SCAN_SYNTAX with `path:line:column`
 */
export function parseXml(text: string, path: string): Element | undefined {
  const placeOf = textPlaces(text);
  const stack: Open[] = [];
  let root: Element | undefined;
  const close = (open: Open) => {
    const parent = stack.at(-1);
    if (parent === undefined) root ??= open;
    else parent.elements.push(open);
  };
  for (let at = 0; at < text.length; ) {
    const top = stack.at(-1);
    const place = placeOf(at);
    const end = endOfToken(text, at);
    if (end === undefined) throw syntaxError(path, place, 'not XML from here on');
    const token = text.slice(at, end);
    at = end;
    if (!token.startsWith('<')) {
      if (top !== undefined) top.text += unescaped(token);
    } else if (token.startsWith('<![CDATA[')) {
      if (top !== undefined) top.text += token.slice('<![CDATA['.length, -']]>'.length);
    } else if (token.startsWith('</')) {
      if (top === undefined || top.name !== token.slice(2, -1).trim())
        throw syntaxError(path, place, 'an element that is closed and not open');
      stack.pop();
      close(top);
    } else if (!/^<[!?]/.test(token)) {
      if (stack.length >= MAX_DEPTH) throw syntaxError(path, place, 'nested too deeply');
      const name = /^<([\w.:$-]{1,300})/.exec(token)?.[1];
      if (name === undefined) throw syntaxError(path, place, 'not XML from here on');
      const element: Open = {
        name,
        attributes: attributesIn(token.slice(name.length + 1)),
        elements: [],
        text: '',
        place,
      };
      if (token.endsWith('/>')) close(element);
      else stack.push(element);
    }
  }
  const open = stack.at(-1);
  if (open !== undefined) throw syntaxError(path, open.place, 'an element that is not closed');
  return root;
}

/** What begins and ends as itself, whatever is in it. */
const WHOLE: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
  ['</', '>'],
];

/** Where the text, tag or comment at an offset ends; undefined where it does not. */
function endOfToken(text: string, at: number): number | undefined {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at);
    return next < 0 ? text.length : next;
  }
  for (const [start, end] of WHOLE) {
    if (!text.startsWith(start, at)) continue;
    const found = text.indexOf(end, at + start.length);
    return found < 0 ? undefined : found + end.length;
  }
  let quote = '';
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index] ?? '';
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return index + 1;
    else if (character === '<') return undefined;
  }
  return undefined;
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(/([\w.:-]{1,200})\s{0,20}=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    found.set(name, unescaped(double ?? single ?? ''));
  }
  return found;
}

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (Number.isInteger(code) && code <= 0x10ffff) return String.fromCodePoint(code);
    return ENTITIES[name ?? ''] ?? whole;
  });
}

/** The first element below one by a row of names. */
export function elementAt(element: Element | undefined, ...names: readonly string[]): Element | undefined {
  let found = element;
  for (const name of names) found = found?.elements.find((one) => one.name === name);
  return found;
}

export function textOf(element: Element | undefined, ...names: readonly string[]): string | undefined {
  const text = elementAt(element, ...names)?.text.trim();
  return text === '' ? undefined : text;
}

/** Every element below one that has a name, itself included. */
export function* everyElement(element: Element, name: string): Generator<Element> {
  if (element.name === name) yield element;
  for (const inner of element.elements) yield* everyElement(inner, name);
}
