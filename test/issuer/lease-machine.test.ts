import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Lease, LeaseState } from '../../src/model/lease.ts';
import { type Bench, CONTEXT, DETAIL, openBench, TestClock, WORKLOAD } from '../support/issuer-bench.ts';
import { type Fault, ScriptedBroker } from '../support/scripted-broker.ts';

const benches: Bench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

async function open(): Promise<{ bench: Bench; broker: ScriptedBroker; clock: TestClock }> {
  const clock = new TestClock();
  const broker = new ScriptedBroker(clock.now);
  const bench = await openBench({ clock, brokers: new Map([['api', broker]]) });
  benches.push(bench);
  return { bench, broker, clock };
}

async function grant(bench: Bench): Promise<Lease> {
  const outcome = await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  return outcome.lease;
}

const stateOf = async (bench: Bench, lease: Lease) => (await bench.issuer.lease(lease.id))?.state;

describe('taking back', () => {
  it('goes disable, sessions, remove, verify, and is in the log', async () => {
    const { bench, broker } = await open();
    const lease = await grant(bench);
    broker.calls.length = 0;
    const { lease: after, done } = await bench.issuer.revoke(
      lease.id,
      { actor: 'operator:ann', reason: 'revoked' },
      CONTEXT,
    );
    expect({ done, state: after.state, end: after.endReason, sessions: after.sessionsEnded }).toEqual({
      done: true,
      state: 'DEAD',
      end: 'revoked',
      sessions: 1,
    });
    expect(broker.calls).toEqual(['disable', 'endSessions', 'remove', 'verify']);
    expect((await bench.events()).slice(-2)).toEqual(['lease.revoking', 'lease.dead']);
    expect(await bench.issuer.isActive(lease.id)).toBe(false);
    expect((await bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT)).done).toBe(true);
  });

  it('is inactive at once and goes on for ever when the target does not answer', async () => {
    const { bench, broker, clock } = await open();
    const lease = await grant(bench);
    broker.fault = () => 'silent';
    const first = await bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
    expect(first).toMatchObject({
      done: false,
      lease: { state: 'REVOKING', attempts: 1, lastError: 'ERR_TARGET_UNREACHABLE' },
    });
    expect(await bench.issuer.isActive(lease.id)).toBe(false);
    for (let round = 0; round < 40; round += 1) {
      clock.advance(60_000);
      await bench.issuer.reconcile();
    }
    expect(await bench.issuer.lease(lease.id)).toMatchObject({ state: 'REVOKING', attempts: 41 });
    // The alarm at once, then ever more rarely: 1, 2, 4, 8, 16, 32.
    expect((await bench.events()).filter((event) => event === 'lease.revoke_failed')).toHaveLength(6);
    expect(await bench.issuer.gauges()).toMatchObject({ alivePastTime: 1, revocationsFailing: 1 });
    broker.fault = () => 'none';
    await bench.issuer.reconcile();
    expect(await stateOf(bench, lease)).toBe('DEAD');
    expect(await bench.issuer.gauges()).toMatchObject({ alivePastTime: 0, revocationsFailing: 0 });
  });

  it('does not believe a removal that left the object there', async () => {
    const { bench, broker } = await open();
    const lease = await grant(bench);
    broker.remove = async () => undefined;
    expect(await bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT)).toMatchObject({
      done: false,
      lease: { state: 'REVOKING', lastError: 'ERR_TARGET_REFUSED' },
    });
  });

  it('of one lease twice at once is one', async () => {
    const { bench, broker } = await open();
    const lease = await grant(bench);
    broker.calls.length = 0;
    const by = { actor: 'system', reason: 'ended' } as const;
    await Promise.all([bench.issuer.revoke(lease.id, by, CONTEXT), bench.issuer.revoke(lease.id, by, CONTEXT)]);
    expect(broker.calls.filter((step) => step === 'remove')).toHaveLength(1);
    expect((await bench.events()).filter((event) => event === 'lease.dead')).toHaveLength(1);
  });

  it('knows no lease of nobody', async () => {
    const { bench } = await open();
    await expect(bench.issuer.revoke('lse_none', { actor: 'system', reason: 'ended' }, CONTEXT)).rejects.toMatchObject({
      code: 'ERR_LEASE_NOT_FOUND',
    });
  });

  it('of an expired lease needs nobody to ask', async () => {
    const { bench, broker, clock } = await open();
    const lease = await grant(bench);
    expect(await bench.issuer.runDue()).toEqual(new Date(lease.expiresAt));
    clock.advance(300_000);
    expect(await bench.issuer.isActive(lease.id)).toBe(false);
    await bench.issuer.runDue();
    await bench.issuer.reconcile();
    expect(await bench.issuer.lease(lease.id)).toMatchObject({ state: 'DEAD', endReason: 'expired' });
    expect(broker.present()).toEqual([]);
  });
});

describe('a creation that goes wrong', () => {
  it.each<[Fault, string]>([
    ['refuse', 'ERR_TARGET_REFUSED'],
    ['silent', 'ERR_TARGET_UNREACHABLE'],
    ['done-but-silent', 'ERR_TARGET_UNREACHABLE'],
    ['done-later', 'ERR_TARGET_UNREACHABLE'],
  ])(
    '%s: hands nothing out, and what may appear at the target is gone before the lease is called dead',
    async (fault, code) => {
      const { bench, broker, clock } = await open();
      broker.fault = (step) => (step === 'create' ? fault : 'none');
      await expect(grant(bench)).rejects.toMatchObject({ code });
      broker.fault = () => 'none';
      const [lease] = await bench.issuer.leases();
      if (lease === undefined) throw new Error('no lease');
      for (let second = 0; second < 30; second += 1) {
        await bench.issuer.reconcile();
        if ((await stateOf(bench, lease)) === 'DEAD') expect(broker.present()).toEqual([]);
        clock.advance(1_000);
      }
      expect(await bench.issuer.lease(lease.id)).toMatchObject({ state: 'DEAD', endReason: 'abandoned' });
      expect((await bench.issuer.requests())[0]?.state).toBe('cancelled');
      expect(broker.present()).toEqual([]);
      expect(broker.created).toHaveLength(fault === 'done-but-silent' || fault === 'done-later' ? 1 : 0);
      // Called dead only when nothing could appear any more: then it never had to be found as an orphan.
      expect(await bench.events()).not.toContain('orphan.found');
      expect(await bench.events()).not.toContain('lease.active');
    },
  );

  it('slower than its time: the credential is dropped', async () => {
    const { bench, broker, clock } = await open();
    broker.during = async () => clock.advance(301_000);
    await expect(grant(bench)).rejects.toMatchObject({ code: 'ERR_TARGET_UNREACHABLE' });
    await bench.issuer.reconcile();
    expect(broker.present()).toEqual([]);
  });

  it('taken back meanwhile: the credential is dropped', async () => {
    const { bench, broker, clock } = await open();
    broker.during = async () => {
      clock.advance(31_000);
      await bench.issuer.runDue();
    };
    await expect(grant(bench)).rejects.toMatchObject({ code: 'ERR_REQUEST_STATE' });
    await bench.issuer.reconcile();
    expect(broker.present()).toEqual([]);
    expect((await bench.issuer.leases())[0]).toMatchObject({ endReason: 'abandoned' });
  });
});

describe('reconciliation', () => {
  it('removes what is ours and has no lease, and leaves the rest alone', async () => {
    const { bench, broker } = await open();
    const lease = await grant(bench);
    const orphan = `lapse_${bench.store.issuerId}_${'a'.repeat(26)}`;
    const foreign = [`lapse_00000000_${'a'.repeat(26)}`, `lapse_${bench.store.issuerId}_x`, 'app', 'lapse'];
    for (const name of [orphan, ...foreign]) broker.objects.add(name);
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 1, failed: 0 });
    expect(broker.present()).toEqual([...foreign, lease.externalId].sort());
    expect(await bench.events()).toEqual(expect.arrayContaining(['orphan.found', 'orphan.removed']));
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 0, failed: 0 });
  });

  it('is not kept from the others by one that cannot be removed, and tells of it once', async () => {
    const { bench, broker } = await open();
    const [stuck, loose] = ['a', 'b'].map((letter) => `lapse_${bench.store.issuerId}_${letter.repeat(26)}`);
    for (const name of [stuck, loose]) broker.objects.add(name ?? '');
    const remove = broker.remove.bind(broker);
    broker.remove = async (name) => (name === stuck ? Promise.reject(new Error('owns things')) : await remove(name));
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 1, failed: 1 });
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 0, failed: 1 });
    expect((await bench.events()).filter((event) => event === 'orphan.found')).toHaveLength(2);
    broker.remove = remove;
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 1, failed: 0 });
  });

  it('removes what came back from the dead', async () => {
    const { bench, broker } = await open();
    const lease = await grant(bench);
    await bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
    broker.objects.add(lease.externalId);
    expect(await bench.issuer.reconcile()).toMatchObject({ orphansRemoved: 1 });
    expect(broker.present()).toEqual([]);
  });

  it('ends a lease whose object is gone', async () => {
    const { bench, broker } = await open();
    const lease = await grant(bench);
    broker.objects.clear();
    await bench.issuer.reconcile();
    expect(await bench.issuer.lease(lease.id)).toMatchObject({ state: 'DEAD', endReason: 'missing' });
    expect(await bench.events()).toContain('lease.missing');
  });

  it('does not wait a time-out for every lease of a silent target', async () => {
    const { bench, broker } = await open();
    for (let count = 0; count < 12; count += 1) await grant(bench);
    broker.fault = () => 'silent';
    for (const { id } of await bench.issuer.leases())
      await bench.issuer.revoke(id, { actor: 'system', reason: 'ended' }, CONTEXT);
    broker.calls.length = 0;
    expect(await bench.issuer.reconcile()).toMatchObject({ revoked: 0, failed: expect.any(Number) });
    // At most one batch in parallel, and the listing.
    expect(broker.calls.length).toBeLessThanOrEqual(5);
  });

  it('counts failures of a target that cannot be listed', async () => {
    const { bench, broker } = await open();
    broker.fault = (step) => (step === 'list' ? 'silent' : 'none');
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 0, failed: 1 });
  });
});

describe('a restart', () => {
  it('abandons at once what the process before had begun, and leaves what this one begins its time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-issuer-'));
    const clock = new TestClock();
    const broker = new ScriptedBroker(clock.now);
    const killed = await openBench({ clock, brokers: new Map([['api', broker]]), folder });
    // A process that is killed in the middle of a call to the target never comes back from it.
    let inTheCall: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      inTheCall = resolve;
    });
    broker.during = async () => {
      inTheCall();
      await new Promise(() => undefined);
    };
    void grant(killed).catch(() => undefined);
    await reached;
    clock.advance(1);
    const bench = await openBench({ clock, brokers: new Map([['api', broker]]), folder });
    broker.during = async () => {
      clock.advance(20_000);
      await bench.issuer.runDue();
    };
    const lease = await grant(bench);
    const states = new Map((await bench.issuer.leases()).map(({ id, state, endReason }) => [id, [state, endReason]]));
    expect(states.get(lease.id)).toEqual(['ACTIVE', undefined]);
    expect([...states.values()]).toContainEqual(['REVOKING', 'abandoned']);
    await bench.close();
    await killed.store.close();
    rmSync(folder, { recursive: true });
  });
});

describe('a retry with the same idempotency key', () => {
  it('gets a new lease and supersedes the old one', async () => {
    const { bench, broker } = await open();
    const context = { ...CONTEXT, idempotencyKey: 'k1' };
    const first = await bench.issuer.request(WORKLOAD, DETAIL, context);
    const second = await bench.issuer.request(WORKLOAD, DETAIL, context);
    const other = await bench.issuer.request({ ...WORKLOAD, subject: 'else' }, DETAIL, context);
    if (first.kind !== 'granted' || second.kind !== 'granted' || other.kind !== 'granted')
      throw new Error('not granted');
    await bench.issuer.reconcile();
    expect(await bench.issuer.lease(first.lease.id)).toMatchObject({ state: 'DEAD', endReason: 'superseded' });
    expect(broker.present()).toEqual([second.lease.externalId, other.lease.externalId].sort());
  });
});

const ARROWS: Readonly<Record<LeaseState, readonly LeaseState[]>> = {
  INTENT: ['INTENT', 'CREATING', 'ACTIVE', 'REVOKING', 'DEAD'],
  CREATING: ['CREATING', 'ACTIVE', 'REVOKING', 'DEAD'],
  ACTIVE: ['ACTIVE', 'REVOKING', 'DEAD'],
  REVOKING: ['REVOKING', 'DEAD'],
  DEAD: ['DEAD'],
};

type Command =
  | { readonly do: 'ask' | 'reconcile' | 'due' | 'restart' | 'plant' | 'vanish' }
  | { readonly do: 'revoke'; readonly which: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'faults'; readonly faults: readonly Fault[] };

const fault = fc.constantFrom<Fault>('none', 'none', 'refuse', 'silent', 'done-but-silent', 'done-later');
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Command>({ do: 'ask' }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revoke' as const), which: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 200_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('faults' as const),
      faults: fc.array(fault, { minLength: 1, maxLength: 7 }),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: 'reconcile' }, { do: 'due' }) },
  { weight: 1, arbitrary: fc.constantFrom<Command>({ do: 'restart' }, { do: 'plant' }, { do: 'vanish' }) },
);

describe('under random faults', () => {
  it('no lease is lost, none outlives its time once the target answers, states go along the arrows only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 30 }), async (commands) => {
        const clock = new TestClock();
        const broker = new ScriptedBroker(clock.now);
        const handedOut = new Set<string>();
        const seen = new Map<string, LeaseState>();
        const folder = mkdtempSync(join(tmpdir(), 'lapse-issuer-'));
        let bench = await openBench({ clock, brokers: new Map([['api', broker]]), folder });
        const check = async () => {
          for (const lease of await bench.issuer.leases()) {
            expect(ARROWS[seen.get(lease.id) ?? 'INTENT']).toContain(lease.state);
            seen.set(lease.id, lease.state);
            if (lease.state === 'ACTIVE') expect(broker.created).toContain(lease.externalId);
          }
        };
        for (const [index, step] of commands.entries()) {
          if (step.do === 'ask')
            await grant(bench).then(
              ({ id }) => handedOut.add(id),
              () => undefined,
            );
          if (step.do === 'reconcile') await bench.issuer.reconcile();
          if (step.do === 'due') await bench.issuer.runDue();
          if (step.do === 'wait') clock.advance(step.ms);
          if (step.do === 'plant')
            broker.objects.add(`lapse_${bench.store.issuerId}_${'b'.repeat(24)}${'abcdefgh'[index % 8]}a`);
          if (step.do === 'vanish') broker.objects.delete(broker.present()[0] ?? '');
          if (step.do === 'faults') {
            let call = 0;
            broker.fault = () => step.faults[call++ % step.faults.length] ?? 'none';
          }
          if (step.do === 'revoke') {
            const leases = await bench.issuer.leases();
            const lease = leases[step.which % Math.max(leases.length, 1)];
            if (lease !== undefined) await bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
          }
          if (step.do === 'restart') {
            await bench.close();
            clock.advance(1);
            bench = await openBench({ clock, brokers: new Map([['api', broker]]), folder });
          }
          await check();
        }
        broker.fault = () => 'none';
        // Healed: one round and the time that a given-up creation may take, and store and target are the same.
        for (let round = 0; round < 3; round += 1) {
          clock.advance(31_000);
          await bench.issuer.reconcile();
          await check();
        }
        const active = await bench.issuer.leases({ states: ['ACTIVE'] });
        expect(broker.present()).toEqual(active.map(({ externalId }) => externalId).sort());
        expect(active.every(({ expiresAt }) => new Date(expiresAt) > clock.now())).toBe(true);
        const { leases, alivePastTime } = await bench.issuer.gauges();
        expect({ alivePastTime, unfinished: leases.INTENT + leases.CREATING + leases.REVOKING }).toEqual({
          alivePastTime: 0,
          unfinished: 0,
        });
        // What was planted has no lease; a lease that was called dead too early would have one.
        const orphans = (await bench.issuer.audit({ limit: 10_000 })).filter(({ event }) => event === 'orphan.found');
        expect(orphans.filter(({ lease }) => lease !== undefined)).toEqual([]);
        for (const lease of handedOut)
          expect((await bench.store.read(({ audit }) => audit.ofLease(lease))).map(({ event }) => event)).toContain(
            'lease.active',
          );
        await bench.close();
        rmSync(folder, { recursive: true });
      }),
      { numRuns: Number(process.env.LAPSE_PROPERTY_RUNS ?? 60), endOnFailure: true },
    );
  });
});
