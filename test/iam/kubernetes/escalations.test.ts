import { describe, expect, test } from 'vitest';
import type { Need } from '../../../src/iam/kubernetes/question.ts';
import {
  type Alternative,
  RISKY_PERMISSIONS,
  type RiskyPermission,
} from '../../../src/iam/kubernetes/risky-permissions.ts';
import type { Answer } from '../../../src/model/answer.ts';
import { account, bind, clusterOf, clusterRole, effectiveOf, pod, sa, tokenSecret, version } from './cluster.ts';

const A = sa('shop/a');
/** An admin lives in the namespace shop, and nobody of importance in weak. */
const ROOT = [clusterRole('root', ['* */*']), bind('ClusterRole/root', ['shop/root']), pod('shop', 'p', 'root')];

interface Case {
  readonly permission: RiskyPermission;
  readonly alternative: Alternative;
  readonly title: string;
}

const CASES: readonly Case[] = RISKY_PERMISSIONS.flatMap((permission) =>
  permission.any.map((alternative) => ({
    permission,
    alternative,
    title: `${permission.id} by ${alternative.all.map((need) => ruleOf(need)).join(' + ')}`,
  })),
);

/** The narrowest rule that meets a need. */
function ruleOf(
  { verbs, resources, name }: Need,
  { verb = verbs[0] ?? '', resource = resources[0] ?? 'core/pods', names = name } = {},
): string {
  const own = verb
    .replace(/^impersonate:\*$/, 'impersonate:user-info')
    .replace(/^impersonate-on:\*$/, 'impersonate-on:user-info:get');
  return `${own} ${resource}${names === undefined ? '' : ` = ${names}`}`;
}

/** What the evaluator says of one permission for whoever has exactly these rules. */
async function answerOf(
  { permission, alternative }: Case,
  rules: readonly string[],
  namespace?: string,
): Promise<Answer> {
  const server = alternative.from === undefined ? 'v1.34.0' : 'v1.36.0';
  const inventory = await clusterOf(
    version(server),
    account('shop', 'a'),
    ...(rules.length === 0 ? [] : [clusterRole('r', rules), bind('ClusterRole/r', ['shop/a'], namespace)]),
    ...ROOT,
  );
  const found = effectiveOf(inventory, A).privileges.find(({ id }) => id === `k8s-risky-${permission.id}`);
  return found?.answer ?? 'no';
}

/** Where the permission counts at all. */
function home({ permission }: Case): string | undefined {
  return permission.where === 'weak' ? 'weak' : undefined;
}

describe.each(CASES.map((one) => [one.title, one] as const))('%s', (_, one) => {
  const { permission, alternative } = one;
  const needs = alternative.all;
  const exact = needs.map((need) => ruleOf(need));
  // What depends on the cluster is never certain.
  const expected = alternative.onlyIf === undefined ? 'yes' : { if: [expect.any(String)] };

  test('is found with exactly its permissions', async () => {
    expect(await answerOf(one, exact, home(one))).toEqual(expected);
  });

  test.each(needs.flatMap((need) => need.verbs.map((verb) => [verb, need] as const)))(
    'is found by the verb %s',
    async (verb, need) => {
      const rules = needs.map((each) => (each === need ? ruleOf(each, { verb }) : ruleOf(each)));
      expect(await answerOf(one, rules, home(one))).not.toBe('no');
    },
  );

  test.each(needs.flatMap((need) => need.resources.map((resource) => [resource, need] as const)))(
    'is found on %s',
    async (resource, need) => {
      const rules = needs.map((each) => (each === need ? ruleOf(each, { resource }) : ruleOf(each)));
      expect(await answerOf(one, rules, home(one))).not.toBe('no');
    },
  );

  test.each(needs.map((need, index) => [ruleOf(need), index] as const))(
    'is not found without %s',
    async (_rule, index) => {
      expect(
        await answerOf(
          one,
          exact.filter((_each, at) => at !== index),
          home(one),
        ),
      ).toBe('no');
    },
  );

  test.each(needs.map((need, index) => [ruleOf(need), index] as const))(
    'is not found with another verb than %s',
    async (_rule, index) => {
      const rules = needs.map((need, at) => (at === index ? ruleOf(need, { verb: 'frobnicate' }) : ruleOf(need)));
      expect(await answerOf(one, rules, home(one))).toBe('no');
    },
  );

  // What is looked for wherever it is given has no other namespace.
  if (permission.where !== 'any')
    test('is not found in another namespace', async () => {
      const elsewhere = permission.where === 'weak' ? 'shop' : 'weak';
      expect(await answerOf(one, exact, elsewhere)).toBe('no');
    });

  test.each(needs.map((need, index) => [ruleOf(need), index] as const))(
    'is not certain where %s is for something harmless only',
    async (_rule, index) => {
      const rules = needs.map((need, at) => (at === index ? ruleOf(need, { names: 'harmless' }) : ruleOf(need)));
      // The verb of a mode is on no resource at all: names of it mean nothing.
      if ((needs[index]?.resources.length ?? 0) === 0) return;
      const answer = await answerOf(one, rules, home(one));
      expect(answer).not.toBe('yes');
      if (needs[index]?.name !== undefined) expect(answer).toBe('no');
    },
  );
});

const RBAC = 'rbac.authorization.k8s.io';
const CERTIFICATES = 'certificates.k8s.io';

/** A way on, what it takes, and where it leads; `named` is one target by resourceNames, where that can be said. */
interface WayCase {
  readonly rules: readonly string[];
  readonly target: string;
  readonly others?: readonly string[];
  /** The namespace that it works in; the whole cluster where there is none. */
  readonly namespace?: string;
  /** Index of the rule that names can narrow to the target, and to something else. */
  readonly named?: { readonly rule: number; readonly name: string };
  readonly answer?: 'if';
}

const WAYS: Readonly<Record<string, WayCase>> = {
  'k8s-pod-create by pods': { rules: ['create core/pods'], target: sa('shop/root'), namespace: 'shop' },
  'k8s-pod-create by deployments': { rules: ['patch apps/deployments'], target: sa('shop/root'), namespace: 'shop' },
  'k8s-pod-create by cron jobs': { rules: ['create batch/cronjobs'], target: sa('shop/root'), namespace: 'shop' },
  'k8s-pod-enter by exec': { rules: ['create core/pods/exec'], target: sa('shop/root'), namespace: 'shop' },
  'k8s-pod-enter by attach': { rules: ['create core/pods/attach'], target: sa('shop/root'), namespace: 'shop' },
  'k8s-pod-enter by an ephemeral container': {
    rules: ['patch core/pods/ephemeralcontainers'],
    target: sa('shop/root'),
    namespace: 'shop',
  },
  'k8s-nodes-proxy': { rules: ['get core/nodes/proxy'], target: sa('shop/root') },
  'k8s-token-request': {
    rules: ['create core/serviceaccounts/token'],
    target: sa('shop/root'),
    namespace: 'shop',
    named: { rule: 0, name: 'root' },
  },
  'k8s-token-secret-read': {
    rules: ['get core/secrets'],
    target: sa('shop/root'),
    namespace: 'shop',
    others: [tokenSecret('shop', 'root-token', 'root')],
    named: { rule: 0, name: 'root-token' },
  },
  'k8s-token-secret-issue': {
    rules: ['create core/secrets', 'get core/secrets'],
    target: sa('shop/root'),
    namespace: 'shop',
  },
  'k8s-impersonate an account': {
    rules: ['impersonate core/serviceaccounts'],
    target: sa('shop/root'),
    namespace: 'shop',
    named: { rule: 0, name: 'root' },
  },
  'k8s-impersonate a group': {
    rules: ['impersonate core/groups', 'impersonate core/users = x'],
    target: 'kubernetes:group:c1/system:masters',
    named: { rule: 0, name: 'system:masters' },
  },
  'k8s-impersonate a user': {
    rules: ['impersonate core/users'],
    target: 'kubernetes:user:c1/system:kube-controller-manager',
  },
  'k8s-bind a cluster role': {
    rules: [`bind ${RBAC}/clusterroles`, `create ${RBAC}/clusterrolebindings`],
    target: 'kubernetes:cluster-role:c1/cluster-admin',
    others: [bind('ClusterRole/cluster-admin', ['kube-system/x'])],
    named: { rule: 0, name: 'cluster-admin' },
  },
  'k8s-bind in a namespace': {
    rules: [`bind ${RBAC}/clusterroles`, `create ${RBAC}/rolebindings`],
    target: sa('shop/root'),
    namespace: 'shop',
  },
  'k8s-escalate': {
    rules: [`escalate ${RBAC}/clusterroles`, `update ${RBAC}/clusterroles`],
    target: 'kubernetes:cluster-role:c1/cluster-admin',
    named: { rule: 0, name: 'r' },
  },
  'k8s-approve-csr': {
    rules: [
      `create ${CERTIFICATES}/certificatesigningrequests`,
      `update ${CERTIFICATES}/certificatesigningrequests/approval`,
      `approve ${CERTIFICATES}/signers`,
    ],
    target: 'kubernetes:user:c1/system:kube-controller-manager',
    named: { rule: 2, name: 'kubernetes.io/kube-apiserver-client' },
  },
  'k8s-aws-auth': {
    rules: ['update core/configmaps'],
    target: 'kubernetes:group:c1/system:masters',
    namespace: 'kube-system',
    others: [account('shop', 'x', { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/r' })],
    named: { rule: 0, name: 'aws-auth' },
    answer: 'if',
  },
};

describe.each(Object.entries(WAYS))('%s', (title, { rules, target, others = [], namespace, named, answer }) => {
  const [id] = title.split(' ');
  const way = async (own: readonly string[], boundIn: string | undefined) => {
    const files = own.length === 0 ? [] : [clusterRole('r', own), bind('ClusterRole/r', ['shop/a'], boundIn)];
    const inventory = await clusterOf(account('shop', 'a'), ...files, ...ROOT, ...others);
    return effectiveOf(inventory, A).escalations.find((one) => one.id === id && one.target === target)?.answer ?? 'no';
  };
  const narrowed = (name: string) => rules.map((rule, at) => (at === named?.rule ? `${rule} = ${name}` : rule));
  const found = answer === 'if' ? { if: [expect.any(String)] } : 'yes';

  test('leads there with exactly these permissions', async () => {
    expect(await way(rules, namespace)).toEqual(found);
  });

  test('leads there from the whole cluster', async () => {
    expect(await way(rules, undefined)).toEqual(found);
  });

  test.each(rules)('leads nowhere without %s', async (missing) => {
    expect(
      await way(
        rules.filter((rule) => rule !== missing),
        namespace,
      ),
    ).toBe('no');
  });

  test('leads nowhere in another namespace', async () => {
    expect(await way(rules, 'weak')).toBe('no');
  });

  // Some are asked for without a name.
  if (named !== undefined)
    test('leads there by the name of the target, and not by another one', async () => {
      expect(await way(narrowed(named?.name ?? ''), namespace)).toEqual(found);
      expect(await way(narrowed('harmless'), namespace)).toBe('no');
    });

  test('is proved by the binding and the rules that are used', async () => {
    const files = [clusterRole('r', rules), bind('ClusterRole/r', ['shop/a'], namespace)];
    const inventory = await clusterOf(account('shop', 'a'), ...files, ...ROOT, ...others);
    const one = effectiveOf(inventory, A).escalations.find((each) => each.id === id && each.target === target);
    const kinds = one?.evidence.map((proof) =>
      inventory.trusts.has(proof) ? 'trust' : inventory.grants.has(proof) ? 'grant' : '',
    );
    expect(kinds?.filter((kind) => kind === 'trust')).toHaveLength(1);
    expect(kinds?.filter((kind) => kind === 'grant')).toHaveLength(rules.length);
  });
});

test('every way of the evaluator is here', () => {
  const ids = new Set(Object.keys(WAYS).map((title) => title.split(' ')[0]));
  expect([...ids].sort()).toEqual([
    'k8s-approve-csr',
    'k8s-aws-auth',
    'k8s-bind',
    'k8s-escalate',
    'k8s-impersonate',
    'k8s-nodes-proxy',
    'k8s-pod-create',
    'k8s-pod-enter',
    'k8s-token-request',
    'k8s-token-secret-issue',
    'k8s-token-secret-read',
  ]);
});
