import type { Location } from '../../model/location.ts';

/** Where something stands; both count from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** In which file, where that is not the one that is read: what several files say together has places in each. */
  readonly path?: string;
}

/** A place of a file as facts and problems name it. */
export function locatedIn(file: string, { line, column, path = file }: Place): Location {
  return { path, line, column };
}

/** Text, a number, a truth value or null. `text` is what stands there, without quotes: `1.10` stays `1.10`. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly text: string;
  readonly place: Place;
  /** Of a block of literal text (`|` in YAML): where its first line begins; each of its lines is one of the file. */
  readonly block?: Place;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly place: Place;
}

/** Keys are text: `true:` is the key `true`. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

export interface Entry {
  /** Of the key. */
  readonly place: Place;
  readonly value: Node;
}

/** What YAML and JSON have in common, with the place of everything in the file. Aliases are resolved by sharing. */
export type Node = ScalarNode | ListNode | MapNode;

/** What no number can hold (`1e999`, `.inf`) stays the text that it is: facts are written as JSON, which has no such number. */
export function withinNumbers<Value>(value: Value, text: string): Value | string {
  return typeof value === 'number' && !Number.isFinite(value) ? text : value;
}

/** The entry of a map; undefined for any other node and for a key that is not there. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

/** The value behind a row of keys. */
export function valueAt(node: Node | undefined, ...keys: readonly string[]): Node | undefined {
  let value = node;
  for (const key of keys) value = entryOf(value, key)?.value;
  return value;
}

/** The text of a scalar that is not null. */
export function textAt(node: Node | undefined, ...keys: readonly string[]): string | undefined {
  const value = valueAt(node, ...keys);
  return value?.kind === 'scalar' && value.value !== null ? value.text : undefined;
}

/** The elements of a list; none for anything else. */
export function itemsAt(node: Node | undefined, ...keys: readonly string[]): readonly Node[] {
  const value = valueAt(node, ...keys);
  return value?.kind === 'list' ? value.items : [];
}

/** The entries of a map; none for anything else. */
export function entriesAt(node: Node | undefined, ...keys: readonly string[]): readonly [string, Entry][] {
  const value = valueAt(node, ...keys);
  return value?.kind === 'map' ? [...value.entries] : [];
}

/**
 * Where parts of a text stand: to the column in a literal block, else where the text begins. Offsets must be asked for in
 * their order, so that a long text is walked once.
 */
export function placesWithin(node: ScalarNode): (offset: number) => Place {
  const { block, text, place } = node;
  if (block === undefined) return () => place;
  let { line } = block;
  let start = 0;
  return (offset) => {
    for (let end = text.indexOf('\n', start); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
      start = end + 1;
      line++;
    }
    return { line, column: block.column + offset - start };
  };
}

/** The texts of a list of scalars. */
export function textsAt(node: Node | undefined, ...keys: readonly string[]): readonly string[] {
  return itemsAt(node, ...keys).flatMap((item) => textAt(item) ?? []);
}
