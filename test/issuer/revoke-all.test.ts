import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LeaseSelector } from '../../src/store/issuer/lease-table.ts';
import { type Bench, CONTEXT, DETAIL, openBench, TestClock, WORKLOAD } from '../support/issuer-bench.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';

let bench: Bench;
let broker: ScriptedBroker;
let other: ScriptedBroker;

beforeEach(async () => {
  const clock = new TestClock();
  broker = new ScriptedBroker(clock.now);
  other = new ScriptedBroker(clock.now);
  bench = await openBench({
    clock,
    brokers: new Map([
      ['api', broker],
      ['db', other],
    ]),
  });
});

afterEach(async () => {
  await bench.close();
});

async function grant(subject: string, target = 'api', principal?: string) {
  const requester = { ...WORKLOAD, subject, ...(principal === undefined ? {} : { principal }) };
  const outcome = await bench.issuer.request(requester, { ...DETAIL, target }, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  return outcome.lease;
}

const revokeAll = (selector: LeaseSelector) =>
  bench.issuer.revokeAll(selector, { actor: 'operator:ann', reason: 'revoked' }, CONTEXT);

it('takes back what fits everything that is named, and nothing else', async () => {
  const [one, two, three] = [await grant('a'), await grant('a', 'db', 'aws:user/a'), await grant('b', 'db')];
  const cases: readonly [LeaseSelector, readonly string[]][] = [
    [{ request: 'req_none' }, []],
    [{ principal: 'A' }, []],
    [{ principal: 'a', target: 'api', prefix: three.externalId }, []],
    [{ prefix: 'lapse\\_%' }, []],
    [{ principal: 'aws:user/a' }, [two.id]],
    [{ principal: 'a' }, [one.id]],
    [{ prefix: three.externalId.slice(0, -3) }, [three.id]],
  ];
  for (const [selector, expected] of cases) {
    const before = await bench.issuer.leases({ states: ['ACTIVE'] });
    const { found, left } = await revokeAll(selector);
    const after = await bench.issuer.leases({ states: ['ACTIVE'] });
    const gone = before.filter(({ id }) => !after.some((lease) => lease.id === id)).map(({ id }) => id);
    expect([selector, gone, found, left]).toEqual([selector, expected, expected.length, []]);
  }
  expect([...broker.present(), ...other.present()]).toEqual([]);
});

it('takes back everything, in batches, each in the log under one correlation id', async () => {
  const leases = await Promise.all(
    Array.from({ length: 205 }, (_, at) => grant(`s${at}`, at % 2 === 0 ? 'api' : 'db')),
  );
  expect(await revokeAll({})).toEqual({ found: 205, left: [] });
  expect([...broker.present(), ...other.present()]).toEqual([]);
  const revoking = (await bench.issuer.audit({ limit: 10_000 })).filter(({ event }) => event === 'lease.revoking');
  expect(new Set(revoking.map(({ lease }) => lease))).toEqual(new Set(leases.map(({ id }) => id)));
  expect(new Set(revoking.map(({ detail }) => detail.correlation_id))).toEqual(new Set(['cor-1']));
});

it('says what is left where a target does not answer, and all of it is inactive', async () => {
  const [fine, stuck] = [await grant('a'), await grant('a', 'db')];
  other.fault = () => 'silent';
  const { found, left } = await revokeAll({ principal: 'a' });
  expect([found, left.map(({ id, state }) => [id, state])]).toEqual([2, [[stuck.id, 'REVOKING']]]);
  expect(await bench.issuer.isActive(stuck.id)).toBe(false);
  expect((await bench.issuer.lease(fine.id))?.state).toBe('DEAD');
  // Asked once more, it is tried once more.
  other.fault = () => 'none';
  expect(await revokeAll({ principal: 'a' })).toEqual({ found: 1, left: [] });
});
