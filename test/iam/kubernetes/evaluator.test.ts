import { describe, expect, test } from 'vitest';
import { kubernetesEvaluator } from '../../../src/iam/kubernetes/evaluator.ts';
import { RISKY_PERMISSIONS } from '../../../src/iam/kubernetes/risky-permissions.ts';
import type { Answer } from '../../../src/model/answer.ts';
import { account, bind, clusterOf, clusterRole, effectiveOf, pod, role, sa, tokenSecret, version } from './cluster.ts';

const A = sa('shop/a');
const ROOT = [clusterRole('root', ['* */*']), bind('ClusterRole/root', ['shop/root'])];
const MASTERS = 'kubernetes:group:c1/system:masters';
const MANAGER = 'kubernetes:user:c1/system:kube-controller-manager';
const CLUSTER_ADMIN = 'kubernetes:cluster-role:c1/cluster-admin';

/** Rules of shop/a, bound cluster-wide or in a namespace, beside other files. */
async function withRules(rules: readonly string[], boundIn: string | undefined, ...others: readonly string[]) {
  const inventory = await clusterOf(clusterRole('r', rules), bind('ClusterRole/r', ['shop/a'], boundIn), ...others);
  return effectiveOf(inventory, A);
}

/** `id answer` of the privileges in the table of risky permissions. */
function risky(privileges: readonly { id: string; answer: Answer }[]): string[] {
  return privileges
    .filter(({ id }) => id.startsWith('k8s-risky-'))
    .map(({ id, answer }) => `${id.slice(10)}${answer === 'yes' ? '' : '?'}`);
}

/** `id -> target`, with a question mark where it depends. */
function ways(escalations: readonly { id: string; target: string; answer: Answer }[]): string[] {
  return escalations.map(
    ({ id, target, answer }) => `${id} -> ${target.split(':').slice(1).join(':')}${answer === 'yes' ? '' : '?'}`,
  );
}

describe('admin', () => {
  test.each<[string, string[], string | undefined, Answer]>([
    ['all verbs on everything', ['* */*'], undefined, 'yes'],
    ['in a namespace only', ['* */*'], 'shop', 'no'],
    ['named verbs', ['get,list,create,update,delete */*'], undefined, 'no'],
    ['one group', ['* core/*'], undefined, 'no'],
    ['certain names', ['* */* = x'], undefined, 'no'],
    ['nothing', ['get core/pods'], undefined, 'no'],
  ])('%s', async (_, rules, boundIn, answer) => {
    expect((await withRules(rules, boundIn)).admin).toBe(answer);
  });

  test('by the default role, blamed on the rule that gives it', async () => {
    const inventory = await clusterOf(bind('ClusterRole/cluster-admin', ['shop/a']));
    const { admin, privileges } = effectiveOf(inventory, A);
    expect(admin).toBe('yes');
    expect(
      privileges.map(({ id, grants }) => [id, grants.map((grant) => inventory.grants.get(grant)?.actions)]),
    ).toEqual([['admin', [['*']]]]);
  });

  test('by a group that one is in by nature', async () => {
    const inventory = await clusterOf(
      bind('ClusterRole/cluster-admin', ['Group:system:serviceaccounts:shop']),
      account('shop', 'a'),
    );
    expect(effectiveOf(inventory, A).admin).toBe('yes');
  });

  test('system:masters, whatever is bound', async () => {
    expect(effectiveOf(await clusterOf(bind('ClusterRole/none', ['Group:system:masters'])), MASTERS).admin).toBe('yes');
  });

  test('of a role that is not known nothing is concluded', async () => {
    const { admin, privileges, unseen } = effectiveOf(await clusterOf(bind('ClusterRole/system:new', ['shop/a'])), A);
    expect([admin, privileges, unseen]).toEqual(['no', [], ['role kubernetes:cluster-role:c1/system:new']]);
  });

  test('a role that is not there is named', async () => {
    const { admin, unseen } = effectiveOf(await clusterOf(bind('ClusterRole/later', ['shop/a'])), A);
    expect([admin, unseen]).toEqual(['no', ['role kubernetes:cluster-role:c1/later']]);
  });
});

describe('privileges', () => {
  test.each<[string, string[], string | undefined, string[]]>([
    [
      'secrets everywhere',
      ['get,list core/secrets'],
      undefined,
      ['secrets-read yes get, list secrets in all namespaces'],
    ],
    ['secrets of a namespace', ['watch core/secrets'], 'shop', ['secrets-read yes watch secrets in shop']],
    ['one secret', ['get core/secrets = s'], 'shop', ['secrets-read {"if":["the name is s"]} get secrets in shop']],
    ['pods', ['create core/pods'], 'shop', ['pod-create yes create pods in shop']],
    ['controllers', ['patch apps/deployments'], 'shop', ['pod-create yes patch deployments in shop']],
    [
      'a namespace',
      ['* */*'],
      'shop',
      ['namespace-admin yes everything in shop', 'wildcard-resource yes * everything in shop'],
    ],
    ['everything of a group', ['* apps/*'], undefined, ['wildcard-service yes * everything of apps in all namespaces']],
    ['reading everything of a group', ['get apps/*'], undefined, []],
    ['nothing much', ['get core/pods'], undefined, []],
  ])('%s', async (_, rules, boundIn, expected) => {
    const ids = new Set(['secrets-read', 'pod-create', 'namespace-admin', 'wildcard-resource', 'wildcard-service']);
    if (!expected.some((line) => line.startsWith('secrets'))) ids.delete('secrets-read');
    if (!expected.some((line) => line.startsWith('pod'))) ids.delete('pod-create');
    const { privileges } = await withRules(rules, boundIn);
    expect(
      privileges
        .filter(({ id }) => ids.has(id))
        .map(({ id, answer, what }) => `${id} ${typeof answer === 'string' ? answer : JSON.stringify(answer)} ${what}`),
    ).toEqual(expected);
  });

  test('two rules in two roles give together what neither gives', async () => {
    const inventory = await clusterOf(
      clusterRole('one', ['bind rbac.authorization.k8s.io/clusterroles']),
      clusterRole('two', ['create rbac.authorization.k8s.io/clusterrolebindings']),
      bind('ClusterRole/one', ['shop/a', 'shop/b']),
      bind('ClusterRole/two', ['shop/a', 'shop/c']),
    );
    expect(risky(effectiveOf(inventory, A).privileges)).toEqual(['bind-roles']);
    expect(risky(effectiveOf(inventory, sa('shop/b')).privileges)).toEqual([]);
    expect(risky(effectiveOf(inventory, sa('shop/c')).privileges)).toEqual([]);
  });

  const RBAC = 'rbac.authorization.k8s.io';
  test.each<[string, string[], string[]]>([
    [
      'approve-csrs',
      ['update certificates.k8s.io/certificatesigningrequests/approval', 'approve certificates.k8s.io/signers'],
      ['approve-csrs'],
    ],
    ['approval without a signer', ['update certificates.k8s.io/certificatesigningrequests/approval'], []],
    ['bind-roles', [`bind ${RBAC}/clusterroles`, `patch ${RBAC}/rolebindings`], ['bind-roles']],
    ['bind on bindings means nothing', [`bind,create ${RBAC}/clusterrolebindings`], []],
    [
      'patch-rolebinding',
      [`bind ${RBAC}/roles`, `get,patch ${RBAC}/rolebindings`],
      ['bind-roles', 'patch-rolebinding'],
    ],
    ['escalate-roles', [`escalate,update ${RBAC}/clusterroles`], ['escalate-roles', 'aggregate-label-write']],
    ['escalate alone', [`escalate ${RBAC}/clusterroles`], []],
    ['impersonate users', ['impersonate core/users'], ['impersonate']],
    ['impersonate groups alone', ['impersonate core/groups'], []],
    [
      'impersonate by mode',
      ['impersonate:user-info authentication.k8s.io/users', 'impersonate-on:user-info:get core/pods'],
      ['impersonate?'],
    ],
    ['half of a mode', ['impersonate:user-info authentication.k8s.io/users'], []],
    ['assign-sa', ['create batch/cronjobs'], ['assign-sa']],
    ['issue-token-secrets', ['update core/secrets'], ['issue-token-secrets']],
    ['retrieve-token-secrets', ['get core/secrets'], ['retrieve-token-secrets?']],
    ['list-secrets', ['list core/secrets'], ['retrieve-token-secrets?', 'list-secrets']],
    ['token-request', ['create core/serviceaccounts/token'], ['token-request']],
    ['control-webhooks', ['create admissionregistration.k8s.io/mutatingwebhookconfigurations'], ['control-webhooks']],
    [
      'write-admission-policies',
      ['patch admissionregistration.k8s.io/validatingadmissionpolicybindings'],
      ['write-admission-policies'],
    ],
    ['modify-pods', ['patch core/pods'], ['modify-pods']],
    ['modify-aws-auth', ['update core/configmaps'], ['modify-aws-auth?']],
    ['another config map', ['update core/configmaps = other'], []],
    ['nodes-proxy by get alone', ['get core/nodes/proxy'], ['nodes-proxy']],
    ['pods-ephemeral-containers', ['patch core/pods/ephemeralcontainers'], ['pods-ephemeral-containers']],
    ['pods-exec', ['create core/pods/exec'], ['pods-exec']],
    ['pods-exec by get, server unknown', ['get core/pods/exec'], ['pods-exec?']],
    ['pods-attach', ['create core/pods/attach'], ['pods-attach']],
    ['pods-portforward', ['create core/pods/portforward'], ['pods-portforward']],
    ['steal-pods', ['delete core/pods', 'patch core/nodes'], ['steal-pods']],
    ['evict without nodes', ['create core/pods/eviction'], []],
    ['create-persistentvolumes', ['create core/persistentvolumes'], ['create-persistentvolumes']],
    ['write-crds', ['update apiextensions.k8s.io/customresourcedefinitions'], ['write-crds']],
    ['gitops-write', ['patch argoproj.io/applications'], ['gitops-write']],
    ['policy-engine-admin', ['update kyverno.io/clusterpolicies'], ['policy-engine-admin']],
    ['network-gateway-write', ['create networking.k8s.io/networkpolicies'], ['network-gateway-write']],
    ['delete-any', ['delete */*'], ['wildcard-rule', 'delete-any']],
    ['modify-service-status', ['patch core/services/status'], ['modify-service-status']],
    ['modify-node-status', ['patch core/nodes/status'], ['modify-node-status']],
    ['modify-pod-status', ['patch core/pods/status'], ['modify-pod-status']],
    ['wildcard-rule', ['* core/pods/log'], ['wildcard-rule']],
    ['nothing', ['get,list,watch core/pods'], []],
  ])('risky: %s', async (_, rules, expected) => {
    const { privileges } = await withRules(rules, undefined);
    expect(risky(privileges)).toEqual(expected);
  });

  test('the table has an id each, and every row can be had', () => {
    const ids = RISKY_PERMISSIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(RISKY_PERMISSIONS.every(({ any }) => any.length > 0 && any.every(({ all }) => all.length > 0))).toBe(true);
  });

  test('in a namespace it counts where an account comes to admin', async () => {
    const exec = ['create core/pods/exec'];
    expect(risky((await withRules(exec, 'shop', ...ROOT)).privileges)).toEqual(['pods-exec']);
    expect(risky((await withRules(exec, 'kube-system')).privileges)).toEqual(['pods-exec']);
    expect(risky((await withRules(exec, 'shop')).privileges)).toEqual(['rce-weak-namespace']);
    expect(risky((await withRules(['create core/serviceaccounts/token'], 'shop')).privileges)).toEqual([
      'obtain-token-weak-namespace',
    ]);
  });

  test('exec by get depends on the version of the server', async () => {
    const get = ['get core/pods/exec'];
    expect(risky((await withRules(get, undefined, version('v1.34.1'))).privileges)).toEqual(['pods-exec']);
    expect(risky((await withRules(get, undefined, version('v1.35.0'))).privileges)).toEqual([]);
    const mode = ['impersonate:user-info authentication.k8s.io/users', 'impersonate-on:user-info:get core/pods'];
    expect(risky((await withRules(mode, undefined, version('v1.36.0'))).privileges)).toEqual(['impersonate']);
    expect(risky((await withRules(mode, undefined, version('v1.35.0'))).privileges)).toEqual([]);
  });

  test('a token that is kept in a secret makes reading secrets certain', async () => {
    const read = ['get core/secrets'];
    expect(risky((await withRules(read, undefined, tokenSecret('shop', 't', 'b'))).privileges)).toEqual([
      'retrieve-token-secrets',
    ]);
    expect(risky((await withRules(read, 'shop', tokenSecret('other', 't', 'b'), ...ROOT)).privileges)).toEqual([
      'retrieve-token-secrets?',
    ]);
  });

  test('a crowd with rights, beyond what everybody has', async () => {
    const inventory = await clusterOf(
      clusterRole('r', ['get core/pods']),
      bind('ClusterRole/r', ['Group:system:unauthenticated', 'Group:system:authenticated', 'User:system:anonymous']),
      bind('ClusterRole/system:discovery', ['Group:system:serviceaccounts']),
    );
    const of = (id: string) => risky(effectiveOf(inventory, `kubernetes:${id}`).privileges);
    expect(of('group:c1/system:unauthenticated')).toEqual(['anonymous-bound']);
    expect(of('user:c1/system:anonymous')).toEqual(['anonymous-bound']);
    expect(of('group:c1/system:authenticated')).toEqual(['authenticated-bound']);
    expect(of('group:c1/system:serviceaccounts')).toEqual([]);
  });

  test('an account with the identity of a cloud', async () => {
    const inventory = await clusterOf(
      account('shop', 'a', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/r' }),
    );
    expect(risky(effectiveOf(inventory, A).privileges)).toEqual(['provider-iam']);
  });
});

describe('ways to more', () => {
  const RBAC = 'rbac.authorization.k8s.io';
  const root = 'service-account:c1/shop/root';
  test.each<[string, string[], string | undefined, string[], string[]]>([
    ['pods in a namespace with an admin', ['create core/pods'], 'shop', ROOT, [`k8s-pod-create -> ${root}`]],
    ['pods in a namespace without', ['create core/pods'], 'other', ROOT, []],
    ['pods anywhere', ['create core/pods'], undefined, ROOT, [`k8s-pod-create -> ${root}`]],
    ['deployments', ['patch apps/deployments'], 'shop', ROOT, [`k8s-pod-create -> ${root}`]],
    ['tokens', ['create core/serviceaccounts/token'], 'shop', ROOT, [`k8s-token-request -> ${root}`]],
    ['tokens of one', ['create core/serviceaccounts/token = root'], 'shop', ROOT, [`k8s-token-request -> ${root}`]],
    ['tokens of another', ['create core/serviceaccounts/token = other'], 'shop', ROOT, []],
    ['impersonation', ['impersonate core/serviceaccounts'], 'shop', ROOT, [`k8s-impersonate -> ${root}`]],
    ['impersonation of one', ['impersonate core/serviceaccounts = root'], 'shop', ROOT, [`k8s-impersonate -> ${root}`]],
    ['impersonation of a group alone', ['impersonate core/groups'], undefined, [], []],
    [
      'impersonation of a group and a user',
      ['impersonate core/groups', 'impersonate core/users = x'],
      undefined,
      [],
      ['k8s-impersonate -> group:c1/system:masters'],
    ],
    [
      'impersonation of another group',
      ['impersonate core/groups = dev', 'impersonate core/users = x'],
      undefined,
      [],
      [],
    ],
    [
      'impersonation of any user',
      ['impersonate core/users'],
      undefined,
      [],
      ['k8s-impersonate -> user:c1/system:kube-controller-manager'],
    ],
    [
      'exec where the admin runs',
      ['create core/pods/exec'],
      'shop',
      [...ROOT, pod('shop', 'p', 'root')],
      [`k8s-pod-enter -> ${root}`],
    ],
    ['exec where it does not run', ['create core/pods/exec'], 'shop', ROOT, []],
    [
      'exec where its token is not',
      ['create core/pods/exec'],
      'shop',
      [...ROOT, pod('shop', 'p', 'root', { automountServiceAccountToken: false })],
      [],
    ],
    ['exec by get', ['get core/pods/exec'], 'shop', [...ROOT, pod('shop', 'p', 'root')], [`k8s-pod-enter -> ${root}?`]],
    [
      'the kubelet',
      ['get core/nodes/proxy'],
      undefined,
      [...ROOT, pod('shop', 'p', 'root')],
      [`k8s-nodes-proxy -> ${root}`],
    ],
    ['the kubelet, bound in a namespace', ['get core/nodes/proxy'], 'shop', [...ROOT, pod('shop', 'p', 'root')], []],
    [
      'a token in a secret',
      ['get core/secrets'],
      'shop',
      [...ROOT, tokenSecret('shop', 't', 'root')],
      [`k8s-token-secret-read -> ${root}`],
    ],
    ['another secret', ['get core/secrets = x'], 'shop', [...ROOT, tokenSecret('shop', 't', 'root')], []],
    ['secrets without a token', ['get core/secrets'], 'shop', ROOT, []],
    ['writing and reading secrets', ['create,get core/secrets'], 'shop', ROOT, [`k8s-token-secret-issue -> ${root}`]],
    [
      'bind on cluster roles',
      [`bind ${RBAC}/clusterroles`, `create ${RBAC}/clusterrolebindings`],
      undefined,
      [],
      ['k8s-bind -> cluster-role:c1/cluster-admin'],
    ],
    ['bind on bindings', [`bind,create ${RBAC}/clusterrolebindings`], undefined, [], []],
    [
      'bind on one role',
      [`bind ${RBAC}/clusterroles = root`, `create ${RBAC}/clusterrolebindings`],
      undefined,
      ROOT,
      ['k8s-bind -> cluster-role:c1/root'],
    ],
    [
      'bind in a namespace',
      [`bind ${RBAC}/clusterroles`, `create ${RBAC}/rolebindings`],
      'kube-system',
      [account('kube-system', 'x'), bind('ClusterRole/cluster-admin', ['kube-system/x'])],
      ['k8s-bind -> service-account:c1/kube-system/x'],
    ],
    [
      'bind roles in a namespace',
      [`bind ${RBAC}/roles`, `create ${RBAC}/rolebindings`],
      'shop',
      ROOT,
      [`k8s-bind -> ${root}`],
    ],
    [
      'escalate',
      [`escalate,update ${RBAC}/clusterroles`],
      undefined,
      [],
      ['k8s-escalate -> cluster-role:c1/cluster-admin'],
    ],
    [
      'escalate on its own role',
      [`escalate,update ${RBAC}/clusterroles = r`],
      undefined,
      [],
      ['k8s-escalate -> cluster-role:c1/cluster-admin'],
    ],
    ['escalate on another role', [`escalate,update ${RBAC}/clusterroles = other`], undefined, [], []],
    ['escalate without a change', [`escalate ${RBAC}/clusterroles`], undefined, [], []],
    [
      'a client certificate',
      [
        'create certificates.k8s.io/certificatesigningrequests',
        'update certificates.k8s.io/certificatesigningrequests/approval',
        'approve certificates.k8s.io/signers = kubernetes.io/kube-apiserver-client',
      ],
      undefined,
      [],
      ['k8s-approve-csr -> user:c1/system:kube-controller-manager'],
    ],
    [
      'a certificate of a kubelet',
      [
        'create certificates.k8s.io/certificatesigningrequests',
        'update certificates.k8s.io/certificatesigningrequests/approval',
        'approve certificates.k8s.io/signers = kubernetes.io/kubelet-serving',
      ],
      undefined,
      [],
      [],
    ],
    [
      'aws-auth on EKS',
      ['update core/configmaps'],
      'kube-system',
      [account('shop', 'x', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/r' })],
      ['k8s-aws-auth -> group:c1/system:masters?'],
    ],
    ['aws-auth elsewhere', ['update core/configmaps'], 'kube-system', [], []],
    ['nothing', ['get core/pods'], undefined, ROOT, []],
  ])('%s', async (_, rules, boundIn, others, expected) => {
    expect(ways((await withRules(rules, boundIn, ...others)).escalations)).toEqual(expected);
  });

  test('to a role of a namespace by changing it', async () => {
    const inventory = await clusterOf(
      role('shop', 'own', [`escalate,patch ${RBAC}/roles`]),
      bind('Role/own', ['shop/a'], 'shop'),
      ...ROOT,
    );
    expect(ways(effectiveOf(inventory, A).escalations)).toEqual([`k8s-escalate -> ${root}`]);
  });

  test('to a named user of the input', async () => {
    const inventory = await clusterOf(
      clusterRole('r', ['impersonate core/users = mona']),
      bind('ClusterRole/r', ['shop/a']),
      bind('ClusterRole/cluster-admin', ['User:mona']),
    );
    expect(ways(effectiveOf(inventory, A).escalations)).toEqual(['k8s-impersonate -> user:c1/mona']);
  });

  test('what proves them: bindings and rules of the inventory', async () => {
    const inventory = await clusterOf(
      clusterRole('r', ['create core/pods']),
      bind('ClusterRole/r', ['shop/a']),
      ...ROOT,
    );
    const [way] = effectiveOf(inventory, A).escalations;
    expect(way?.uses).toEqual(['create pods']);
    expect(way?.evidence.map((id) => inventory.trusts.has(id) || inventory.grants.has(id))).toEqual([true, true]);
    expect(inventory.trusts.get(way?.evidence[0] ?? '')?.how).toBe('bound-to');
  });

  test('where ways end is judged, too', async () => {
    const inventory = await clusterOf(
      clusterRole('r', [
        `bind ${RBAC}/clusterroles`,
        `create ${RBAC}/clusterrolebindings`,
        'impersonate core/users',
        'impersonate core/groups',
      ]),
      bind('ClusterRole/r', ['shop/a']),
    );
    const all = kubernetesEvaluator.evaluate(inventory);
    expect([CLUSTER_ADMIN, MASTERS, MANAGER].map((id) => all.get(id)?.admin)).toEqual(['yes', 'yes', 'yes']);
  });

  test('an admin needs no way', async () => {
    expect(effectiveOf(await clusterOf(...ROOT, account('shop', 'b')), sa('shop/root')).escalations).toEqual([]);
  });

  test('a workload runs as its account as far as it has the token', async () => {
    const inventory = await clusterOf(
      account('shop', 'a'),
      account('shop', 'quiet', {}, { automountServiceAccountToken: false }),
      pod('shop', 'one', 'a'),
      pod('shop', 'two', 'quiet'),
      pod('shop', 'three', 'quiet', { automountServiceAccountToken: true }),
      pod('shop', 'four', 'a', { automountServiceAccountToken: false }),
      pod('shop', 'five', 'quiet', { volumes: [{ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] }),
    );
    const all = kubernetesEvaluator.evaluate(inventory);
    const of = (name: string) => ways(all.get(`kubernetes:workload:c1/shop/Pod/${name}`)?.escalations ?? []);
    expect(['one', 'two', 'three', 'four', 'five'].map(of)).toEqual([
      ['runs-as -> service-account:c1/shop/a'],
      ['runs-as -> service-account:c1/shop/quiet?'],
      ['runs-as -> service-account:c1/shop/quiet'],
      ['runs-as -> service-account:c1/shop/a?'],
      ['runs-as -> service-account:c1/shop/quiet'],
    ]);
  });
});

describe('many accounts', () => {
  test('the way to admin is told however many accounts there are, and not every pair', async () => {
    const accounts = Array.from({ length: 200 }, (_, index) => `shop/x${index}`);
    const inventory = await clusterOf(
      clusterRole('r', ['create core/pods']),
      clusterRole('some', ['get core/pods']),
      bind('ClusterRole/r', ['shop/a']),
      bind('ClusterRole/some', accounts),
      ...ROOT,
    );
    const { escalations } = effectiveOf(inventory, A);
    expect(escalations[0]?.target).toBe(sa('shop/root'));
    expect(escalations.length).toBeLessThanOrEqual(20);
  });

  test('nearest first: over one account to another, and those with the identity of a cloud', async () => {
    const inventory = await clusterOf(
      clusterRole('pods', ['create core/pods']),
      clusterRole('some', ['get core/pods', 'list core/pods']),
      bind('ClusterRole/pods', ['shop/a'], 'shop'),
      bind('ClusterRole/some', ['shop/many']),
      bind('ClusterRole/pods', ['shop/step'], 'other'),
      bind('ClusterRole/cluster-admin', ['other/top']),
      account('shop', 'cloud', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/r' }),
      account('shop', 'bare'),
    );
    expect(effectiveOf(inventory, A).escalations.map(({ target }) => target)).toEqual([
      sa('shop/step'),
      sa('shop/cloud'),
      sa('shop/many'),
    ]);
  });
});

test('what is not in the input is named', async () => {
  const inventory = await clusterOf(
    clusterRole('r', ['get core/pods']),
    bind('ClusterRole/r', ['User:mona', 'Group:dev', 'User:system:node:n1', 'shop/a']),
  );
  const of = (id: string) => effectiveOf(inventory, `kubernetes:${id}`).unseen;
  expect(of('user:c1/mona')).toEqual(['groups of the user']);
  expect(of('group:c1/dev')).toEqual(['members of the group']);
  expect(of('user:c1/system:node:n1')).toEqual(['groups of the user', 'node authorizer']);
  expect(of('service-account:c1/shop/a')).toEqual([]);
});

test('clusters do not mix', async () => {
  const inventory = await clusterOf(...ROOT, account('shop', 'a'));
  const other = { ...inventory, principals: new Map(inventory.principals) };
  other.principals.set('kubernetes:service-account:c2/shop/a', {
    id: 'kubernetes:service-account:c2/shop/a',
    platform: 'kubernetes',
    kind: 'service-account',
    nativeId: 'c2/shop/a',
    name: 'a',
    scope: ['c2', 'shop'],
    seen: 'listed',
    locations: [],
  });
  expect(kubernetesEvaluator.evaluate(other).get('kubernetes:service-account:c2/shop/a')?.admin).toBe('no');
});
