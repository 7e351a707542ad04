import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../../src/brokers/broker.ts';
import { RBAC } from '../../../src/brokers/kubernetes-binding/binding.ts';
import { createKubernetesBindingBroker } from '../../../src/brokers/kubernetes-binding/binding-broker.ts';
import type { KubernetesBindingTarget } from '../../../src/brokers/kubernetes-binding/binding-target.ts';
import { SecretValue } from '../../../src/model/secret-value.ts';
import { allow, CONTEXT, openBench, TestClock, WORKLOAD } from '../../support/issuer-bench.ts';
import { KUBERNETES_TOKEN, type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { ISSUER_ID, planFor } from '../../support/postgres-target.ts';

const DETAIL = {
  type: 'kubernetes_binding',
  target: 'cluster',
  actions: ['debug'],
  resources: ['shop'],
  principal: 'ServiceAccount/ci/deployer',
  duration: 60,
};
const READER = { kind: 'Role', metadata: { name: 'reader' }, rules: [{ verbs: ['get'], resources: ['pods'] }] };

let api: KubernetesApi;
let broker: Broker;

beforeEach(async () => {
  api = await startKubernetesApi();
  api.objects.set(`${RBAC}/namespaces/shop/roles/reader`, READER);
  api.objects.set(`${RBAC}/clusterroles/nodes`, { ...READER, kind: 'ClusterRole', metadata: { name: 'nodes' } });
  api.objects.set('/api/v1/namespaces/ci/serviceaccounts/deployer', {
    kind: 'ServiceAccount',
    metadata: { name: 'deployer', namespace: 'ci' },
  });
  broker = brokerAt();
});

afterEach(async () => {
  await api.close();
});

function brokerAt(change: Partial<KubernetesBindingTarget> = {}, issuerId = ISSUER_ID): Broker {
  return createKubernetesBindingBroker(
    {
      type: 'kubernetes-binding',
      id: 'cluster',
      server: api.url,
      token: new SecretValue(KUBERNETES_TOKEN),
      grants: [
        { actions: ['debug'], resources: ['shop'], roles: ['Role/shop/reader'] },
        { actions: ['debug'], resources: ['nodes'], roles: ['ClusterRole/nodes'] },
        { actions: ['view'], resources: ['shop'], roles: ['ClusterRole/shop/nodes'] },
      ],
      maxSeconds: 3600,
      timeout: 2_000,
      ...change,
    },
    { issuerId },
  );
}

const bindings = () => [...api.objects.keys()].filter((path) => path.includes('bindings/')).sort();
const plan = (change = {}) => planFor({ detail: { ...DETAIL, ...change } });

it('binds what exists to the roles of the grant, and takes that back', async () => {
  const order = plan({ resources: ['shop', 'nodes'] });
  expect(await broker.create(order)).toEqual({
    plain: { principal: DETAIL.principal, roles: ['Role/shop/reader', 'ClusterRole/nodes'] },
    secret: {},
  });
  const { externalId } = order;
  expect(bindings()).toEqual([
    `${RBAC}/clusterrolebindings/${externalId}`,
    `${RBAC}/namespaces/shop/rolebindings/${externalId}`,
  ]);
  expect(api.objects.get(`${RBAC}/namespaces/shop/rolebindings/${externalId}`)).toEqual({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {
      name: externalId,
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'lapse', 'lapse/issuer': ISSUER_ID },
      annotations: { 'lapse/lease': order.leaseId, 'lapse/expires-at': order.expiresAt.toISOString() },
    },
    subjects: [{ kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
  });
  expect([await broker.list(), await broker.verify(externalId)]).toEqual([[externalId], 'alive']);
  // Again is the same; what somebody else took meanwhile, and the account itself, are not missed.
  await broker.create(order);
  api.objects.delete(`${RBAC}/clusterrolebindings/${externalId}`);
  api.objects.delete('/api/v1/namespaces/ci/serviceaccounts/deployer');
  await broker.disable(externalId);
  expect(bindings()).toEqual([]);
  expect([await broker.endSessions(externalId), await broker.remove(externalId)]).toEqual([0, undefined]);
  expect(await broker.verify(externalId)).toBe('dead');
});

it('two leases, and what was bound before, never end each other', async () => {
  const before = `${RBAC}/namespaces/shop/rolebindings/deployer-reads`;
  api.objects.set(before, {
    kind: 'RoleBinding',
    metadata: { name: 'deployer-reads', namespace: 'shop' },
    subjects: [{ kind: 'ServiceAccount', namespace: 'ci', name: 'deployer' }],
    roleRef: { kind: 'Role', name: 'reader' },
  });
  const [one, two] = [plan(), plan()];
  await broker.create(one);
  await broker.create(two);
  await broker.remove(one.externalId);
  expect(await broker.list()).toEqual([two.externalId]);
  await broker.remove(two.externalId);
  expect(bindings()).toEqual([before]);
});

it('finds its own by name on any page, whatever became of the labels, and no other issuer’s', async () => {
  const mine = Array.from({ length: 7 }, () => plan());
  for (const order of mine) await broker.create(order);
  for (const [path, object] of api.objects)
    if (path.includes('bindings/'))
      api.objects.set(path, { ...object, metadata: { ...object.metadata, labels: undefined } });
  await brokerAt({}, 'ffffffff').create({ ...plan(), externalId: `lapse_ffffffff_${'a'.repeat(26)}` });
  api.pageSize = 3;
  api.staleTokens = 1;
  expect((await broker.list()).toSorted()).toEqual(mine.map(({ externalId }) => externalId).sort());
  await expect(broker.remove(`lapse_ffffffff_${'a'.repeat(26)}`)).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
  api.staleTokens = 10;
  await expect(broker.list()).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
});

describe('refuses', () => {
  it.each([
    [{ principal: 'ServiceAccount/ci/nobody' }, /no such service account/],
    [{ resources: ['nodes'], principal: 'User/ann' }, /may make rolebindings/],
  ])('%j, and makes nothing', async (change, why) => {
    api.objects.set(`${RBAC}/clusterroles/nodes`, {
      kind: 'ClusterRole',
      metadata: { name: 'nodes' },
      rules: [{ verbs: ['create'], resources: ['rolebindings'] }],
    });
    await expect(broker.create(plan(change))).rejects.toMatchObject({
      code: 'ERR_TARGET_REFUSED',
      message: expect.stringMatching(why),
    });
    expect(bindings()).toEqual([]);
  });

  it.each([
    [{ verbs: ['escalate'], resources: ['roles'] }, /may escalate/],
    [{ verbs: ['bind'], resources: ['clusterroles'] }, /may bind/],
    [{ verbs: ['impersonate'], resources: ['users'] }, /may impersonate/],
    [{ verbs: ['*'], resources: ['*'] }, /may make \*/],
    [{ verbs: ['create'], resources: ['serviceaccounts/token'] }, /may make serviceaccounts\/token/],
  ])('a role with %j, with which the end could be outlived', async (rule, why) => {
    api.objects.set(`${RBAC}/namespaces/shop/roles/reader`, { ...READER, rules: [rule] });
    await expect(broker.create(plan())).rejects.toThrow(why);
  });

  it('a role that is not there, or that it may not bind itself', async () => {
    api.forbidden.add('reader');
    await expect(broker.create(plan())).rejects.toMatchObject({ code: 'ERR_TARGET_REFUSED' });
    api.objects.delete(`${RBAC}/namespaces/shop/roles/reader`);
    await expect(broker.create(plan())).rejects.toThrow(/does not exist/);
  });

  it('a binding of its name that is another', async () => {
    const order = plan();
    await broker.create(order);
    await expect(broker.create({ ...order, detail: { ...DETAIL, principal: 'User/ann' } })).rejects.toThrow(
      /is not what was made/,
    );
  });

  it.each([
    ['', false],
    ['deployer', false],
    ['ServiceAccount/ci', false],
    ['ServiceAccount/../deployer', false],
    ['ServiceAccount/ci/a/b', false],
    ['ServiceAccount/ci/..', false],
    ['Group/system:masters', false],
    ['Group/system:authenticated', false],
    ['User/system:anonymous', false],
    ['User/a\nb', false],
    ['User/https://idp.example#ann "x" $(reboot)', true],
    ['Group/oidc:dba', true],
  ])('or takes the principal %j: %s', (principal, good) => {
    expect(broker.refuses({ ...DETAIL, principal }) === undefined).toBe(good);
  });

  it('what no roles give, and two roles in one place', () => {
    expect(broker.refuses({ ...DETAIL, actions: ['drop'] })).toMatch(/no roles give/);
    expect(broker.refuses({ ...DETAIL, actions: ['debug', 'view'] })).toMatch(/two roles in one place/);
    expect(() => brokerAt({ grants: [{ actions: ['a'], resources: ['b'], roles: ['reader'] }] })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_INVALID' }),
    );
  });
});

describe('a server that does not serve', () => {
  it.each([
    [500, 'ERR_TARGET_UNREACHABLE'],
    [429, 'ERR_TARGET_UNREACHABLE'],
    ['silent', 'ERR_TARGET_UNREACHABLE'],
    [403, 'ERR_TARGET_REFUSED'],
  ] as const)('%s is %s, and no error has the token', async (fault, code) => {
    api.fault = () => fault;
    for (const step of [broker.list(), broker.remove(plan().externalId), broker.create(plan())]) {
      const error = await step.then(
        () => undefined,
        (thrown) => thrown,
      );
      expect(error).toMatchObject({ code });
      expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain(KUBERNETES_TOKEN);
    }
  });

  it('a wrong token is refused', async () => {
    await expect(brokerAt({ token: new SecretValue('wrong') }).list()).rejects.toThrow(/answers 401/);
  });
});

it('as a lease: what was made and not answered is gone in the end, an orphan goes, what was taken is noticed', async () => {
  const clock = new TestClock();
  const probe = await openBench({ clock });
  const { issuerId } = probe.store;
  const mine = brokerAt({}, issuerId);
  const bench = await openBench({ clock, folder: probe.folder, brokers: new Map([['cluster', mine]]) });
  const name = `lapse_${issuerId}_${'o'.repeat(26)}`;
  bench.policy.decision = async () => allow({ scope: { actions: ['debug'], resources: ['shop'] } });
  api.fault = (method) => (method === 'POST' ? 'done-but-silent' : undefined);
  await expect(bench.issuer.request(WORKLOAD, DETAIL, CONTEXT)).rejects.toMatchObject({
    code: 'ERR_TARGET_UNREACHABLE',
  });
  expect(bindings()).toHaveLength(1);
  api.fault = () => undefined;
  for (let second = 0; second < 20; second += 1, clock.advance(1_000)) await bench.issuer.reconcile();
  expect(bindings()).toEqual([]);
  const outcome = await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  await mine.create({ ...plan(), externalId: name });
  expect(await bench.issuer.reconcile()).toMatchObject({ orphansRemoved: 1 });
  await mine.remove(outcome.lease.externalId);
  await bench.issuer.reconcile();
  expect(await bench.issuer.lease(outcome.lease.id)).toMatchObject({ state: 'DEAD', endReason: 'missing' });
  await bench.close();
  await probe.close();
});
