import { parse, TomlDate, TomlError, type TomlValue } from 'smol-toml';
import { limitError, syntaxError } from './format-error.ts';
import type { Entry, MapNode, Node, Place } from './node.ts';
import { tomlPlaces } from './toml-places.ts';

/** Tables and arrays in each other, also by the dots of a key. */
const MAX_DEPTH = 100;
const START: Place = { line: 1, column: 1 };

/**
 * A document of TOML 1.0, with the places of keys and values.
 *
 * @throws AppError ERR_SCAN_SYNTAX or ERR_SCAN_LIMIT with `path:line:column`; never with a word of the text
 */
export function parseToml(text: string, { path }: { readonly path: string }): MapNode {
  const plain = text.replace(/^\uFEFF/, '');
  let table: Readonly<Record<string, TomlValue>>;
  try {
    table = parse(plain, { maxDepth: MAX_DEPTH, integersAsBigInt: 'asNeeded' }) as Readonly<Record<string, TomlValue>>;
  } catch (error) {
    if (error instanceof TomlError) throw syntaxError(path, { line: error.line, column: error.column }, 'is not TOML');
    throw limitError(path, START, 'tables too deep inside of each other');
  }
  if (isTooDeep(table)) throw limitError(path, START, 'tables too deep inside of each other');
  const places = tomlPlaces(plain);
  const node = nodeOf(table, [], START);
  return node as MapNode;

  function nodeOf(value: TomlValue, steps: readonly (string | number)[], above: Place): Node {
    const { key, value: place } = places.get(JSON.stringify(steps)) ?? { key: above, value: above };
    if (Array.isArray(value))
      return { kind: 'list', items: value.map((item, index) => nodeOf(item, [...steps, index], place)), place };
    if (typeof value !== 'object' || value instanceof TomlDate) {
      const text = value instanceof TomlDate ? value.toISOString() : String(value);
      return {
        kind: 'scalar',
        value: typeof value === 'object' || typeof value === 'bigint' ? text : numberOr(value, text),
        text,
        place,
      };
    }
    const entries = Object.entries(value).map(([name, inner]): [string, Entry] => {
      const path = [...steps, name];
      const at = places.get(JSON.stringify(path))?.key ?? key;
      return [name, { place: at, value: nodeOf(inner, path, at) }];
    });
    return { kind: 'map', entries: new Map(entries), place };
  }
}

/** Asked before anything goes through it by itself. */
function isTooDeep(table: TomlValue): boolean {
  const stack: { readonly value: TomlValue; readonly depth: number }[] = [{ value: table, depth: 0 }];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { value, depth } = at;
    if (depth > MAX_DEPTH) return true;
    if (typeof value !== 'object' || value instanceof TomlDate) continue;
    for (const inner of Object.values(value)) stack.push({ value: inner, depth: depth + 1 });
  }
  return false;
}

/** Facts are written as JSON, which has no `inf` and no `nan`. */
function numberOr(value: string | number | boolean, text: string): string | number | boolean {
  return typeof value === 'number' && !Number.isFinite(value) ? text : value;
}
