import type { Grant } from '../../src/model/grant.ts';
import { contentId } from '../../src/model/id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { PrincipalName } from '../cloud-principals.ts';

/** Marks a grant that comes from this table and not from an object: it is void when the role itself was read. */
export const DEFAULT_ROLE = 'default-role';

interface DefaultRole {
  /** Each `verbs: resources`, or `verbs: resources = names`. */
  readonly rules: readonly string[];
  /** Labels of ClusterRoles that are added to it. */
  readonly aggregates?: readonly string[];
}

const READ = 'get list watch';
const WRITE = 'create delete deletecollection patch update';

const VIEW = [
  `${READ}: core/configmaps core/endpoints core/persistentvolumeclaims core/persistentvolumeclaims/status core/pods core/replicationcontrollers core/replicationcontrollers/scale core/serviceaccounts core/services core/services/status`,
  `${READ}: core/bindings core/events core/limitranges core/namespaces/status core/pods/log core/pods/status core/replicationcontrollers/status core/resourcequotas core/resourcequotas/status core/namespaces discovery.k8s.io/endpointslices`,
  `${READ}: apps/controllerrevisions apps/daemonsets apps/daemonsets/status apps/deployments apps/deployments/scale apps/deployments/status apps/replicasets apps/replicasets/scale apps/replicasets/status apps/statefulsets apps/statefulsets/scale apps/statefulsets/status`,
  `${READ}: autoscaling/horizontalpodautoscalers autoscaling/horizontalpodautoscalers/status batch/cronjobs batch/cronjobs/status batch/jobs batch/jobs/status policy/poddisruptionbudgets policy/poddisruptionbudgets/status networking.k8s.io/ingresses networking.k8s.io/ingresses/status networking.k8s.io/networkpolicies`,
];
const EDIT = [
  `${READ}: core/pods/attach core/pods/exec core/pods/portforward core/pods/proxy core/secrets core/services/proxy`,
  'impersonate: core/serviceaccounts',
  `${WRITE}: core/pods core/pods/attach core/pods/exec core/pods/portforward core/pods/proxy`,
  'create: core/pods/eviction core/serviceaccounts/token',
  `${WRITE}: core/configmaps core/events core/persistentvolumeclaims core/replicationcontrollers core/replicationcontrollers/scale core/secrets core/serviceaccounts core/services core/services/proxy`,
  `${WRITE}: apps/daemonsets apps/deployments apps/deployments/rollback apps/deployments/scale apps/replicasets apps/replicasets/scale apps/statefulsets apps/statefulsets/scale autoscaling/horizontalpodautoscalers`,
  `${WRITE}: batch/cronjobs batch/jobs policy/poddisruptionbudgets networking.k8s.io/ingresses networking.k8s.io/networkpolicies`,
  `${READ} ${WRITE}: coordination.k8s.io/leases`,
];
const ADMIN = [
  'create: authorization.k8s.io/localsubjectaccessreviews',
  `${READ} ${WRITE}: rbac.authorization.k8s.io/roles rbac.authorization.k8s.io/rolebindings`,
];
const EVENTS = 'create patch update: core/events events.k8s.io/events';
const REVIEWS = 'create: authentication.k8s.io/tokenreviews authorization.k8s.io/subjectaccessreviews';
const HEALTH = 'url:/healthz url:/livez url:/readyz';

/**
 * ClusterRoles that every cluster has, so that a binding to one means something although no file defines it. Only those
 * that people bind; the rules are those of Kubernetes 1.30 (its default roles, "RBAC authorization: default roles and role
 * bindings"), and an export of the cluster replaces them.
 */
const DEFAULT_CLUSTER_ROLES: Readonly<Record<string, DefaultRole>> = {
  'cluster-admin': { rules: ['*: */*', '*: url:*'] },
  admin: { rules: [...VIEW, ...EDIT, ...ADMIN], aggregates: ['admin', 'edit', 'view'] },
  edit: { rules: [...VIEW, ...EDIT], aggregates: ['edit', 'view'] },
  view: { rules: VIEW, aggregates: ['view'] },
  'system:auth-delegator': { rules: [REVIEWS] },
  'system:basic-user': {
    rules: [
      'create: authorization.k8s.io/selfsubjectaccessreviews authorization.k8s.io/selfsubjectrulesreviews authentication.k8s.io/selfsubjectreviews',
    ],
  },
  'system:discovery': {
    rules: [
      `get: url:/api url:/api/* url:/apis url:/apis/* url:/openapi url:/openapi/* url:/version url:/version/ ${HEALTH}`,
    ],
  },
  'system:public-info-viewer': { rules: [`get: url:/version url:/version/ ${HEALTH}`] },
  'system:service-account-issuer-discovery': {
    rules: ['get: url:/.well-known/openid-configuration url:/openid/v1/jwks'],
  },
  'system:monitoring': {
    rules: [`get: url:/healthz/* url:/livez/* url:/metrics url:/metrics/slis url:/readyz/* ${HEALTH}`],
  },
  'system:kubelet-api-admin': {
    rules: [
      'get list watch proxy: core/nodes',
      '*: core/nodes/log core/nodes/metrics core/nodes/proxy core/nodes/stats',
    ],
  },
  'system:node-bootstrapper': { rules: [`create ${READ}: certificates.k8s.io/certificatesigningrequests`] },
  'system:node-proxier': {
    rules: ['list watch: core/endpoints core/services discovery.k8s.io/endpointslices', `${READ}: core/nodes`, EVENTS],
  },
  'system:node-problem-detector': { rules: ['get: core/nodes', 'patch: core/nodes/status', EVENTS] },
  'system:kube-dns': { rules: ['list watch: core/endpoints core/services'] },
  'system:heapster': {
    rules: [`${READ}: core/events core/namespaces core/nodes core/pods extensions/deployments`],
  },
  'system:persistent-volume-provisioner': {
    rules: [
      `create delete ${READ}: core/persistentvolumes`,
      `update ${READ}: core/persistentvolumeclaims`,
      `${READ}: storage.k8s.io/storageclasses`,
      'watch: core/events',
      EVENTS,
    ],
  },
  'system:kube-controller-manager': {
    rules: [
      'create update get: core/secrets core/serviceaccounts',
      'delete: core/secrets',
      'get: core/configmaps core/namespaces',
      'create: core/serviceaccounts/token coordination.k8s.io/leases',
      'get update: coordination.k8s.io/leases = kube-controller-manager',
      'list watch: */*',
      REVIEWS,
      EVENTS,
    ],
  },
};

const DEFAULT_ROLES: Readonly<Record<string, DefaultRole>> = {
  'kube-system/extension-apiserver-authentication-reader': {
    rules: [`${READ}: core/configmaps = extension-apiserver-authentication`],
  },
};

/**
 * What a role is that a binding names and that every cluster has, or undefined for any other. Of a `system:` role that is
 * not in the table nothing but its existence is known: its content is unknown, not empty.
 */
export function defaultRole(role: PrincipalName): { attributes: JsonObject; grants: readonly Grant[] } | undefined {
  const cluster = role.kind === 'cluster-role';
  const table = cluster ? DEFAULT_CLUSTER_ROLES : DEFAULT_ROLES;
  const key = [...role.scope.slice(1), role.name].join('/');
  const known = Object.hasOwn(table, key) ? table[key] : undefined;
  if (known === undefined && !(cluster && role.name.startsWith('system:'))) return undefined;
  const aggregation = known?.aggregates?.map((to) => ({
    matchLabels: { [`rbac.authorization.k8s.io/aggregate-to-${to}`]: 'true' },
  }));
  const attributes = { labels: {}, aggregation: aggregation ?? null, default_role: true };
  const via = [`role:${cluster ? 'ClusterRole' : 'Role'}/${role.name}`, DEFAULT_ROLE];
  if (known === undefined) return { attributes, grants: [grant(role, via, {}, true)] };
  return { attributes, grants: known.rules.map((rule) => grant(role, via, parse(rule), false)) };
}

function parse(rule: string): Partial<Pick<Grant, 'actions' | 'resources' | 'resourceNames'>> {
  const [verbs = '', rest = ''] = rule.split(': ');
  const [resources = '', names] = rest.split(' = ');
  return {
    actions: verbs.split(' '),
    resources: resources.split(' '),
    ...(names === undefined ? {} : { resourceNames: names.split(' ') }),
  };
}

function grant(
  role: PrincipalName,
  via: readonly string[],
  rule: Partial<Pick<Grant, 'actions' | 'resources' | 'resourceNames'>>,
  unknownContent: boolean,
): Grant {
  const content = {
    platform: 'kubernetes',
    principal: role.id,
    effect: 'allow' as const,
    role: 'identity' as const,
    actions: [],
    resources: [],
    ...rule,
    scope: role.scope.join('/'),
    via,
    ...(unknownContent ? { unknownContent } : {}),
  };
  return { id: contentId('grant', content), ...content, locations: [] };
}
