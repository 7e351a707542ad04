import { afterEach, expect, it } from 'vitest';
import type { Lease } from '../../src/model/lease.ts';
import { type Bench, CONTEXT, DETAIL, escalate, openBench, TestClock, WORKLOAD } from '../support/issuer-bench.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';

let bench: Bench;
let broker: ScriptedBroker;

afterEach(async () => {
  await bench.close();
});

async function open(): Promise<void> {
  const clock = new TestClock();
  broker = new ScriptedBroker(clock.now);
  bench = await openBench({ clock, brokers: new Map([['api', broker]]) });
}

async function grant(parent?: Lease, duration = 300): Promise<Lease> {
  const requester = parent === undefined ? WORKLOAD : { ...WORKLOAD, lease: parent.id };
  const outcome = await bench.issuer.request(requester, { ...DETAIL, duration }, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  expect(outcome.detail).toEqual(outcome.lease.detail);
  return outcome.lease;
}

const stateOf = async ({ id }: Lease) => (await bench.issuer.lease(id))?.state;

it('a child lives no longer than its parent, and ends with it', async () => {
  await open();
  const parent = await grant();
  bench.clock.advance(100_000);
  const child = await grant(parent, 900);
  const grandchild = await grant(child, 50);
  expect(child).toMatchObject({ parent: parent.id, expiresAt: parent.expiresAt, detail: { duration: 200 } });
  expect(grandchild.detail.duration).toBe(50);
  await bench.issuer.revoke(parent.id, { actor: 'operator:ann', reason: 'revoked' }, CONTEXT);
  for (const lease of [child, grandchild]) {
    expect(await bench.issuer.isActive(lease.id)).toBe(false);
    expect(await bench.issuer.lease(lease.id)).toMatchObject({ endReason: 'parent-ended' });
  }
  await bench.issuer.reconcile();
  expect(await Promise.all([parent, child, grandchild].map(stateOf))).toEqual(['DEAD', 'DEAD', 'DEAD']);
  expect(broker.present()).toEqual([]);
  const revoking = (await bench.issuer.audit({ limit: 100 })).filter(({ event }) => event === 'lease.revoking');
  expect(revoking.map(({ detail }) => [detail.reason, detail.correlation_id])).toEqual([
    ['revoked', 'cor-1'],
    ['parent-ended', 'cor-1'],
    ['parent-ended', 'cor-1'],
  ]);
});

it('a child that ends takes nothing from its parent', async () => {
  await open();
  const parent = await grant();
  const child = await grant(parent);
  await bench.issuer.revoke(child.id, { actor: 'system', reason: 'ended' }, CONTEXT);
  expect(await Promise.all([parent, child].map(stateOf))).toEqual(['ACTIVE', 'DEAD']);
});

it('ends with a parent that expired, without anybody asking', async () => {
  await open();
  const parent = await grant(undefined, 60);
  const child = await grant(parent);
  bench.clock.advance(60_000);
  await bench.issuer.runDue();
  await bench.issuer.reconcile();
  expect(await Promise.all([parent, child].map(stateOf))).toEqual(['DEAD', 'DEAD']);
});

it('there is no child of a child of a child, and none of a lease that is over', async () => {
  await open();
  const parent = await grant();
  const grandchild = await grant(await grant(parent));
  await expect(grant(grandchild)).rejects.toMatchObject({ code: 'ERR_ACCESS_DENIED' });
  await bench.issuer.revoke(parent.id, { actor: 'system', reason: 'ended' }, CONTEXT);
  await expect(grant(parent)).rejects.toMatchObject({ code: 'ERR_ACCESS_DENIED' });
  expect(broker.created).toHaveLength(3);
});

it('a parent that ends while its child is being made takes the child along', async () => {
  await open();
  const parent = await grant();
  broker.during = async () => {
    broker.during = async () => undefined;
    await bench.store.write(({ leases }) => leases.move(parent.id, ['ACTIVE'], 'REVOKING', {}));
  };
  await expect(grant(parent)).rejects.toMatchObject({ code: 'ERR_ACCESS_DENIED' });
  for (let second = 0; second < 30; second += 1, bench.clock.advance(1_000)) await bench.issuer.reconcile();
  expect(broker.present()).toEqual([]);
});

it('what a human approves for a lease is claimed with that lease only', async () => {
  await open();
  await bench.operator('ann', ['dba']);
  const parent = await grant();
  bench.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
  const asked = await bench.issuer.request({ ...WORKLOAD, lease: parent.id }, DETAIL, CONTEXT);
  await bench.issuer.approve(asked.request.id, 'ann', {}, CONTEXT);
  await expect(bench.issuer.claim(asked.request.id, WORKLOAD, CONTEXT)).rejects.toMatchObject({
    code: 'ERR_REQUEST_NOT_FOUND',
  });
  const claimed = await bench.issuer.claim(asked.request.id, { ...WORKLOAD, lease: parent.id }, CONTEXT);
  expect(claimed).toMatchObject({ kind: 'granted', lease: { parent: parent.id } });
});
