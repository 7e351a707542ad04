import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_QUOTAS, type Quotas } from '../../src/issuer/settings.ts';
import { type Bench, CONTEXT, DETAIL, escalate, openBench, TestClock, WORKLOAD } from '../support/issuer-bench.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';

let bench: Bench;

afterEach(async () => {
  await bench.close();
});

async function open(quotas: Partial<Quotas>): Promise<ScriptedBroker> {
  const clock = new TestClock();
  const broker = new ScriptedBroker(clock.now);
  bench = await openBench({
    clock,
    brokers: new Map([['api', broker]]),
    settings: { quotas: { ...DEFAULT_QUOTAS, ...quotas } },
  });
  return broker;
}

const ask = (subject = WORKLOAD.subject) => bench.issuer.request({ ...WORKLOAD, subject }, DETAIL, CONTEXT);
const codes = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));

describe('a limit holds for requests that come together', () => {
  it('of one requester', async () => {
    const broker = await open({ activeLeasesPerSubject: 3 });
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => ask()));
    expect(codes(results)).toEqual(Array.from({ length: 7 }, () => 'ERR_QUOTA_EXCEEDED'));
    expect(broker.created).toHaveLength(3);
    expect((await ask('another')).kind).toBe('granted');
    expect((await bench.events()).filter((event) => event === 'request.failed')).toHaveLength(7);
  });

  it('of one target', async () => {
    await open({ activeLeasesPerTarget: 4 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, at) => ask(`subject-${at}`)));
    expect(codes(results)).toHaveLength(4);
  });

  it('of the issuer', async () => {
    await open({ activeLeases: 2 });
    expect(codes(await Promise.allSettled([ask('a'), ask('b'), ask('c')]))).toEqual(['ERR_QUOTA_EXCEEDED']);
  });

  it('of requests that wait for people', async () => {
    await open({ openRequestsPerSubject: 2 });
    bench.policy.decision = async () => escalate([{ from: 'dba', count: 1 }]);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => ask()));
    expect(codes(results)).toHaveLength(3);
    expect(await bench.issuer.requests({ state: 'pending' })).toHaveLength(2);
  });
});

it('lease flood: a burst is what the bucket holds, whoever floods, and it fills with time', async () => {
  const broker = await open({ leasesPerMinutePerSubject: 6, leasesPerMinutePerTarget: 9 });
  const flood = await Promise.allSettled(Array.from({ length: 40 }, () => ask('flooder')));
  expect(codes(flood)).toEqual(Array.from({ length: 34 }, () => 'ERR_QUOTA_EXCEEDED'));
  // Many subjects together come up against the limit of the target.
  const many = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => ask(`subject-${at}`)));
  expect(codes(many)).toHaveLength(17);
  expect(broker.created).toHaveLength(9);
  bench.clock.advance(10_000);
  expect((await ask('flooder')).kind).toBe('granted');
  await expect(ask('flooder')).rejects.toMatchObject({
    code: 'ERR_QUOTA_EXCEEDED',
    details: { retryAfter: expect.closeTo(10, 0) },
  });
  // A clock that is set back gives nothing, and one that jumps ahead no more than the bucket holds.
  bench.clock.advance(-600_000);
  await expect(ask('flooder')).rejects.toMatchObject({ code: 'ERR_QUOTA_EXCEEDED' });
  bench.clock.advance(3_600_000);
  expect(codes(await Promise.allSettled(Array.from({ length: 8 }, () => ask('flooder'))))).toHaveLength(2);
});

it('what was given back counts no more', async () => {
  await open({ activeLeasesPerSubject: 1 });
  const first = await ask();
  if (first.kind !== 'granted') throw new Error(first.kind);
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_QUOTA_EXCEEDED' });
  await bench.issuer.revoke(first.lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
  expect((await ask()).kind).toBe('granted');
});

it('a rate is counted over a minute', async () => {
  await open({ leasesPerMinutePerSubject: 2 });
  await ask();
  await ask();
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_QUOTA_EXCEEDED' });
  bench.clock.advance(60_000);
  expect((await ask()).kind).toBe('granted');
});

it('a target that cannot be cleaned gets nothing new', async () => {
  const broker = await open({ overdueLeasesPerTarget: 2 });
  await ask();
  await ask();
  broker.fault = (step) => (step === 'create' || step === 'list' ? 'none' : 'silent');
  bench.clock.advance(331_000);
  await bench.issuer.reconcile();
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_TARGET_UNREACHABLE' });
  broker.fault = () => 'none';
  await bench.issuer.reconcile();
  expect((await ask()).kind).toBe('granted');
});
