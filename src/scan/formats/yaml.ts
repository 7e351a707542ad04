import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  Parser,
  type Scalar,
  type YAMLMap,
  type Node as YamlNode,
} from 'yaml';
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

/** Nesting that no manifest or workflow comes near; the library's composer recurses, so that it must not see more. */
const MAX_DEPTH = 200;
/** Tokens of the library: a manifest of half a million characters has fewer, and each costs some 500 bytes. */
const MAX_TOKENS = 200_000;
/** Values after aliases are written out. */
const MAX_NODES = 250_000;

/** What an anchor stands for, and how many values that is. */
export type Anchors = Map<string, Sized>;

interface Sized {
  readonly node: Node;
  readonly size: number;
}

export interface YamlSource {
  /** For errors. */
  readonly path: string;
  /** Line of the file that the text begins on; 1 by default. */
  readonly line?: number;
  /** Anchors of the same document that were read before; those of this text are added. */
  readonly anchors?: Anchors;
}

/** What a value with a tag of its own (`!Ref`) stands for. */
type Tagged = (tag: string, value: Node) => Node;

/**
 * Reads one YAML document (1.2, core schema, whatever `%YAML` says: `on` is text). Merge keys (`<<`) are resolved.
 * Bounded in depth and in the size that aliases expand to; memory grows with the text, by some sixty times, so that
 * long input is cut first (`cutYaml`).
 *
 * @param tagged - without it, tags say nothing.
 * @returns undefined for an empty document.
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`
 */
export function parseYaml(text: string, source: YamlSource, tagged?: Tagged): Node | undefined {
  const places = new Places(text, source.line ?? 1);
  const composer = new Composer({ schema: 'core', prettyErrors: false, uniqueKeys: false, logLevel: 'silent' });
  let document: Document.Parsed | undefined;
  const take = (found: Document.Parsed) => {
    const error = found.errors.toSorted((a, b) => a.pos[0] - b.pos[0])[0];
    if (error !== undefined) throw syntaxError(source.path, places.at(error.pos[0]), REASONS[error.code] ?? NOT_YAML);
    if (document !== undefined) throw syntaxError(source.path, places.at(found.range[0]), 'a second document');
    document = found;
  };
  for (const token of tokens(text, source.path, places)) for (const found of composer.next(token)) take(found);
  for (const found of composer.end(true, text.length)) take(found);
  if (document?.contents == null) return undefined;
  const converter = new Converter(source.path, places, source.anchors ?? new Map(), tagged);
  return converter.convert(document.contents).node;
}

const NOT_YAML = 'not YAML from here on';

/** The library's own messages quote what they stumble over, which may be a secret. */
const REASONS: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: 'invalid escape in a double-quoted text',
  BAD_INDENT: 'wrong indentation, or a bracket that is not closed',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping where a key is expected, or a wrong indentation',
  BLOCK_IN_FLOW: 'a block inside of brackets',
  MISSING_CHAR: 'a closing quote, a bracket, a comma or a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key over several lines, or a colon is missing',
  TAB_AS_INDENT: 'a tab as indentation',
  BAD_SCALAR_START: 'a text that must be quoted',
};

/** The syntax tree of the library, given up as soon as it is too deep or wrong: its composer would go on for long. */
function* tokens(text: string, path: string, places: Places): Generator<CST.Token> {
  const parser = new Parser();
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) throw limitError(path, places.at(parser.offset), 'too many values');
    if (parser.stack.length > MAX_DEPTH) throw limitError(path, places.at(parser.offset), 'nested too deeply');
    for (const token of parser.next(lexeme)) yield sound(token, path, places);
  }
  for (const token of parser.end()) yield sound(token, path, places);
}

function sound(token: CST.Token, path: string, places: Places): CST.Token {
  if (token.type === 'error') throw syntaxError(path, places.at(token.offset), NOT_YAML);
  return token;
}

/** Lines and columns of offsets. */
class Places {
  readonly #starts = [0];
  readonly #text: string;
  readonly #line: number;

  constructor(text: string, line: number) {
    this.#text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
    this.#line = line;
  }

  at(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: this.#line + low, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** Where the text of a block begins: on the line after its `|`, as far in as its first line with text is. */
  ofBlock(offset: number): Place {
    const start = this.#text.indexOf('\n', offset) + 1;
    const first = /^(?:[ \r]*\n)*( *)/.exec(this.#text.slice(start, start + MAX_BLOCK_INDENT));
    return { line: this.at(offset).line + 1, column: (first?.[1]?.length ?? 0) + 1 };
  }
}

/** How far the first line of a block is looked for. */
const MAX_BLOCK_INDENT = 1000;

class Converter {
  readonly #path: string;
  readonly #places: Places;
  readonly #anchors: Anchors;
  readonly #tagged: Tagged | undefined;

  constructor(path: string, places: Places, anchors: Anchors, tagged: Tagged | undefined) {
    this.#path = path;
    this.#places = places;
    this.#anchors = anchors;
    this.#tagged = tagged;
  }

  convert(node: YamlNode): Sized {
    const place = this.#places.at(node.range?.[0] ?? 0);
    if (isAlias(node)) return this.#alias(node, place);
    const sized = this.#tag(node, this.#value(node, place));
    if (sized.size > MAX_NODES) throw limitError(this.#path, place, 'too many values, written out');
    if ('anchor' in node && typeof node.anchor === 'string') this.#anchors.set(node.anchor, sized);
    return sized;
  }

  #tag(node: YamlNode, { node: value, size }: Sized): Sized {
    const tag = 'tag' in node && typeof node.tag === 'string' ? node.tag : '';
    return this.#tagged === undefined || !/^!./.test(tag)
      ? { node: value, size }
      : { node: this.#tagged(tag, value), size };
  }

  #value(node: YamlNode, place: Place): Sized {
    if (isMap(node)) return this.#map(node, place);
    if (isScalar(node) && node.type === 'BLOCK_LITERAL') {
      return { node: { ...scalar(node, place), block: this.#places.ofBlock(node.range?.[0] ?? 0) }, size: 1 };
    }
    if (!isSeq(node)) return { node: scalar(isScalar(node) ? node : undefined, place), size: 1 };
    const items: Node[] = [];
    let size = 1;
    for (const item of node.items) {
      const sized = isNode(item) ? this.convert(item) : { node: scalar(undefined, place), size: 1 };
      items.push(sized.node);
      size += sized.size;
    }
    return { node: { kind: 'list', items, place } satisfies ListNode, size };
  }

  #map(node: YAMLMap, place: Place): Sized {
    const entries = new Map<string, Entry>();
    const merged: Node[] = [];
    let size = 1;
    for (const pair of node.items as Pair[]) {
      const key = isNode(pair.key) ? this.convert(pair.key).node : scalar(undefined, place);
      if (key.kind !== 'scalar') throw syntaxError(this.#path, key.place, 'a key that is no text');
      const value = isNode(pair.value) ? this.convert(pair.value) : { node: scalar(undefined, key.place), size: 1 };
      size += value.size + 1;
      if (key.text === '<<') {
        merged.push(...(value.node.kind === 'list' ? value.node.items : [value.node]));
        continue;
      }
      if (entries.has(key.text)) throw syntaxError(this.#path, key.place, 'a key that is there already');
      entries.set(key.text, { place: key.place, value: value.node });
    }
    for (const other of merged) {
      if (other.kind !== 'map') throw syntaxError(this.#path, place, 'a merge key whose value is no mapping');
      for (const [key, entry] of other.entries) if (!entries.has(key)) entries.set(key, entry);
    }
    return { node: { kind: 'map', entries, place } satisfies MapNode, size };
  }

  #alias(alias: Alias, place: Place): Sized {
    const sized = this.#anchors.get(alias.source);
    if (sized === undefined) throw syntaxError(this.#path, place, 'an alias without an anchor before it');
    return sized;
  }
}

function isNode(value: unknown): value is YamlNode {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value);
}

function scalar(node: Scalar | undefined, place: Place): ScalarNode {
  const value = node?.value;
  if (typeof value === 'string') return { kind: 'scalar', value, text: value, place };
  if (typeof value === 'number' || typeof value === 'boolean') {
    const text = node?.source ?? String(value);
    return { kind: 'scalar', value: withinNumbers(value, text), text, place };
  }
  return { kind: 'scalar', value: null, text: '', place };
}
