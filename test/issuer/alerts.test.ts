import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { type Bench, type BenchOptions, CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';

const benches: Bench[] = [];

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close();
});

async function open(options: BenchOptions = {}): Promise<Bench> {
  const bench = await openBench(options);
  benches.push(bench);
  return bench;
}

const raised = async (bench: Bench) =>
  (await bench.issuer.searchAudit({ event: 'alert.raised' }, 100)).map(({ detail }) => detail);

/** What rules were asked about events of one name. */
function asked(bench: Bench, event: string): JsonObject[] {
  const inputs: JsonObject[] = [];
  bench.policy.alert = async (input) => {
    if ((input.event as JsonObject).event === event) inputs.push(input);
    return [];
  };
  return inputs;
}

describe('an alert', () => {
  it('of the same about the same is raised once in a window, by whichever daemon', async () => {
    const bench = await open();
    bench.policy.alert = async () => [{ id: 'lease-missing', subject: 'one', detail: {}, evidence: [] }];
    const record = async (at: Bench) =>
      at.issuer.record({ event: 'lease.missing', actor: 'workload:x', detail: {} }, CONTEXT);
    await record(bench);
    await record(bench);
    await expect.poll(() => raised(bench)).toHaveLength(1);
    const other = await openBench({ folder: bench.folder, clock: bench.clock });
    other.policy.alert = bench.policy.alert;
    await record(other);
    await other.close();
    expect(await raised(bench)).toHaveLength(1);
    bench.clock.advance(3_600_000);
    await record(bench);
    await expect.poll(() => raised(bench)).toHaveLength(2);
    expect((await raised(bench))[0]).toMatchObject({
      alert: 'lease-missing',
      severity: 'high',
      subject: 'one',
      who: 'workload:x',
      cause: 'lease.missing',
    });
  });

  it('that is worse than the last one is raised all the same', async () => {
    const bench = await open();
    const found = { id: 'revocation-failing', subject: 'lse_1', detail: {}, evidence: [] };
    bench.policy.alert = async (input) => [
      { ...found, severity: (input.event as JsonObject).actor === 'system' ? 'high' : 'critical' },
    ];
    for (const actor of ['system', 'system', 'later', 'later'])
      await bench.issuer.record({ event: 'lease.missing', actor, detail: {} }, CONTEXT);
    await expect.poll(async () => (await raised(bench)).map(({ severity }) => severity)).toEqual(['high', 'critical']);
  });
});

describe('history', () => {
  it('tells of a lease where and when its requester came before, and what is left of quotas', async () => {
    const bench = await open();
    const inputs = asked(bench, 'lease.active');
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    bench.clock.advance(2 * 3_600_000);
    await bench.issuer.request(WORKLOAD, DETAIL, { ...CONTEXT, sourceIp: '192.0.2.7' });
    await expect.poll(() => inputs).toHaveLength(2);
    expect(inputs[0]?.history).toMatchObject({
      source_ip: '10.2.3.4',
      earlier_leases: 0,
      habits: { uses: 0, sources: [], recent_leases: 1, usual_leases: 0 },
      quotas: {
        requester: { used: 1, limit: 20 },
        target: { used: 1, limit: 1000 },
        issuer: { used: 1, limit: 10_000 },
      },
    });
    expect(inputs[1]?.history).toMatchObject({
      source_ip: '192.0.2.7',
      habits: { uses: 1, sources: ['10.2.3.4'], recent_leases: 1 },
    });
    const { habits } = (inputs[1]?.history ?? {}) as { habits: { hours: number[]; usual_leases: number } };
    expect(habits.hours[12]).toBe(1);
    expect(habits.usual_leases).toBeCloseTo(1 / 335);
  });
});

describe('a lease past its time', () => {
  it('is an event once, and an alert whatever policy says', async () => {
    const { ScriptedBroker } = await import('../support/scripted-broker.ts');
    const { TestClock } = await import('../support/issuer-bench.ts');
    const clock = new TestClock();
    const broker = new ScriptedBroker(clock.now);
    const bench = await open({ clock, brokers: new Map([['api', broker]]) });
    await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    broker.fault = () => 'refuse';
    clock.advance(600_000);
    await bench.issuer.reconcile();
    await bench.issuer.reconcile();
    const past = await bench.issuer.searchAudit({ event: 'lease.past_time' }, 10);
    expect(past.map(({ detail }) => detail.state)).toEqual(['REVOKING']);
    await expect.poll(async () => (await raised(bench)).map(({ alert }) => alert)).toContain('lease-past-time');
  });
});
