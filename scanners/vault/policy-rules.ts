import type { Json, JsonObject } from '../../src/model/json.ts';
import { entriesAt, itemsAt, type Node, type Place, textAt, textsAt, valueAt } from '../../src/scan/formats/node.ts';

/** One `path` of a policy. */
export interface PathRule {
  readonly path: string;
  readonly capabilities: readonly string[];
  /** What narrows it beside the path: constraints of parameters, of wrapping, an end, a second factor. */
  readonly condition: JsonObject | undefined;
  readonly place: Place;
}

const CAPABILITIES: ReadonlySet<string> = new Set([
  'create',
  'read',
  'update',
  'patch',
  'delete',
  'list',
  'scan',
  'sudo',
  'deny',
  'subscribe',
  'recover',
]);

/** What old policies wrote instead (OpenBao and Vault: `policy` of a path). */
const OLD: Readonly<Record<string, readonly string[]>> = {
  deny: ['deny'],
  read: ['read', 'list'],
  write: ['create', 'read', 'update', 'delete', 'list'],
  sudo: ['create', 'read', 'update', 'delete', 'list', 'sudo'],
};

/** Constraints under which less is allowed than the capabilities say. */
const NARROWS = [
  'allowed_parameters',
  'denied_parameters',
  'required_parameters',
  'min_wrapping_ttl',
  'max_wrapping_ttl',
  'mfa_methods',
  'control_group',
  'expiration',
];

/** What a policy says of paths, as JSON or as HCL that was put in that form; what is wrong is told, and the rest is read. */
export function pathRules(node: Node, broken: (message: string, place: Place) => void): readonly PathRule[] {
  const rules: PathRule[] = [];
  // One object of paths, or a list of such.
  const objects = itemsAt(node, 'path').length > 0 ? itemsAt(node, 'path') : [valueAt(node, 'path')];
  for (const object of objects) {
    for (const [path, { value, place }] of entriesAt(object)) {
      for (const body of value.kind === 'list' ? value.items : [value]) {
        const rule = ruleOf(path, body, place);
        if (typeof rule === 'string') broken(`path "${path}" ${rule}`, place);
        else rules.push(rule);
      }
    }
  }
  return rules;
}

function ruleOf(path: string, body: Node, place: Place): PathRule | string {
  const old = textAt(body, 'policy');
  const written = textsAt(body, 'capabilities');
  if (old === undefined && valueAt(body, 'capabilities') === undefined) return 'has no capabilities';
  if (old !== undefined && OLD[old] === undefined) return 'has a policy that is none of deny, read, write and sudo';
  if (written.some((name) => !CAPABILITIES.has(name))) return 'has a capability that is not known';
  const capabilities = [...new Set([...(OLD[old ?? ''] ?? []), ...written])].sort();
  const narrowing = NARROWS.flatMap((name): [string, Json][] => {
    const value = valueAt(body, name);
    return value === undefined || isEmpty(value) ? [] : [[name, jsonOf(value)]];
  });
  return {
    path: path.replace(/^\/+/, ''),
    // Beside a deny nothing else counts.
    capabilities: capabilities.includes('deny') ? ['deny'] : capabilities,
    condition: narrowing.length === 0 ? undefined : Object.fromEntries(narrowing),
    place,
  };
}

function isEmpty(node: Node): boolean {
  if (node.kind === 'list') return node.items.length === 0;
  return node.kind === 'map' ? node.entries.size === 0 : node.value === null || node.text === '' || node.text === '0';
}

export function jsonOf(node: Node): Json {
  if (node.kind === 'list') return node.items.map(jsonOf);
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, jsonOf(value)]));
  return node.value;
}
