import type { Json } from '../../src/model/json.ts';
import type { Entry, ListNode, MapNode, Node, Place, ScalarNode } from '../../src/scan/formats/node.ts';

/** A text that stands for one of the file. */
export function textNode(text: string, place: Place): ScalarNode {
  return { kind: 'scalar', value: text, text, place };
}

export function listNode(items: readonly Node[], place: Place): ListNode {
  return { kind: 'list', items, place };
}

/** A map of those members that are there. Each says itself where it stands. */
export function mapNode(place: Place, members: Readonly<Record<string, Node | undefined>>): MapNode {
  const entries = Object.entries(members).flatMap(([key, value]): [string, Entry][] =>
    value === undefined ? [] : [[key, { place: value.place, value }]],
  );
  return { kind: 'map', entries: new Map(entries), place };
}

/** JSON in a text of the file: all of it stands where the text does. Undefined for what is no JSON. */
export function parsedNode(node: Node | undefined): Node | undefined {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  try {
    return nodeOf(JSON.parse(node.value) as Json, node.place);
  } catch {
    return undefined;
  }
}

function nodeOf(value: Json, place: Place): Node {
  if (isList(value))
    return listNode(
      value.map((item) => nodeOf(item, place)),
      place,
    );
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, member]): [string, Entry] => [
      key,
      { place, value: nodeOf(member ?? null, place) },
    ]);
    return { kind: 'map', entries: new Map(entries), place };
  }
  return { kind: 'scalar', value, text: value === null ? '' : String(value), place };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** The only block of its kind, which providers keep as a list of one; a map is itself. */
export function blockOf(node: Node | undefined): Node | undefined {
  return node?.kind === 'list' ? node.items[0] : node?.kind === 'map' ? node : undefined;
}
