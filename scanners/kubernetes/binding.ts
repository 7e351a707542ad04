import type { Json } from '../../src/model/json.ts';
import { entryOf, itemsAt, type Node, textAt } from '../../src/scan/formats/node.ts';
import type { PrincipalName } from '../cloud-principals.ts';
import { defaultRole } from './default-roles.ts';
import type { Facts } from './facts.ts';
import type { ManifestObject } from './manifest-object.ts';
import { DEFAULT_NAMESPACE, group, role, serviceAccount, user } from './principals.ts';

/**
 * A RoleBinding or ClusterRoleBinding: one trust from each subject to the role, at the place of `roleRef`. The role may
 * stand in another file, or nowhere; `src/iam/kubernetes` joins them. A RoleBinding's condition names its namespace.
 */
export function readBinding(object: ManifestObject, facts: Facts): void {
  const namespace = object.kind === 'RoleBinding' ? (object.namespace ?? DEFAULT_NAMESPACE) : undefined;
  const reference = entryOf(object.node, 'roleRef');
  const kind = textAt(reference?.value, 'kind');
  const name = textAt(reference?.value, 'name');
  const allowed = kind === 'ClusterRole' || (kind === 'Role' && namespace !== undefined);
  if (reference === undefined || name === undefined || !allowed) {
    facts.problem(`${object.kind} "${object.name}" refers to no role`, (reference ?? object).place);
    return;
  }
  const target = role(facts.cluster, kind === 'Role' ? namespace : undefined, name);
  const existing = defaultRole(target);
  facts.reference(existing === undefined ? target : { ...target, attributes: existing.attributes }, reference.place);
  for (const grant of existing?.grants ?? []) {
    facts.hold({ kind: 'grant', body: { ...grant, locations: [facts.at(reference.place)] } });
  }
  const condition: Json = {
    binding: `${object.kind}/${object.name}`,
    ...(namespace === undefined ? {} : { namespace }),
  };
  for (const node of itemsAt(object.node, 'subjects')) {
    const subject = subjectOf(node, namespace, facts.cluster);
    if (typeof subject === 'string') {
      facts.problem(`a subject of ${object.kind} "${object.name}" ${subject}`, node.place);
      continue;
    }
    facts.trust({
      principal: target.id,
      subject: { kind: 'principal', id: facts.reference(subject, node.place) },
      declaredBy: 'target',
      how: 'bound-to',
      condition,
      locations: [facts.at(reference.place)],
    });
  }
}

/**
 * Whom a subject names, or what is wrong with it. A service account without a namespace is one of the binding's own
 * namespace; a ClusterRoleBinding has none, and the API server refuses it.
 */
function subjectOf(node: Node, namespace: string | undefined, cluster: string): PrincipalName | string {
  const name = textAt(node, 'name');
  if (!name) return 'has no name';
  const kind = textAt(node, 'kind');
  if (kind === 'User') return user(cluster, name);
  if (kind === 'Group') return group(cluster, name);
  if (kind !== 'ServiceAccount') return 'is no service account, user or group';
  const home = textAt(node, 'namespace') || namespace;
  return home === undefined ? 'is a service account without a namespace' : serviceAccount(cluster, home, name);
}
