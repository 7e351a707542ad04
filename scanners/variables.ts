import { type Node, type Place, textAt } from '../src/scan/formats/node.ts';
import type { Setting } from './written-key.ts';

/** Names of what only says where a secret is: another object's name, a key in it. */
const ELSEWHERE =
  /(?:^|[._-])existing|secret_?(?:name|ref|key_?ref|provider|store)|(?:Name|Ref|File|Path)$|_(?:name|ref|file|path)$/i;

/**
 * Every text below a node with the row of keys that leads to it (`auth.password`); of lists of `name` and `value` with the
 * name. What only names a secret that is kept elsewhere is left out.
 */
export function* settingsBelow(node: Node, path: readonly string[] = []): Generator<Setting> {
  if (node.kind === 'scalar') {
    const name = path.join('.');
    if (node.value !== null && !ELSEWHERE.test(name)) yield { name, text: node.text, place: node.place };
  } else if (node.kind === 'list') {
    for (const item of node.items) {
      const name = textAt(item, 'name');
      const value = textAt(item, 'value');
      if (name === undefined || value === undefined) yield* settingsBelow(item, path);
      else yield* settingsBelow({ kind: 'scalar', value, text: value, place: placeOf(item) }, [...path, name]);
    }
  } else {
    for (const [key, { value }] of node.entries) yield* settingsBelow(value, [...path, key]);
  }
}

function placeOf(item: Node): Place {
  return item.kind === 'map' ? (item.entries.get('value')?.value.place ?? item.place) : item.place;
}
