import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RawFinding } from '../../src/model/finding.ts';
import { secretId } from '../../src/model/id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import type { StaticKeyBinding } from '../../src/model/static-key-binding.ts';
import { type Bench, CONTEXT, DETAIL, openBench } from '../support/issuer-bench.ts';

/** Plainly made up, and put together here so that no scan of this repository stops at it. */
const KEY = ['AKIA', 'MADEUPKEY', '0000001'].join('');
const PRINCIPAL = 'aws:user:arn:aws:iam::123456789012:user/ci';

let bench: Bench;
let secret: string;

beforeEach(async () => {
  bench = await openBench();
  const fingerprint = bench.secrets.fingerprint(KEY);
  secret = secretId(fingerprint);
  bench.secrets.add({
    secret: {
      id: secret,
      rule: 'aws/access-key-id',
      vendor: 'aws',
      title: 'AWS access key id',
      confidence: 'structured',
      fingerprint,
      validity: 'unknown',
      inHead: true,
      locations: [],
    },
    principal: {
      id: PRINCIPAL,
      platform: 'aws',
      kind: 'user',
      nativeId: 'arn:aws:iam::123456789012:user/ci',
      name: 'ci',
      scope: [],
      seen: 'listed',
      owner: { value: 'olga', source: 'tag' },
      locations: [],
    },
  });
});

afterEach(async () => {
  await bench.close();
});

const bind = (change: Partial<StaticKeyBinding> = {}) =>
  bench.issuer.bindStaticKey(
    { secret, target: 'api', sourceCidrs: ['10.2.0.0/16'], until: '2026-04-01T00:00:00Z', ...change },
    'ann',
    CONTEXT,
  );
const present = (key = KEY, context = CONTEXT, target = 'api') =>
  bench.issuer.authenticateStaticKey(new SecretValue(key), target, context);
const lastEvent = async (name: string) =>
  (await bench.issuer.audit({ limit: 100 })).findLast(({ event }) => event === name);

describe('a bound key', () => {
  it('is the principal of the inventory, and its use is in the log', async () => {
    const binding = await bind();
    expect(binding).toMatchObject({ stage: 'bound', createdBy: 'ann', principal: PRINCIPAL, secret });
    const { requester, since, until } = await present();
    expect(requester).toEqual({
      kind: 'static-key',
      issuer: 'lapse:static-key',
      subject: secret,
      principal: PRINCIPAL,
      owners: ['olga'],
      claims: {},
    });
    expect([since, until]).toEqual([bench.clock.now(), new Date('2026-04-01T00:00:00Z')]);
    expect((await lastEvent('static_key.used'))?.detail).toMatchObject({ stage: 'bound', source_ip: '10.2.3.4' });
    expect((await bench.issuer.bindings({ secret }))[0]?.lastUsedAt).toBe(bench.clock.now().toISOString());
    expect((await bench.issuer.request(requester, DETAIL, CONTEXT)).kind).toBe('granted');
  });

  it('cannot be taken by its requester to another target, network or time', async () => {
    await bind();
    const { requester } = await present();
    const denied = { kind: 'denied', reasons: ['static-key-not-bound'] };
    expect(await bench.issuer.request(requester, DETAIL, { ...CONTEXT, sourceIp: '192.0.2.1' })).toMatchObject(denied);
    bench.clock.advance(40 * 86_400_000);
    expect(await bench.issuer.request(requester, DETAIL, CONTEXT)).toMatchObject(denied);
  });

  it('comes from an IPv4 address in IPv6 clothes all the same', async () => {
    await bind();
    await expect(present(KEY, { ...CONTEXT, sourceIp: '::ffff:10.2.9.9' })).resolves.toBeDefined();
  });
});

describe('a key is refused, with an alarm that says why and an answer that does not', () => {
  const cases: readonly [string, () => Promise<unknown>, string][] = [
    ['nobody knows it', () => present('unknown-key'), 'unknown'],
    ['it is not bound', () => present(), 'not-bound'],
    [
      'it comes from another network',
      () => bind().then(() => present(KEY, { ...CONTEXT, sourceIp: '10.3.0.1' })),
      'wrong-network',
    ],
    [
      'where it comes from is not known',
      () => bind().then(() => present(KEY, { ...CONTEXT, sourceIp: '' })),
      'wrong-network',
    ],
    ['it is for another target', () => bind().then(() => present(KEY, CONTEXT, 'other')), 'not-bound'],
    [
      'its date is over',
      () =>
        bind()
          .then(() => bench.clock.advance(32 * 86_400_000))
          .then(() => present()),
      'past-its-date',
    ],
    [
      'it was unbound',
      () =>
        bind()
          .then(({ id }) => bench.issuer.moveBinding(id, 'planned', 'ann', CONTEXT))
          .then(() => present()),
      'stage-planned',
    ],
    [
      'it was disabled',
      async () => {
        const { id } = await bind();
        await bench.issuer.moveBinding(id, 'swapped', 'ann', CONTEXT);
        await bench.issuer.moveBinding(id, 'disabled', 'ann', CONTEXT);
        await present();
      },
      'stage-disabled',
    ],
  ];
  it.each(cases)('when %s', async (_when, act, reason) => {
    await expect(act()).rejects.toMatchObject({ code: 'ERR_STATIC_KEY_REFUSED', message: 'the key is refused' });
    expect((await lastEvent('static_key.refused'))?.detail).toMatchObject({ reason });
    await bench.issuer.close();
    expect((await lastEvent('alert.raised'))?.detail).toMatchObject({
      alert: 'static-key-refused',
      cause: 'static_key.refused',
    });
  });
});

describe('alerts', () => {
  it('of policy are raised beside the built-in ones, and a policy that fails keeps none back', async () => {
    const finding: RawFinding = { id: 'new-network', subject: 'x', detail: {}, evidence: [] };
    bench.policy.alert = async (input) =>
      JSON.stringify(input).includes('static_key.used') ? [finding] : Promise.reject(new Error('broken'));
    await bind();
    await present();
    await expect(present('unknown-key')).rejects.toThrow();
    await bench.issuer.close();
    const raised = (await bench.issuer.audit({ limit: 100 })).filter(({ event }) => event === 'alert.raised');
    expect(raised.map(({ detail }) => detail.alert)).toEqual(['new-network', 'static-key-refused']);
  });

  it('know how often, and whom it concerns', async () => {
    const seen: JsonObject[] = [];
    bench.policy.alert = async (input) => {
      seen.push(input);
      return [];
    };
    await bind();
    const { requester } = await present();
    await bench.issuer.request(requester, DETAIL, CONTEXT);
    bench.clock.advance(1_000);
    await bench.issuer.request(requester, DETAIL, CONTEXT);
    for (let count = 0; count < 3; count += 1) await expect(present('unknown-key')).rejects.toThrow();
    await bench.issuer.close();
    const histories = (name: string) =>
      seen.flatMap(({ event, history }) => (JSON.stringify(event).includes(`"event":"${name}"`) ? [history] : []));
    expect(histories('static_key.refused')).toHaveLength(3);
    expect(histories('static_key.refused').at(-1)).toEqual({ repeats: 3 });
    const known = { requesting_people: ['olga'], source_ip: CONTEXT.sourceIp };
    expect(histories('lease.active')).toEqual([
      // Habits and quotas are looked at once for leases in a row.
      {
        ...known,
        repeats: expect.any(Number),
        earlier_leases: 0,
        habits: expect.any(Object),
        quotas: expect.any(Object),
      },
      { ...known, repeats: 2, earlier_leases: 1 },
    ]);
  });

  it('tell when a key is used after the swap', async () => {
    const { id } = await bind();
    await bench.issuer.moveBinding(id, 'swapped', 'ann', CONTEXT);
    await present();
    await bench.issuer.close();
    expect((await lastEvent('alert.raised'))?.detail).toMatchObject({ alert: 'static-key-used-after-swap' });
  });
});

describe('binding', () => {
  it.each<[string, Partial<StaticKeyBinding>, string]>([
    ['an unknown secret', { secret: 'secret:000' }, 'ERR_SECRET_UNKNOWN'],
    ['an unknown target', { target: 'nowhere' }, 'ERR_TARGET_UNKNOWN'],
    ['no network', { sourceCidrs: [] }, 'ERR_BINDING_INVALID'],
    ['a network that is none', { sourceCidrs: ['10.0.0.0'] }, 'ERR_BINDING_INVALID'],
    ['an end that is over', { until: '2026-02-01T00:00:00Z' }, 'ERR_BINDING_INVALID'],
    ['an end that is no date', { until: 'soon' }, 'ERR_BINDING_INVALID'],
  ])('refuses %s', async (_what, change, code) => {
    await expect(bind(change)).rejects.toMatchObject({ code });
    expect(await bench.issuer.bindings()).toEqual([]);
  });

  it('goes one stage on or back, and nothing comes back from gone', async () => {
    const { id } = await bind();
    const move = (stage: StaticKeyBinding['stage']) => bench.issuer.moveBinding(id, stage, 'ann', CONTEXT);
    for (const skipped of ['disabled', 'gone', 'bound'] as const)
      await expect(move(skipped)).rejects.toMatchObject({ code: 'ERR_BINDING_INVALID' });
    for (const stage of ['swapped', 'bound', 'swapped', 'disabled', 'swapped', 'disabled', 'gone'] as const)
      expect((await move(stage)).stage).toBe(stage);
    await expect(move('disabled')).rejects.toMatchObject({ code: 'ERR_BINDING_INVALID' });
    await expect(bind()).rejects.toMatchObject({ code: 'ERR_BINDING_INVALID' });
    await expect(bench.issuer.moveBinding('bnd_none', 'bound', 'ann', CONTEXT)).rejects.toMatchObject({
      code: 'ERR_BINDING_NOT_FOUND',
    });
    expect((await bench.events()).filter((event) => event === 'swap.stage')).toHaveLength(8);
  });

  it('a second time replaces networks and date', async () => {
    const first = await bind();
    bench.clock.advance(1000);
    const second = await bind({ sourceCidrs: ['192.0.2.0/24'] });
    expect(second).toMatchObject({ id: first.id, sourceCidrs: ['192.0.2.0/24'] });
    await expect(present()).rejects.toMatchObject({ code: 'ERR_STATIC_KEY_REFUSED' });
  });
});

it('the key itself is nowhere: not in the store, the log or the audit file', async () => {
  await bind();
  const { requester } = await present();
  const outcome = await bench.issuer.request(requester, DETAIL, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  const token = outcome.credential.secret.access_token?.reveal() ?? '';
  await expect(present('unknown-key-material')).rejects.toThrow();
  await bench.issuer.close();
  const files = ['issuer.db', 'issuer.db-wal', 'audit/audit.jsonl'].map((name) =>
    readFileSync(join(bench.folder, name), 'latin1'),
  );
  const everything = [...files, JSON.stringify(bench.log)].join('\n');
  for (const value of [KEY, 'unknown-key-material', token]) expect(everything).not.toContain(value);
  expect(everything).toContain(secret);
});
