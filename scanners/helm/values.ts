import {
  entriesAt,
  entryOf,
  itemsAt,
  type MapNode,
  type Node,
  type Place,
  textAt,
  textsAt,
  valueAt,
} from '../../src/scan/formats/node.ts';
import type { FileFacts } from '../file-facts.ts';
import { cloudIdentities } from '../kubernetes/cloud-identities.ts';
import { resourcesOf } from '../kubernetes/rule.ts';
import { settingsBelow } from '../variables.ts';
import { tellWrittenKeys } from '../written-key.ts';

/** A part of the values that has a service account of its own, and what was found in it. */
interface Part {
  readonly path: readonly string[];
  readonly node: Node;
  readonly place: Place;
}

/**
 * Tells what values say of identities. What the templates make of them is known only when they are rendered: so these are
 * workloads of the chart and not of a cluster.
 */
export function readValues(root: MapNode, base: string, facts: FileFacts): void {
  const parts = [...partsOf(root, [], root.place)];
  if (parts[0]?.path.length !== 0) parts.unshift({ path: [], node: root, place: root.place });
  const ids = parts.map((part) => ({ ...part, id: tellPart(part, base, facts) }));
  for (const { path, node } of rulesOf(root, [])) {
    // The deepest part around the rules.
    const holder = ids.findLast((part) => part.path.every((key, index) => path[index] === key));
    if (holder !== undefined) tellRule(node, path, holder.id, base, facts);
  }
  const [whole] = ids;
  if (whole !== undefined) {
    tellWrittenKeys([...settingsBelow(root)], { principal: whole.id, nativeId: base, kind: 'chart-value' }, facts);
  }
}

function* partsOf(node: Node, path: readonly string[], place: Place): Generator<Part> {
  if (node.kind !== 'map') return;
  const account = valueAt(node, 'serviceAccount');
  if (account?.kind === 'map') yield { path, node, place };
  for (const [key, entry] of node.entries)
    if (key !== 'serviceAccount') yield* partsOf(entry.value, [...path, key], entry.place);
}

function tellPart({ path, node, place }: Part, base: string, facts: FileFacts): string {
  const account = valueAt(node, 'serviceAccount');
  const nativeId = path.length === 0 ? base : `${base}#${path.join('.')}`;
  const id = facts.principal(
    {
      kind: 'workload',
      nativeId,
      name: path.at(-1) ?? base.split('/').at(-2) ?? base,
      scope: base.split('/'),
      attributes: {
        service_account_create: truth(textAt(account, 'create')),
        service_account_name: textAt(account, 'name') || null,
        automount: truth(textAt(account, 'automount') ?? textAt(account, 'automountServiceAccountToken')),
        rbac_create: truth(textAt(node, 'rbac', 'create') ?? textAt(node, 'rbac', 'enabled')),
        cluster_wide: truth(textAt(node, 'rbac', 'clusterWideAccess') ?? textAt(node, 'rbac', 'clusterRole')),
      },
    },
    place,
  );
  const annotations = new Map(entriesAt(account, 'annotations'));
  for (const { principal, place: at } of cloudIdentities(annotations)) {
    facts.name(principal, at);
    facts.trust(
      { principal: principal.id, subject: { kind: 'principal', id }, declaredBy: 'subject', how: 'annotation' },
      at,
    );
  }
  return id;
}

/** Null is what the chart decides. */
function truth(text: string | undefined): boolean | null {
  return text === 'true' ? true : text === 'false' ? false : null;
}

/** Elements of lists, whatever they are called, that are policy rules. */
function* rulesOf(
  node: Node,
  path: readonly string[],
): Generator<{ readonly path: readonly string[]; readonly node: Node }> {
  if (node.kind === 'map') for (const [key, { value }] of node.entries) yield* rulesOf(value, [...path, key]);
  for (const item of itemsAt(node)) {
    if (
      entryOf(item, 'verbs') !== undefined &&
      (entryOf(item, 'resources') ?? entryOf(item, 'nonResourceURLs')) !== undefined
    )
      yield { path, node: item };
    else yield* rulesOf(item, path);
  }
}

function tellRule(node: Node, path: readonly string[], principal: string, base: string, facts: FileFacts): void {
  const names = textsAt(node, 'resourceNames');
  const resources = resourcesOf({
    verbs: textsAt(node, 'verbs'),
    apiGroups: textsAt(node, 'apiGroups'),
    resources: textsAt(node, 'resources'),
    resourceNames: names,
    nonResourceUrls: textsAt(node, 'nonResourceURLs'),
  });
  if (resources === undefined) {
    facts.problem('a rule with more resources than are read', node.place);
    return;
  }
  facts.grant(
    {
      principal,
      actions: textsAt(node, 'verbs'),
      resources,
      ...(names.length === 0 ? {} : { resourceNames: names }),
      scope: base,
      via: [`values:${path.join('.')}`],
    },
    node.place,
  );
}
