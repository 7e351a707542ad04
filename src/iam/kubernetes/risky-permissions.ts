import type { Need } from './question.ts';

/** One way to have a risky permission: everything in `all`. */
export interface Alternative {
  readonly all: readonly Need[];
  /** Counts on servers before this version. */
  readonly before?: string;
  /** Counts on servers from this version on. */
  readonly from?: string;
  /** Counts only if this holds, which nothing in the input says. */
  readonly onlyIf?: string;
}

/** A permission that reaches further than it looks; `k8s-risky-` and the id is its privilege and its finding. */
export interface RiskyPermission {
  readonly id: string;
  readonly level: 'critical' | 'high' | 'medium' | 'low';
  /**
   * `cluster`: of the whole cluster only. `privileged`: of the whole cluster, or of a namespace with an account in it that
   * comes to admin. `weak`: of a namespace without one. `any`: anywhere.
   */
  readonly where: 'cluster' | 'privileged' | 'weak' | 'any';
  readonly any: readonly Alternative[];
}

const WRITE = ['create', 'update', 'patch'];
const CHANGE = ['update', 'patch'];
const READ = ['get', 'list', 'watch'];
const RBAC = 'rbac.authorization.k8s.io';
const ROLES = [`${RBAC}/roles`, `${RBAC}/clusterroles`];
const BINDINGS = [`${RBAC}/rolebindings`, `${RBAC}/clusterrolebindings`];
const ADMISSION = 'admissionregistration.k8s.io';
/** A WebSocket is opened by GET, which was `get`; since 1.35 `create` is needed on every path. */
const GET_OPENS_BEFORE = '1.35';

/** Kinds that make pods as somebody else says. */
export const POD_CONTROLLERS = [
  ...['apps/deployments', 'apps/daemonsets', 'apps/statefulsets', 'apps/replicasets'],
  ...['batch/jobs', 'batch/cronjobs', 'core/replicationcontrollers'],
];

export const MAKE_PODS: readonly Need[] = [
  { verbs: ['create'], resources: ['core/pods'] },
  { verbs: WRITE, resources: POD_CONTROLLERS },
];
export const BIND_ROLES: readonly Need[] = [
  { verbs: ['bind'], resources: ROLES },
  { verbs: WRITE, resources: BINDINGS },
];
export const ESCALATE_ROLES: readonly Need[] = [
  { verbs: ['escalate'], resources: ROLES },
  { verbs: CHANGE, resources: ROLES },
];
export const APPROVE_CERTIFICATES: readonly Need[] = [
  { verbs: CHANGE, resources: ['certificates.k8s.io/certificatesigningrequests/approval'] },
  { verbs: ['approve'], resources: ['certificates.k8s.io/signers'] },
];
export const READ_SECRETS: Need = { verbs: READ, resources: ['core/secrets'] };
export const WRITE_SECRETS: Need = { verbs: WRITE, resources: ['core/secrets'] };
export const MINT_TOKENS: Need = { verbs: ['create'], resources: ['core/serviceaccounts/token'] };
export const CHANGE_AWS_AUTH: Need = { verbs: CHANGE, resources: ['core/configmaps'], name: 'aws-auth' };
export const NODES_PROXY: Need = { verbs: ['get', 'create'], resources: ['core/nodes/proxy'] };

/** Running something in a pod that is there. */
export const ENTER_PODS: readonly Alternative[] = [
  ...opening('core/pods/exec'),
  ...opening('core/pods/attach'),
  { all: [{ verbs: CHANGE, resources: ['core/pods/ephemeralcontainers'] }] },
  { all: [{ verbs: CHANGE, resources: ['core/pods'] }] },
];

/**
 * Kubernetes permissions that lead to more, after Kubernetes' own good practices for RBAC and what Palo Alto Networks
 * (rbac-police), CyberArk (KubiScan) and Appvia (krane) look for, with their known mistakes mended: `bind` counts on roles,
 * `nodes/proxy` needs one verb only.
 */
export const RISKY_PERMISSIONS: readonly RiskyPermission[] = [
  { id: 'approve-csrs', level: 'critical', where: 'cluster', any: [{ all: APPROVE_CERTIFICATES }] },
  { id: 'assign-sa', level: 'critical', where: 'privileged', any: MAKE_PODS.map((need) => ({ all: [need] })) },
  { id: 'bind-roles', level: 'critical', where: 'privileged', any: [{ all: BIND_ROLES }] },
  { id: 'escalate-roles', level: 'critical', where: 'privileged', any: [{ all: ESCALATE_ROLES }] },
  {
    id: 'impersonate',
    level: 'critical',
    where: 'privileged',
    any: [
      one(['impersonate'], 'core/users', 'core/serviceaccounts'),
      {
        all: [
          { verbs: ['impersonate:*'], resources: ['users', 'serviceaccounts', 'nodes'].map(inAuthentication) },
          { verbs: ['impersonate-on:*'], resources: [] },
        ],
        from: '1.36',
      },
    ],
  },
  {
    id: 'modify-aws-auth',
    level: 'critical',
    where: 'privileged',
    any: [{ all: [CHANGE_AWS_AUTH], onlyIf: 'the cluster maps IAM principals by the config map aws-auth (EKS)' }],
  },
  { id: 'issue-token-secrets', level: 'critical', where: 'privileged', any: [{ all: [WRITE_SECRETS] }] },
  {
    id: 'retrieve-token-secrets',
    level: 'critical',
    where: 'privileged',
    any: [{ all: [READ_SECRETS], onlyIf: 'a token of a service account is kept in a secret there' }],
  },
  { id: 'token-request', level: 'critical', where: 'privileged', any: [{ all: [MINT_TOKENS] }] },
  {
    id: 'aggregate-label-write',
    level: 'critical',
    where: 'cluster',
    any: [
      {
        all: [
          { verbs: WRITE, resources: [`${RBAC}/clusterroles`] },
          { verbs: ['escalate'], resources: [`${RBAC}/clusterroles`] },
        ],
      },
    ],
  },
  {
    id: 'control-webhooks',
    level: 'high',
    where: 'cluster',
    any: [one(WRITE, `${ADMISSION}/mutatingwebhookconfigurations`, `${ADMISSION}/validatingwebhookconfigurations`)],
  },
  {
    id: 'write-admission-policies',
    level: 'high',
    where: 'cluster',
    any: [
      one(
        WRITE,
        ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings'].map((name) => `${ADMISSION}/${name}`),
        ...['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'].map((name) => `${ADMISSION}/${name}`),
      ),
    ],
  },
  { id: 'modify-pods', level: 'high', where: 'privileged', any: [one(CHANGE, 'core/pods')] },
  { id: 'nodes-proxy', level: 'high', where: 'cluster', any: [{ all: [NODES_PROXY] }] },
  {
    id: 'pods-ephemeral-containers',
    level: 'high',
    where: 'privileged',
    any: [one(CHANGE, 'core/pods/ephemeralcontainers')],
  },
  { id: 'pods-exec', level: 'high', where: 'privileged', any: opening('core/pods/exec') },
  { id: 'pods-attach', level: 'high', where: 'privileged', any: opening('core/pods/attach') },
  { id: 'pods-portforward', level: 'medium', where: 'privileged', any: opening('core/pods/portforward') },
  {
    id: 'steal-pods',
    level: 'high',
    where: 'cluster',
    any: [
      ['core/pods', 'delete', 'deletecollection'],
      ['core/pods/eviction', 'create'],
    ].map(([resource = '', ...verbs]) => ({
      all: [
        { verbs, resources: [resource] },
        { verbs: CHANGE, resources: ['core/nodes', 'core/nodes/status'] },
      ],
    })),
  },
  { id: 'create-persistentvolumes', level: 'high', where: 'cluster', any: [one(['create'], 'core/persistentvolumes')] },
  {
    id: 'patch-rolebinding',
    level: 'high',
    where: 'any',
    any: [
      {
        all: [
          { verbs: ['get'], resources: BINDINGS },
          { verbs: ['patch'], resources: BINDINGS },
          { verbs: ['bind'], resources: ROLES },
        ],
      },
    ],
  },
  {
    id: 'policy-engine-admin',
    level: 'high',
    where: 'any',
    any: [
      one(
        WRITE,
        ...['kyverno.io/clusterpolicies', 'kyverno.io/policies', 'kyverno.io/policyexceptions'],
        ...[
          'templates.gatekeeper.sh/constrainttemplates',
          'constraints.gatekeeper.sh/*',
          'config.gatekeeper.sh/configs',
        ],
        'policies.kubewarden.io/clusteradmissionpolicies',
      ),
    ],
  },
  {
    id: 'gitops-write',
    level: 'high',
    where: 'any',
    any: [
      one(
        WRITE,
        ...['kustomize.toolkit.fluxcd.io/kustomizations', 'helm.toolkit.fluxcd.io/helmreleases'],
        ...['argoproj.io/applications', 'argoproj.io/applicationsets', 'argoproj.io/appprojects'],
      ),
    ],
  },
  { id: 'list-secrets', level: 'medium', where: 'cluster', any: [one(['list'], 'core/secrets')] },
  { id: 'modify-service-status', level: 'medium', where: 'any', any: [one(CHANGE, 'core/services/status')] },
  {
    id: 'rce-weak-namespace',
    level: 'medium',
    where: 'weak',
    any: [...ENTER_PODS, ...MAKE_PODS.map((need) => ({ all: [need] }))],
  },
  {
    id: 'write-crds',
    level: 'medium',
    where: 'cluster',
    any: [one(WRITE, 'apiextensions.k8s.io/customresourcedefinitions')],
  },
  { id: 'delete-any', level: 'medium', where: 'any', any: [one(['delete', 'deletecollection'], '*/*')] },
  {
    id: 'network-gateway-write',
    level: 'medium',
    where: 'any',
    any: [
      one(
        WRITE,
        ...['networking.k8s.io/networkpolicies', 'networking.k8s.io/ingresses'],
        ...['gateway.networking.k8s.io/gateways', 'gateway.networking.k8s.io/httproutes'],
      ),
    ],
  },
  { id: 'modify-node-status', level: 'low', where: 'cluster', any: [one(CHANGE, 'core/nodes/status')] },
  { id: 'modify-pod-status', level: 'low', where: 'any', any: [one(CHANGE, 'core/pods/status')] },
  {
    id: 'obtain-token-weak-namespace',
    level: 'low',
    where: 'weak',
    any: [{ all: [MINT_TOKENS] }, { all: [WRITE_SECRETS, READ_SECRETS] }],
  },
];

function one(verbs: readonly string[], ...resources: readonly string[]): Alternative {
  return { all: [{ verbs, resources }] };
}

function opening(resource: string): readonly Alternative[] {
  return [one(['create'], resource), { ...one(['get'], resource), before: GET_OPENS_BEFORE }];
}

function inAuthentication(resource: string): string {
  return `authentication.k8s.io/${resource}`;
}
