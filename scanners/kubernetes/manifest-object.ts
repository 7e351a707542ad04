import { type Entry, entriesAt, entryOf, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';

/** One object of the Kubernetes API, as far as every kind has the same. */
export interface ManifestObject {
  /** `''` for the core group. */
  readonly group: string;
  readonly kind: string;
  /** `''` where there is none, and with `*` at the end where the server makes it up (`generateName`). */
  readonly name: string;
  /** As written; a manifest may leave it to whoever applies it. */
  readonly namespace: string | undefined;
  readonly labels: ReadonlyMap<string, Entry>;
  readonly annotations: ReadonlyMap<string, Entry>;
  readonly uid: string | undefined;
  /** ISO 8601. */
  readonly createdAt: string | undefined;
  /** Of the name, or of the object. */
  readonly place: Place;
  readonly node: Node;
}

/** Kind and API version of the list around an object, which the elements of a typed list leave out. */
export interface ListDefaults {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
}

/** Narrows a parsed document to an object; undefined when it has no kind or no API version. */
export function manifestObject(node: Node, defaults: ListDefaults = {}): ManifestObject | undefined {
  const listed = defaults.kind?.endsWith('List') && defaults.kind !== 'List' ? defaults.kind.slice(0, -4) : undefined;
  const kind = textAt(node, 'kind') ?? listed;
  const apiVersion = textAt(node, 'apiVersion') ?? (listed === undefined ? undefined : defaults.apiVersion);
  if (kind === undefined || apiVersion === undefined) return undefined;
  const { name, place } = nameOf(node);
  const created = textAt(node, 'metadata', 'creationTimestamp');
  return {
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.lastIndexOf('/')) : '',
    kind,
    name,
    namespace: textAt(node, 'metadata', 'namespace') || undefined,
    labels: new Map(entriesAt(node, 'metadata', 'labels')),
    annotations: new Map(entriesAt(node, 'metadata', 'annotations')),
    uid: textAt(node, 'metadata', 'uid'),
    createdAt: created === undefined || Number.isNaN(Date.parse(created)) ? undefined : new Date(created).toISOString(),
    place,
    node,
  };
}

function nameOf(node: Node): { name: string; place: Place } {
  for (const key of ['name', 'generateName']) {
    const name = textAt(node, 'metadata', key);
    const place = entryOf(valueAt(node, 'metadata'), key)?.place;
    if (name && place !== undefined) return { name: key === 'name' ? name : `${name}*`, place };
  }
  return { name: '', place: node.place };
}
