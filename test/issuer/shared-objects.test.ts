import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { sharedId } from '../../src/brokers/external-id.ts';
import type { Lease } from '../../src/model/lease.ts';
import { type Bench, CONTEXT, DETAIL, openBench, TestClock, WORKLOAD } from '../support/issuer-bench.ts';
import { SharingBroker } from '../support/scripted-broker.ts';

const benches: Bench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

async function open(): Promise<{ bench: Bench; broker: SharingBroker; clock: TestClock; name: string }> {
  const clock = new TestClock();
  const broker = new SharingBroker(clock.now);
  const bench = await openBench({ clock, brokers: new Map([['api', broker]]) });
  benches.push(bench);
  return { bench, broker, clock, name: sharedId(bench.store.issuerId, 'api', 'read') };
}

async function grant(bench: Bench, duration = 300): Promise<Lease> {
  const outcome = await bench.issuer.request(WORKLOAD, { ...DETAIL, duration }, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  return outcome.lease;
}

const end = (bench: Bench, lease: Lease) =>
  bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);

it('goes with the last of those who share it, and ends natively when the last of them does', async () => {
  const { bench, broker, clock, name } = await open();
  const long = await grant(bench, 600);
  const short = await grant(bench, 60);
  expect(broker.present()).toEqual([name]);
  expect([long.sharedKey, short.sharedKey]).toEqual([name, name]);
  expect(long.externalId).not.toBe(short.externalId);
  expect(broker.ends.get(name)).toEqual(new Date(long.expiresAt));
  expect(await end(bench, long)).toMatchObject({ done: true, lease: { state: 'DEAD', endReason: 'ended' } });
  expect(broker.present()).toEqual([name]);
  expect(broker.ends.get(name)).toEqual(new Date(short.expiresAt));
  expect(await bench.issuer.isActive(short.id)).toBe(true);
  clock.advance(61_000);
  await bench.issuer.reconcile();
  expect(broker.present()).toEqual([]);
  expect(await bench.issuer.lease(short.id)).toMatchObject({ state: 'DEAD', endReason: 'expired' });
});

it('a creation that failed takes nothing from who has it', async () => {
  const { bench, broker, clock, name } = await open();
  const held = await grant(bench);
  broker.fault = (step) => (step === 'create' ? 'done-but-silent' : 'none');
  await expect(grant(bench, 3000)).rejects.toMatchObject({ code: 'ERR_TARGET_UNREACHABLE' });
  broker.fault = () => 'none';
  await bench.issuer.reconcile();
  expect(broker.present()).toEqual([name]);
  expect(broker.ends.get(name)).toEqual(new Date(held.expiresAt));
  for (let second = 0; second < 30; second += 1, clock.advance(1_000)) await bench.issuer.reconcile();
  expect((await bench.issuer.leases({ states: ['REVOKING', 'CREATING'] })).length).toBe(0);
  expect(await bench.issuer.isActive(held.id)).toBe(true);
  expect(broker.present()).toEqual([name]);
});

it('one that comes while the last one goes has it', async () => {
  const { bench, broker, name } = await open();
  const first = await grant(bench);
  const [gone, second] = await Promise.all([end(bench, first), grant(bench)]);
  expect(gone.done).toBe(true);
  expect(broker.present()).toEqual([name]);
  await end(bench, second);
  expect(broker.present()).toEqual([]);
});

it('an object that nobody shares any more is an orphan, one that somebody does is none', async () => {
  const { bench, broker, name } = await open();
  broker.objects.add(name);
  expect(await bench.issuer.reconcile()).toMatchObject({ orphansRemoved: 1 });
  await grant(bench);
  expect(await bench.issuer.reconcile()).toMatchObject({ orphansRemoved: 0 });
  expect(broker.present()).toEqual([name]);
  broker.objects.clear();
  await bench.issuer.reconcile();
  expect(await bench.events()).toContain('lease.missing');
});

it('overlapping leases in all orders: the object is there while anybody holds it, and never after', async () => {
  const step = fc.oneof(
    fc.record({ what: fc.constant('grant' as const), duration: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ what: fc.constant('end' as const), which: fc.nat(3) }),
    fc.record({ what: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 60 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { bench, broker, clock, name } = await open();
      const held = new Map<string, Lease>();
      for (const one of steps) {
        if (one.what === 'grant') {
          const lease = await grant(bench, one.duration);
          held.set(lease.id, lease);
        }
        const chosen = one.what === 'end' ? [...held.values()][one.which] : undefined;
        if (chosen !== undefined) {
          await end(bench, chosen);
          held.delete(chosen.id);
        }
        if (one.what === 'wait') {
          clock.advance(one.seconds * 1000);
          for (const lease of held.values()) if (lease.expiresAt <= clock.now().toISOString()) held.delete(lease.id);
          await bench.issuer.reconcile();
        }
        expect(broker.present()).toEqual(held.size > 0 ? [name] : []);
        if (held.size > 0)
          expect(broker.ends.get(name)?.toISOString()).toBe(
            [...held.values()]
              .map(({ expiresAt }) => expiresAt)
              .sort()
              .at(-1),
          );
      }
      await bench.close();
      benches.pop();
    }),
    { numRuns: 20 },
  );
});
