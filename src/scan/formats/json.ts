import { limitError, syntaxError } from './format-error.ts';
import {
  type Entry,
  type ListNode,
  type MapNode,
  type Node,
  type Place,
  type ScalarNode,
  withinNumbers,
} from './node.ts';

/** A JSON document, or one element of a list that was asked for singly, which is then not in the document any more. */
export interface JsonPiece {
  readonly kind: 'document' | 'item';
  /** Counts from 0. */
  readonly document: number;
  readonly node: Node;
  /** Of an item: the members that lead to its list, an element of a list on the way as `[]`. */
  readonly path?: readonly string[];
  /** The document around an item, as far as it was read. */
  readonly around?: MapNode;
}

/**
 * What is to be done with the value behind a row of members (an element of a list counts as `[]`): `items` hands the elements of a
 * list on one by one, `skip` keeps nothing of it. What is inside of either is not asked for.
 */
export type JsonSelection = (path: readonly string[]) => 'items' | 'skip' | undefined;

/** Lists of Kubernetes. */
const TOP_LEVEL_ITEMS: JsonSelection = ([name, ...more]) =>
  name === 'items' && more.length === 0 ? 'items' : undefined;

const MAX_DEPTH = 200;
/** Values of one piece, characters of one text, and of all texts of a piece. */
const MAX_NODES = 250_000;
const MAX_TEXT = 4 * 1024 * 1024;
const MAX_TEXTS = 16 * 1024 * 1024;
/** No number or literal is longer. */
const MAX_SCALAR = 1024;

const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const UNFINISHED_SCALAR = /[-+.\w]*/y;
const SPACE = /[ \t\r]*/y;

/**
 * Reads JSON documents that stand one after the other, with the place of every value, never holding more than one item
 * (RFC 8259; of two members with one name the later counts, as with most readers).
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`, after everything before was handed on
 */
export async function* jsonPieces(
  chunks: AsyncIterable<string>,
  path: string,
  select: JsonSelection = TOP_LEVEL_ITEMS,
): AsyncGenerator<JsonPiece> {
  const reader = new JsonReader(path, select);
  for await (const chunk of chunks) yield* reader.push(chunk);
  yield* reader.end();
}

interface Frame {
  readonly node: MapNode | ListNode;
  readonly attach: (node: Node) => void;
  readonly path: readonly string[];
  readonly selected: ReturnType<JsonSelection>;
  /** It stands inside of an item. */
  readonly inItem: boolean;
  /** The member that is being read, and where its name stands. */
  key?: { readonly name: string; readonly place: Place };
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end';

class JsonReader {
  readonly #path: string;
  readonly #select: JsonSelection;
  #text = '';
  #at = 0;
  #line = 1;
  /** What has to be added to an index of `#text` to have its column. */
  #columnShift = 1;
  #stack: Frame[] = [];
  #expected: Expected = 'value';
  #document = 0;
  #nodes = 0;
  #texts = 0;
  /** Where to go on looking for the end of a text that did not end in its chunk. */
  #resume = 0;

  constructor(path: string, select: JsonSelection) {
    this.#path = path;
    this.#select = select;
  }

  *push(chunk: string): Generator<JsonPiece> {
    this.#columnShift += this.#at;
    this.#resume -= this.#at;
    this.#text = this.#text.slice(this.#at) + chunk;
    this.#at = 0;
    yield* this.#tokens(false);
  }

  *end(): Generator<JsonPiece> {
    yield* this.#tokens(true);
    // What is left is a text without its end.
    if (this.#stack.length === 0 && this.#at < this.#text.length) throw this.#error('not JSON from here on');
    if (this.#stack.length > 0) throw this.#error('the file ends inside of a JSON document');
  }

  *#tokens(final: boolean): Generator<JsonPiece> {
    while (this.#skipSpace()) {
      let piece: JsonPiece | undefined;
      const character = this.#text[this.#at];
      if (character === '{' || character === '[') this.#open(character);
      else if (character === '}' || character === ']') piece = this.#close(character);
      else if (character === ',') this.#comma();
      else if (character === ':') this.#colon();
      else if (character === '"') {
        const end = this.#textEnd();
        if (end === undefined) return;
        piece = this.#textToken(end);
      } else {
        const scalar = this.#match(SCALAR);
        const run = this.#match(UNFINISHED_SCALAR);
        if (!final && this.#at + run.length === this.#text.length && run.length < MAX_SCALAR) return;
        if (scalar === '' || scalar !== run) throw this.#error('not JSON from here on');
        piece = this.#scalar(scalar);
      }
      if (piece !== undefined) yield piece;
    }
  }

  #open(character: '{' | '['): void {
    this.#expectValue();
    if (this.#stack.length >= MAX_DEPTH) throw limitError(this.#path, this.#place(), 'nested too deeply');
    const path = this.#pathOfNext();
    const selected = this.#skips() ? 'skip' : this.#selectionAt(path, character);
    if (selected !== 'skip') this.#count();
    const inItem = this.#inItem();
    const place = this.#place();
    if (character === '{') {
      const entries = new Map<string, Entry>();
      const node: MapNode = { kind: 'map', entries, place };
      const frame: Frame = {
        node,
        path,
        selected,
        inItem,
        attach: (value) => {
          if (frame.key !== undefined) entries.set(frame.key.name, { place: frame.key.place, value });
        },
      };
      this.#stack.push(frame);
    } else {
      const items: Node[] = [];
      this.#stack.push({
        node: { kind: 'list', items, place },
        path,
        selected,
        inItem,
        attach: (value) => items.push(value),
      });
    }
    this.#expected = character === '{' ? 'key or end' : 'value or end';
    this.#at++;
  }

  #pathOfNext(): readonly string[] {
    const parent = this.#stack.at(-1);
    // What is inside of something that was selected is not asked for.
    if (parent === undefined || parent.selected !== undefined) return parent?.path ?? [];
    return [...parent.path, parent.node.kind === 'map' ? (parent.key?.name ?? '') : '[]'];
  }

  /** What is inside of an item is the item's. */
  #selectionAt(path: readonly string[], character: '{' | '['): ReturnType<JsonSelection> {
    if (this.#inItem()) return undefined;
    const selected = this.#select(path);
    return selected === 'items' && character === '{' ? undefined : selected;
  }

  #skips(): boolean {
    return this.#stack.at(-1)?.selected === 'skip';
  }

  #inItem(): boolean {
    const top = this.#stack.at(-1);
    return top !== undefined && (top.selected === 'items' || top.inItem);
  }

  #close(character: '}' | ']'): JsonPiece | undefined {
    const top = this.#stack.at(-1);
    const kind = character === '}' ? 'map' : 'list';
    const empty = character === '}' ? 'key or end' : 'value or end';
    if (top?.node.kind !== kind || (this.#expected !== 'comma or end' && this.#expected !== empty))
      throw this.#error(`unexpected "${character}"`);
    this.#stack.pop();
    this.#at++;
    return this.#complete(top.node);
  }

  #comma(): void {
    const top = this.#stack.at(-1);
    if (this.#expected !== 'comma or end' || top === undefined) throw this.#error('unexpected ","');
    this.#expected = top.node.kind === 'map' ? 'key' : 'value';
    this.#at++;
  }

  #colon(): void {
    if (this.#expected !== 'colon') throw this.#error('unexpected ":"');
    this.#expected = 'value';
    this.#at++;
  }

  /** Index behind the closing quote, or undefined when it is in a chunk to come. */
  #textEnd(): number | undefined {
    let from = Math.max(this.#resume, this.#at + 1);
    for (;;) {
      const end = this.#text.indexOf('"', from);
      if ((end < 0 ? this.#text.length : end) - this.#at > MAX_TEXT)
        throw limitError(this.#path, this.#place(), 'a text that is too long');
      if (end < 0) {
        this.#resume = this.#text.length;
        return undefined;
      }
      let escapes = 0;
      while (this.#text[end - 1 - escapes] === '\\') escapes++;
      if (escapes % 2 === 0) return end + 1;
      from = end + 1;
    }
  }

  #textToken(end: number): JsonPiece | undefined {
    const place = this.#place();
    let value: unknown;
    try {
      value = JSON.parse(this.#text.slice(this.#at, end));
    } catch {
      // The engine's message quotes the text.
    }
    if (typeof value !== 'string') throw this.#error('a text with an invalid escape or a line break');
    const top = this.#stack.at(-1);
    if (!this.#skips()) this.#texts += value.length;
    if (this.#texts > MAX_TEXTS) throw limitError(this.#path, place, 'too much text in one value');
    if (this.#expected === 'key' || this.#expected === 'key or end') {
      if (top !== undefined) top.key = { name: value, place };
      this.#expected = 'colon';
      this.#at = end;
      return undefined;
    }
    this.#expectValue();
    this.#at = end;
    return this.#complete({ kind: 'scalar', value, text: value, place });
  }

  #scalar(text: string): JsonPiece | undefined {
    this.#expectValue();
    const value = JSON.parse(text) as number | boolean | null;
    const node: ScalarNode = {
      kind: 'scalar',
      value: withinNumbers(value, text),
      text: value === null ? '' : text,
      place: this.#place(),
    };
    this.#at += text.length;
    return this.#complete(node);
  }

  /** Puts a value where it belongs; returns what is to be handed on. */
  #complete(node: Node): JsonPiece | undefined {
    if (node.kind === 'scalar' && !this.#skips()) this.#count();
    this.#expected = 'comma or end';
    const parent = this.#stack.at(-1);
    if (parent === undefined) {
      this.#nodes = this.#texts = 0;
      this.#expected = 'value';
      return { kind: 'document', document: this.#document++, node };
    }
    const [outer] = this.#stack;
    if (parent.selected === 'items') {
      this.#nodes = this.#texts = 0;
      const around = outer?.node.kind === 'map' ? { around: outer.node } : {};
      return { kind: 'item', document: this.#document, node, path: parent.path, ...around };
    }
    if (parent.selected !== 'skip') parent.attach(node);
    return undefined;
  }

  #expectValue(): void {
    if (this.#expected === 'value' || this.#expected === 'value or end') return;
    throw this.#error(`a ${this.#expected === 'comma or end' ? 'comma' : this.#expected} is missing`);
  }

  #count(): void {
    if (++this.#nodes > MAX_NODES) throw limitError(this.#path, this.#place(), 'too many values');
  }

  /** False at the end of what is there. */
  #skipSpace(): boolean {
    for (;;) {
      this.#at += this.#match(SPACE).length;
      if (this.#text[this.#at] !== '\n') return this.#at < this.#text.length;
      this.#at++;
      this.#line++;
      this.#columnShift = 1 - this.#at;
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #place(): Place {
    return { line: this.#line, column: this.#at + this.#columnShift };
  }

  #error(what: string) {
    return syntaxError(this.#path, this.#place(), what);
  }
}
