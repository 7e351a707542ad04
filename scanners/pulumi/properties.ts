import type { Entry, MapNode, Node } from '../../src/scan/formats/node.ts';
import { textAt, valueAt } from '../../src/scan/formats/node.ts';
import { textNode } from '../terraform/nodes.ts';
import { snakeCase } from './types.ts';

/** Marks values that are no plain ones; the other constant says that it is a secret (developer documentation of Pulumi, deployment schema). */
// lapse:allow-next-line a constant of Pulumi's deployment schema, the same in every state
const SIGNATURE = '4dabf18193072939515e22adb298388d';
// lapse:allow-next-line another one
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
/** What is only known after an update. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Maps whose keys are the user's. */
const FREE: ReadonlySet<string> = new Set([
  'tags',
  'tagsAll',
  'labels',
  'annotations',
  'attributeMapping',
  'matchLabels',
]);
/** Lists that Terraform calls otherwise. */
const RENAMED: ReadonlyMap<string, string> = new Map([['inlinePolicies', 'inline_policy']]);

/** Properties under the names that Terraform has for them. A secret that is encrypted is not there; one in the clear is its value. */
export function terraformAttributes(node: Node): Node {
  return converted(node, (key) => RENAMED.get(key) ?? snakeCase(key));
}

/** The same with the names as they are. */
export function plainProperties(node: Node): Node {
  return converted(node, (key) => key);
}

function converted(node: Node, rename: (key: string) => string): Node {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') return { ...node, items: node.items.flatMap((item) => known(item, rename)) };
  const entries = new Map<string, Entry>();
  for (const [key, entry] of node.entries) {
    const [value] = known(entry.value, FREE.has(key) ? (name) => name : rename);
    if (value !== undefined) entries.set(rename(key), { place: entry.place, value });
  }
  return { ...node, entries } satisfies MapNode;
}

function known(node: Node, rename: (key: string) => string): readonly Node[] {
  if (node.kind === 'scalar') return node.value === UNKNOWN ? [] : [node];
  if (textAt(node, SIGNATURE) === undefined) return [converted(node, rename)];
  if (textAt(node, SIGNATURE) !== SECRET) return [];
  const plain = plaintext(valueAt(node, 'plaintext'));
  return plain === undefined ? [] : [plain];
}

/** What `--show-secrets` writes: the JSON of the value, in a text. Of anything but a text nothing is kept. */
function plaintext(node: Node | undefined): Node | undefined {
  const text = textAt(node);
  if (node === undefined || text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // Behind its own quote stands that of the inner text, escaped.
    const place = { line: node.place.line, column: node.place.column + 2 };
    return typeof value === 'string' ? textNode(value, place) : undefined;
  } catch {
    return undefined;
  }
}
