/** What a question is about: `group/resource[/sub]` or `url:/path`, where, and which. */
export interface Target {
  readonly resource: string;
  /** Undefined for what is in no namespace, and for all namespaces at once. */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Groups of the API whose names have no dot; those of custom resources must have one. */
const PLAIN_GROUPS = new Set(['core', 'apps', 'batch', 'autoscaling', 'policy', 'extensions', '*']);

/** The groups of resources that are asked for by their name alone; of all others that is the core group. */
const GROUPS: Readonly<Record<string, string>> = {
  deployments: 'apps',
  daemonsets: 'apps',
  statefulsets: 'apps',
  replicasets: 'apps',
  jobs: 'batch',
  cronjobs: 'batch',
  roles: 'rbac.authorization.k8s.io',
  rolebindings: 'rbac.authorization.k8s.io',
  clusterroles: 'rbac.authorization.k8s.io',
  clusterrolebindings: 'rbac.authorization.k8s.io',
  ingresses: 'networking.k8s.io',
  networkpolicies: 'networking.k8s.io',
  certificatesigningrequests: 'certificates.k8s.io',
};

const CORE = new Set([
  ...['pods', 'secrets', 'configmaps', 'services', 'serviceaccounts', 'namespaces', 'nodes', 'endpoints', 'events'],
  ...['persistentvolumes', 'persistentvolumeclaims', 'replicationcontrollers', 'users', 'groups', 'resourcequotas'],
  ...['limitranges', 'podtemplates', 'bindings'],
]);

const SEGMENT = /^(?:\*|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/;

/**
 * Reads `[NAMESPACE/]GROUP/RESOURCE[/SUBRESOURCE][:NAME]`, with `core` for the empty group and `*` for all namespaces, or
 * `url:/path`. No resource is called like a group, so that three parts are never two things. A resource that everybody knows
 * goes without its group: `secrets`, `shop/deployments`, `pods/exec`. Undefined for anything else.
 *
 * @example parseTarget('shop/core/secrets:db') // { namespace: 'shop', resource: 'core/secrets', name: 'db' }
 */
export function parseTarget(text: string): Target | undefined {
  if (text.startsWith('url:')) {
    return /^url:[/*]/.test(text) ? { resource: text, namespace: undefined, name: undefined } : undefined;
  }
  const colon = text.indexOf(':');
  const name = colon < 0 ? undefined : text.slice(colon + 1);
  const parts = (colon < 0 ? text : text.slice(0, colon)).split('/');
  if (name === '' || parts.length > 4 || !parts.every((part) => SEGMENT.test(part))) return undefined;
  const read = readParts(parts);
  if (read === undefined) return undefined;
  const [namespace, group, ...resource] = read;
  return {
    namespace: namespace === '*' ? undefined : namespace,
    resource: [group, ...resource].join('/'),
    name,
  };
}

/** Namespace, group, resource and subresource. */
function readParts(parts: readonly string[]): readonly (string | undefined)[] | undefined {
  const [first = '', second = ''] = parts;
  const [known, knownInside] = [groupOf(first), groupOf(second)];
  switch (parts.length) {
    case 1:
      return known === undefined ? undefined : [undefined, known, first];
    case 2:
      if (isGroup(first)) return [undefined, ...parts];
      if (known !== undefined) return [undefined, known, ...parts];
      return knownInside === undefined ? undefined : [first, knownInside, second];
    case 3:
      if (isGroup(second) && (second !== '*' || !isGroup(first))) return parts;
      if (isGroup(first)) return [undefined, ...parts];
      return knownInside === undefined ? undefined : [first, knownInside, ...parts.slice(1)];
    default:
      return isGroup(second) ? parts : undefined;
  }
}

function isGroup(part: string): boolean {
  return PLAIN_GROUPS.has(part) || part.includes('.');
}

function groupOf(resource: string): string | undefined {
  if (CORE.has(resource)) return 'core';
  return Object.hasOwn(GROUPS, resource) ? GROUPS[resource] : undefined;
}
