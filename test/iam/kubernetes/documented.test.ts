import { describe, expect, test } from 'vitest';
import { kubernetesEvaluator } from '../../../src/iam/kubernetes/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import { account, bind, clusterOf, clusterRole, pod, role, sa, version } from './cluster.ts';

const RBAC = 'rbac.authorization.k8s.io';
const DOC = {
  roles: 'reference/access-authn-authz/rbac/#role-and-clusterrole',
  bindings: 'reference/access-authn-authz/rbac/#rolebinding-and-clusterrolebinding',
  resources: 'reference/access-authn-authz/rbac/#referring-to-resources',
  aggregated: 'reference/access-authn-authz/rbac/#aggregated-clusterroles',
  subjects: 'reference/access-authn-authz/rbac/#referring-to-subjects',
  defaults: 'reference/access-authn-authz/rbac/#default-roles-and-role-bindings',
  discovery: 'reference/access-authn-authz/rbac/#discovery-roles',
  userFacing: 'reference/access-authn-authz/rbac/#user-facing-roles',
  roleGuard: 'reference/access-authn-authz/rbac/#restrictions-on-role-creation-or-update',
  bindingGuard: 'reference/access-authn-authz/rbac/#restrictions-on-role-binding-creation-or-update',
  verbs: 'reference/access-authn-authz/authorization/#determine-the-request-verb',
  impersonation: 'reference/access-authn-authz/authentication/#user-impersonation',
  practices: 'concepts/security/rbac-good-practices/',
  serviceAccounts: 'concepts/security/service-accounts/',
  podAccounts: 'tasks/configure-pod-container/configure-service-account/',
  subresources: 'reference/access-authn-authz/rbac/#referring-to-resources (subresources)',
} as const;

/** The page of https://kubernetes.io/docs/ that says so, what is in the cluster, `verb resource`, and the answer. */
type Row = readonly [doc: string, files: readonly string[], question: string, answer: Answer, who?: string];

const A = sa('shop/a');
const B = sa('shop/b');

/** One cluster role for shop/a, bound in the whole cluster or in a namespace. */
function may(rules: readonly string[], namespace?: string): readonly string[] {
  return [clusterRole('r', rules), bind('ClusterRole/r', ['shop/a'], namespace), account('shop', 'a')];
}

const SUM = [
  role('shop', 'one', ['get core/pods']),
  role('shop', 'two', ['list core/pods']),
  bind('Role/one', ['shop/a'], 'shop'),
  bind('Role/two', ['shop/a'], 'shop'),
];
const EVERYTHING = ['* */*', '* url:*'];
const PARTS = (labels: object, selectors: readonly object[]) => [
  clusterRole('monitoring', [], {}, { aggregationRule: { clusterRoleSelectors: selectors } }),
  clusterRole('endpoints', ['get core/endpoints'], { labels }),
  bind('ClusterRole/monitoring', ['shop/a']),
];
const LABEL = { 'rbac.example.com/aggregate-to-monitoring': 'true' };

const RULES: Readonly<Record<string, readonly Row[]>> = {
  '1 allow only, union of all bindings': [
    [DOC.roles, SUM, 'get shop/core/pods', 'yes'],
    [DOC.roles, SUM, 'list shop/core/pods', 'yes'],
    [DOC.roles, SUM, 'watch shop/core/pods', 'no'],
    [DOC.roles, [account('shop', 'a')], 'get shop/core/pods', 'no'],
    [DOC.roles, [...SUM, ...may(['delete core/pods'])], 'get shop/core/pods', 'yes'],
  ],
  '2 a RoleBinding is limited to its namespace': [
    [DOC.bindings, may(EVERYTHING, 'shop'), 'get shop/core/secrets', 'yes'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'get other/core/secrets', 'no'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'list core/secrets', 'no'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'get core/nodes:n1', 'no'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'get url:/healthz', 'no'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'patch core/namespaces:shop', 'yes'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'patch core/namespaces:other', 'no'],
    [DOC.bindings, may(EVERYTHING, 'shop'), 'create core/namespaces', 'no'],
    [DOC.bindings, may(EVERYTHING), 'get other/core/secrets', 'yes'],
    [DOC.bindings, may(EVERYTHING), 'get core/nodes:n1', 'yes'],
    [
      DOC.bindings,
      [role('shop', 'r', ['get core/pods']), bind('Role/r', ['shop/a'], 'shop')],
      'get shop/core/pods',
      'yes',
    ],
    [
      DOC.bindings,
      [role('other', 'r', ['get core/pods']), bind('Role/r', ['shop/a'], 'shop')],
      'get shop/core/pods',
      'no',
    ],
  ],
  '3 a role that is not there grants nothing': [
    [DOC.bindings, [bind('ClusterRole/later', ['shop/a'])], 'get core/pods', 'no'],
    [
      DOC.bindings,
      [bind('ClusterRole/later', ['shop/a']), clusterRole('later', ['get core/pods'])],
      'get core/pods',
      'yes',
    ],
    [DOC.defaults, [bind('ClusterRole/cluster-admin', ['shop/a'])], 'delete core/nodes', 'yes'],
    [DOC.userFacing, [bind('ClusterRole/view', ['shop/a'], 'shop')], 'list shop/core/pods', 'yes'],
    [DOC.userFacing, [bind('ClusterRole/view', ['shop/a'], 'shop')], 'get shop/core/secrets', 'no'],
    [DOC.userFacing, [bind('ClusterRole/edit', ['shop/a'], 'shop')], 'get shop/core/secrets', 'yes'],
    [DOC.userFacing, [bind('ClusterRole/edit', ['shop/a'], 'shop')], `create shop/${RBAC}/rolebindings`, 'no'],
    [DOC.userFacing, [bind('ClusterRole/admin', ['shop/a'], 'shop')], `create shop/${RBAC}/rolebindings`, 'yes'],
    [
      DOC.defaults,
      [bind('ClusterRole/system:of-the-future', ['shop/a'])],
      'get core/pods',
      { if: ['the content of role:ClusterRole/system:of-the-future, which was not read'] },
    ],
  ],
  '4 aggregated cluster roles': [
    [DOC.aggregated, PARTS(LABEL, [{ matchLabels: LABEL }]), 'get core/endpoints', 'yes'],
    [DOC.aggregated, PARTS({}, [{ matchLabels: LABEL }]), 'get core/endpoints', 'no'],
    [DOC.aggregated, PARTS({ ...LABEL, more: 'x' }, [{ matchLabels: LABEL }]), 'get core/endpoints', 'yes'],
    [
      DOC.aggregated,
      PARTS(LABEL, [{ matchLabels: { other: 'x' } }, { matchLabels: LABEL }]),
      'get core/endpoints',
      'yes',
    ],
    [
      DOC.userFacing,
      [
        clusterRole('crontabs', ['create stable.example.com/crontabs'], {
          labels: { [`${RBAC}/aggregate-to-edit`]: 'true' },
        }),
        bind('ClusterRole/edit', ['shop/a'], 'shop'),
      ],
      'create shop/stable.example.com/crontabs',
      'yes',
    ],
    [
      DOC.userFacing,
      [
        clusterRole('crontabs', ['get stable.example.com/crontabs'], {
          labels: { [`${RBAC}/aggregate-to-edit`]: 'true' },
        }),
        bind('ClusterRole/view', ['shop/a'], 'shop'),
      ],
      'get shop/stable.example.com/crontabs',
      'no',
    ],
  ],
  '5 wildcards and subresources': [
    [DOC.subresources, may(['get core/pods']), 'get shop/core/pods/log', 'no'],
    [DOC.subresources, may(['get core/pods/log']), 'get shop/core/pods/log', 'yes'],
    [DOC.subresources, may(['create core/*/exec']), 'create shop/core/pods/exec', 'yes'],
    [DOC.subresources, may(['create core/pods/*']), 'create shop/core/pods/exec', 'no'],
    [DOC.resources, may(['get core/*']), 'get shop/core/pods/log', 'yes'],
    [DOC.resources, may(['* core/pods']), 'deletecollection shop/core/pods', 'yes'],
    [DOC.resources, may(['get */pods']), 'get shop/metrics.k8s.io/pods', 'yes'],
    [DOC.resources, may(['get core/pods']), 'get shop/metrics.k8s.io/pods', 'no'],
    [DOC.resources, may(['get apps/deployments']), 'get shop/extensions/deployments', 'no'],
    [DOC.resources, may(['get core/pods']), 'get core/*', 'no'],
  ],
  '6 resourceNames': [
    [
      DOC.resources,
      may(['get,update core/configmaps = my-configmap']),
      'update shop/core/configmaps:my-configmap',
      'yes',
    ],
    [DOC.resources, may(['get,update core/configmaps = my-configmap']), 'update shop/core/configmaps:other', 'no'],
    [DOC.resources, may(['get core/configmaps = a,b']), 'get shop/core/configmaps', { if: ['the name is a or b'] }],
    [DOC.resources, may(['create core/configmaps = my-configmap']), 'create shop/core/configmaps:my-configmap', 'no'],
    [
      DOC.resources,
      may(['deletecollection core/configmaps = my-configmap']),
      'deletecollection shop/core/configmaps:my-configmap',
      'no',
    ],
    [DOC.resources, may(['list core/configmaps = my-configmap']), 'list shop/core/configmaps:my-configmap', 'yes'],
    [
      DOC.resources,
      may(['watch core/configmaps = my-configmap']),
      'watch shop/core/configmaps',
      { if: ['the name is my-configmap'] },
    ],
    [
      DOC.serviceAccounts,
      may(['create core/serviceaccounts/token = b']),
      'create shop/core/serviceaccounts/token:b',
      'yes',
    ],
    [
      DOC.serviceAccounts,
      may(['create core/serviceaccounts/token = b']),
      'create shop/core/serviceaccounts/token:c',
      'no',
    ],
    [DOC.resources, may(['* */* = x']), 'get core/nodes:y', 'no'],
  ],
  '7 paths that are no resources': [
    [DOC.roles, may(['get url:/healthz']), 'get url:/healthz', 'yes'],
    [DOC.roles, may(['get url:/healthz']), 'get url:/healthz/etcd', 'no'],
    [DOC.roles, may(['get url:/healthz/*']), 'get url:/healthz/etcd', 'yes'],
    [DOC.roles, may(['get url:/healthz/*']), 'get url:/healthz', 'no'],
    [DOC.roles, may(['get url:*']), 'get url:/metrics', 'yes'],
    [DOC.roles, may(['get url:/metrics']), 'post url:/metrics', 'no'],
    [DOC.roles, may(['* */*']), 'get url:/metrics', 'no'],
  ],
  '8 groups that one is in by nature': [
    [DOC.subjects, [...group('system:serviceaccounts'), account('shop', 'a')], 'get core/pods', 'yes'],
    [DOC.subjects, [...group('system:serviceaccounts:shop'), account('shop', 'a')], 'get core/pods', 'yes'],
    [DOC.subjects, [...group('system:serviceaccounts:other'), account('shop', 'a')], 'get core/pods', 'no'],
    [DOC.subjects, [...group('system:authenticated'), account('shop', 'a')], 'get core/pods', 'yes'],
    [DOC.discovery, [...group('system:unauthenticated'), account('shop', 'a')], 'get core/pods', 'no'],
    [
      DOC.discovery,
      [...group('system:unauthenticated'), bind('ClusterRole/r', ['User:system:anonymous'], 'other')],
      'get core/pods',
      'yes',
      'kubernetes:user:c1/system:anonymous',
    ],
    [
      DOC.practices,
      [bind('ClusterRole/none', ['Group:system:masters'])],
      'delete core/nodes',
      'yes',
      'kubernetes:group:c1/system:masters',
    ],
    [
      DOC.subjects,
      [clusterRole('r', ['get core/pods']), bind('ClusterRole/r', ['User:system:serviceaccount:shop:a'])],
      'get core/pods',
      'yes',
    ],
  ],
  '9 bind and escalate are verbs of roles': [
    [DOC.bindingGuard, may([`bind ${RBAC}/clusterroles = edit`]), `bind ${RBAC}/clusterroles:edit`, 'yes'],
    [DOC.bindingGuard, may([`bind ${RBAC}/clusterroles = edit`]), `bind ${RBAC}/clusterroles:admin`, 'no'],
    [DOC.bindingGuard, may([`bind ${RBAC}/clusterroles`], 'shop'), `bind shop/${RBAC}/clusterroles:admin`, 'yes'],
    [DOC.bindingGuard, may([`bind ${RBAC}/clusterroles`], 'shop'), `bind ${RBAC}/clusterroles:admin`, 'no'],
    [DOC.roleGuard, may([`escalate ${RBAC}/clusterroles`], 'shop'), `escalate ${RBAC}/clusterroles:r`, 'no'],
    [DOC.roleGuard, may([`escalate ${RBAC}/roles`], 'shop'), `escalate shop/${RBAC}/roles:r`, 'yes'],
  ],
  '10 impersonation': [
    [DOC.impersonation, may(['impersonate core/users,core/groups']), 'impersonate core/users:mona', 'yes'],
    [DOC.impersonation, may(['impersonate core/users = mona']), 'impersonate core/users:root', 'no'],
    [DOC.impersonation, may(['impersonate core/groups = developers']), 'impersonate core/groups:system:masters', 'no'],
    [
      DOC.impersonation,
      may(['impersonate authentication.k8s.io/userextras/scopes = view']),
      'impersonate authentication.k8s.io/userextras/scopes:view',
      'yes',
    ],
    [
      DOC.impersonation,
      may(['impersonate core/serviceaccounts'], 'shop'),
      'impersonate shop/core/serviceaccounts:b',
      'yes',
    ],
    [
      DOC.impersonation,
      may(['impersonate core/serviceaccounts'], 'shop'),
      'impersonate other/core/serviceaccounts:b',
      'no',
    ],
  ],
  '11 secrets are read by get, list and watch': [
    [DOC.practices, may(['list core/secrets'], 'shop'), 'list shop/core/secrets', 'yes'],
    [DOC.practices, may(['list core/secrets'], 'shop'), 'get shop/core/secrets:db', 'no'],
    [DOC.practices, may(['watch core/secrets'], 'shop'), 'watch shop/core/secrets', 'yes'],
  ],
  '12 the kubelet and open connections': [
    [DOC.practices, may(['get core/nodes/proxy']), 'get core/nodes/proxy:n1', 'yes'],
    [DOC.practices, may(['get core/nodes']), 'get core/nodes/proxy:n1', 'no'],
    [DOC.verbs, may(['get core/pods/exec']), 'create shop/core/pods/exec', 'no'],
  ],
  '13 a workload can do what its account can': [
    [
      DOC.podAccounts,
      [...may(['get core/secrets']), pod('shop', 'p', 'a')],
      'get shop/core/secrets',
      'yes',
      'kubernetes:workload:c1/shop/Pod/p',
    ],
    [
      DOC.podAccounts,
      [...may(['get core/secrets']), pod('shop', 'p', 'a', { automountServiceAccountToken: false })],
      'get shop/core/secrets',
      { if: ['it is given a token of its service account'] },
      'kubernetes:workload:c1/shop/Pod/p',
    ],
    [
      DOC.podAccounts,
      [...may(['get core/secrets']), pod('shop', 'p', 'b')],
      'get shop/core/secrets',
      'no',
      'kubernetes:workload:c1/shop/Pod/p',
    ],
  ],
  'any resource, where none is named': [
    [DOC.verbs, may(['escalate apps/deployments']), 'escalate', 'yes'],
    [DOC.verbs, may(['get core/pods'], 'shop'), 'get', 'yes'],
    [DOC.verbs, may(['get core/pods']), 'delete', 'no'],
    [DOC.resources, may(['create core/pods = x']), 'create', 'no'],
    [DOC.serviceAccounts, may(['create core/serviceaccounts/token = x']), 'create', 'yes'],
    [DOC.bindings, may(['get url:/metrics'], 'shop'), 'get', 'no'],
  ],
};

function group(name: string): readonly string[] {
  return [clusterRole('r', ['get core/pods']), bind('ClusterRole/r', [`Group:${name}`])];
}

async function ask(files: readonly string[], question: string, who: string) {
  const [action = '', resource] = question.split(' ');
  const asker = kubernetesEvaluator.asker(await clusterOf(...files));
  return asker(who, { action, ...(resource === undefined ? {} : { resource }) });
}

describe.each(Object.entries(RULES))('rule %s', (_, rows) => {
  test.each(rows.map((row) => [row[2], row[4] ?? A, row] as const))('%s of %s', async (_question, who, row) => {
    const [doc, files, question, expected] = row;
    const found = await ask(files, question, who);
    expect(found?.answer, `https://kubernetes.io/docs/${doc}`).toEqual(expected);
    // What is allowed is proved, but for the group that nobody is asked about.
    const proved = (found?.grants.length ?? 0) > 0 && (found?.trusts.length ?? 0) > 0;
    if (who.includes(':group:')) return;
    expect(proved).toBe(expected !== 'no');
  });
});

test('there are at least 60 rows, each with a page', () => {
  const rows = Object.values(RULES).flat();
  expect(rows.length).toBeGreaterThanOrEqual(60);
  expect(rows.every(([doc]) => doc !== '')).toBe(true);
});

describe('what other tools get wrong', () => {
  const evaluate = async (...files: readonly string[]) => kubernetesEvaluator.evaluate(await clusterOf(...files));
  const privileges = async (rules: readonly string[], ...more: readonly string[]) =>
    (await evaluate(...may(rules), ...more)).get(A)?.privileges.map(({ id }) => id) ?? [];

  test('bind counts on roles, not on bindings (PaloAltoNetworks/rbac-police#22, CKV_K8S_157)', async () => {
    expect(await privileges([`bind,create ${RBAC}/clusterrolebindings`])).not.toContain('k8s-risky-bind-roles');
    expect(await privileges([`bind ${RBAC}/clusterroles`, `create ${RBAC}/clusterrolebindings`])).toContain(
      'k8s-risky-bind-roles',
    );
  });

  test.each([
    'batch/jobs',
    `${RBAC}/roles`,
    `${RBAC}/clusterroles`,
    `${RBAC}/rolebindings`,
    `${RBAC}/clusterrolebindings`,
    'core/users',
  ])('any verb on %s is not lost (cyberark/KubiScan#10)', async (resource) => {
    expect((await privileges([`* ${resource}`])).some((id) => id.startsWith('k8s-risky-'))).toBe(true);
  });

  test('what everybody and nobody has is told of them (cyberark/KubiScan#70)', async () => {
    const all = await evaluate(...group('system:unauthenticated'));
    const ids = all.get('kubernetes:group:c1/system:unauthenticated')?.privileges.map(({ id }) => id);
    expect(ids).toContain('k8s-risky-anonymous-bound');
  });

  test.each(['get', 'create'])(
    'nodes/proxy by %s alone (cyberark/KubiScan#29, kubernetes/website#32806)',
    async (verb) => {
      expect(await privileges([`${verb} core/nodes/proxy`])).toContain('k8s-risky-nodes-proxy');
    },
  );

  test('an aggregated role of a manifest is not empty (rbac-police offline, KubiScan)', async () => {
    const files = [
      clusterRole('whole', [], {}, { aggregationRule: { clusterRoleSelectors: [{ matchLabels: LABEL }] } }),
      clusterRole('part', ['get core/nodes/proxy'], { labels: LABEL }),
      bind('ClusterRole/whole', ['shop/b']),
    ];
    expect((await evaluate(...files)).get(B)?.privileges.map(({ id }) => id)).toContain('k8s-risky-nodes-proxy');
  });

  test('what cannot be evaluated is no pass (rbac-police outside of its own directory)', async () => {
    const found = (await evaluate(bind('ClusterRole/system:of-the-future', ['shop/a']))).get(A);
    expect(found?.unseen).toEqual(['role kubernetes:cluster-role:c1/system:of-the-future']);
  });

  test('get opens a connection into a pod until 1.34, and no more from 1.35 on', async () => {
    const exec = ['get core/pods/exec'];
    expect(await privileges(exec, version('v1.34.0'))).toContain('k8s-risky-pods-exec');
    expect(await privileges(exec, version('v1.35.0'))).not.toContain('k8s-risky-pods-exec');
  });

  test('nodes and other authorizers are outside of RBAC, and said to be (rule 14)', async () => {
    const all = await evaluate(clusterRole('r', ['get core/pods']), bind('ClusterRole/r', ['User:system:node:n1']));
    expect(all.get('kubernetes:user:c1/system:node:n1')?.unseen).toContain('node authorizer');
  });
});
