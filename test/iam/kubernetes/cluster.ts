import { kubernetesScanner } from '../../../scanners/kubernetes/index.ts';
import { kubernetesEvaluator } from '../../../src/iam/kubernetes/evaluator.ts';
import type { EffectivePermissions } from '../../../src/model/effective.ts';
import type { Fact } from '../../../src/model/fact.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';

/** Reads manifests, each string a file of its own, into a view. */
export async function clusterOf(...files: readonly string[]): Promise<Inventory> {
  const facts: Fact[] = [];
  for (const [index, file] of files.entries()) {
    const scanned = await scanBytes(kubernetesScanner, `${index}.yaml`, file);
    if (scanned.problems.length > 0) throw new Error(scanned.problems.join('\n'));
    facts.push(...scanned.facts);
  }
  return viewOf(facts);
}

const RBAC = 'rbac.authorization.k8s.io';

/** `get,list core/pods,core/secrets = name`, one rule each. */
function rules(texts: readonly string[]): object[] {
  return texts.map((text) => {
    const [, verbs = '', resources = '', names] = /^(\S+) (\S+)(?: = (\S+))?$/.exec(text) ?? [];
    if (resources.startsWith('url:'))
      return { verbs: verbs.split(','), nonResourceURLs: resources.split(',').map((url) => url.slice(4)) };
    const pairs = resources
      .split(',')
      .map((resource) => [resource.slice(0, resource.indexOf('/')), resource.slice(resource.indexOf('/') + 1)]);
    return {
      verbs: verbs.split(','),
      apiGroups: [...new Set(pairs.map(([group]) => (group === 'core' ? '' : group)))],
      resources: [...new Set(pairs.map(([, resource]) => resource))],
      ...(names === undefined ? {} : { resourceNames: names.split(',') }),
    };
  });
}

export function clusterRole(name: string, texts: readonly string[], metadata: object = {}, more: object = {}): string {
  return JSON.stringify({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, ...metadata },
    rules: rules(texts),
    ...more,
  });
}

export function role(namespace: string, name: string, texts: readonly string[]): string {
  return JSON.stringify({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { name, namespace }, rules: rules(texts) });
}

/** Binds to `ClusterRole/x` or `Role/x`; cluster-wide where no namespace is given. Subjects: `ns/account`, `User:x`, `Group:x`. */
export function bind(roleRef: string, subjects: readonly string[], namespace?: string): string {
  const [kind, name] = roleRef.split('/');
  return JSON.stringify({
    apiVersion: `${RBAC}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `bind-${roleRef}-${subjects.join('-')}`, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: RBAC, kind, name },
    subjects: subjects.map((subject) => {
      const [, subjectKind, subjectName] = /^(User|Group):(.*)$/.exec(subject) ?? [];
      if (subjectKind !== undefined) return { kind: subjectKind, name: subjectName, apiGroup: RBAC };
      const [home, account] = subject.split('/');
      return { kind: 'ServiceAccount', namespace: home, name: account };
    }),
  });
}

export function account(namespace: string, name: string, annotations: object = {}, more: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, annotations },
    ...more,
  });
}

export function pod(namespace: string, name: string, serviceAccountName: string, spec: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: { serviceAccountName, ...spec },
  });
}

export function tokenSecret(namespace: string, name: string, of: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/service-account-token',
    metadata: { name, namespace, annotations: { 'kubernetes.io/service-account.name': of } },
  });
}

export function version(gitVersion: string): string {
  return JSON.stringify({ clientVersion: {}, serverVersion: { gitVersion } });
}

export function sa(path: string): string {
  return `kubernetes:service-account:c1/${path}`;
}

/** What the evaluator says of one principal. */
export function effectiveOf(inventory: Inventory, id: string): EffectivePermissions {
  const found = kubernetesEvaluator.evaluate(inventory).get(id);
  if (found === undefined) throw new Error(`nothing is said of ${id}`);
  return found;
}
