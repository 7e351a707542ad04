import type { Json, JsonObject } from '../../src/model/json.ts';
import { entryOf, itemsAt, type Node, textAt } from '../../src/scan/formats/node.ts';

/**
 * The value behind a row of names, each in either spelling: the APIs write `assetType`, clients that go by the protocol's own
 * names write `asset_type`, and both are in circulation.
 */
export function field(node: Node | undefined, ...names: readonly string[]): Node | undefined {
  let value = node;
  for (const name of names) value = (entryOf(value, name) ?? entryOf(value, snakeCase(name)))?.value;
  return value;
}

/** A text that is not empty. */
export function textOf(node: Node | undefined, ...names: readonly string[]): string | undefined {
  const text = textAt(field(node, ...names));
  return text === '' ? undefined : text;
}

export function itemsOf(node: Node | undefined, ...names: readonly string[]): readonly Node[] {
  return itemsAt(field(node, ...names));
}

export function textsOf(node: Node | undefined, ...names: readonly string[]): readonly string[] {
  return itemsOf(node, ...names).flatMap((item) => textAt(item) ?? []);
}

/** A truth value; undefined when it is not there. */
export function flagOf(node: Node | undefined, ...names: readonly string[]): boolean | undefined {
  const text = textOf(node, ...names);
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** The texts of an object, by name. */
export function recordOf(node: Node | undefined, ...names: readonly string[]): Readonly<Record<string, string>> {
  const value = field(node, ...names);
  if (value?.kind !== 'map') return {};
  return Object.fromEntries([...value.entries].flatMap(([key, entry]) => optionalPair(key, textAt(entry.value))));
}

/** Members that have a value. */
export function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function optionalPair(key: string, text: string | undefined): readonly [string, string][] {
  return text === undefined ? [] : [[key, text]];
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
