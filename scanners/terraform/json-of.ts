import type { Json } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Node } from '../../src/scan/formats/node.ts';

/** The value that a node stands for. */
export function jsonOf(node: Node): Json {
  return positionedJson(node, '').value;
}

/** The value, and where the objects in it stand. */
export function positionedJson(
  node: Node,
  path: string,
): { readonly value: Json; readonly placeOf: (value: Json) => Location } {
  const places = new Map<Json, Location>();
  const convert = (from: Node): Json => {
    if (from.kind === 'scalar') return from.value;
    if (from.kind === 'list') return from.items.map(convert);
    // Also a member that is called `__proto__` stays one.
    const value = Object.fromEntries([...from.entries].map(([key, entry]) => [key, convert(entry.value)]));
    places.set(value, { path, ...from.place });
    return value;
  };
  const value = convert(node);
  return { value, placeOf: (of) => places.get(of) ?? { path, ...node.place } };
}
