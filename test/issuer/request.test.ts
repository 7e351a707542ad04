import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AccessDetail, Decision } from '../../src/model/access-request.ts';
import { allow, type Bench, CONTEXT, DETAIL, escalate, openBench, WORKLOAD } from '../support/issuer-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench({ settings: { policyTimeout: 100 } });
});

afterEach(async () => {
  await bench.close();
});

const ask = (detail: Partial<AccessDetail> = {}) => bench.issuer.request(WORKLOAD, { ...DETAIL, ...detail }, CONTEXT);

async function granted(detail: Partial<AccessDetail> = {}) {
  const outcome = await ask(detail);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  return outcome;
}

describe('a request that policy allows', () => {
  it('is answered with a token that says whose it is, and is in the log in order', async () => {
    const outcome = await granted();
    expect(outcome.lease.state).toBe('ACTIVE');
    expect(outcome.request.state).toBe('fulfilled');
    const token = outcome.credential.secret.access_token?.reveal() ?? '';
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    const keys = z.array(z.looseObject({ kty: z.string() })).parse(bench.keys.jwks(bench.clock.now()).keys);
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys }), {
      currentDate: bench.clock.now(),
      audience: 'https://api.example',
      issuer: 'https://lapse.example',
      requiredClaims: ['iss', 'sub', 'aud', 'client_id', 'iat', 'exp', 'jti'],
    });
    expect(payload).toMatchObject({
      sub: WORKLOAD.subject,
      client_id: WORKLOAD.subject,
      jti: outcome.lease.id,
      lease: outcome.lease.id,
      scope: 'read',
      authorization_details: [
        { type: 'api_token', actions: ['read'], locations: ['https://api.example'], duration: 300 },
      ],
      approval: { id: outcome.request.id, by: [], policy: 'sha256:one' },
    });
    expect(payload.exp).toBe(bench.clock.now().getTime() / 1000 + 300);
    expect(await bench.events()).toEqual([
      'request.received',
      'policy.evaluated',
      'lease.intent',
      'lease.creating',
      'lease.active',
    ]);
    expect(await bench.issuer.isActive(outcome.lease.id)).toBe(true);
    expect((await bench.issuer.leaseOfToken(token))?.id).toBe(outcome.lease.id);
    expect((await bench.issuer.leaseOfToken(outcome.lease.id))?.id).toBe(outcome.lease.id);
    for (const foreign of ['', 'lse_none', `${token.slice(0, -4)}AAAA`, 'a.b.c'])
      expect(await bench.issuer.leaseOfToken(foreign)).toBeUndefined();
  });

  it('gives less when policy says less, never more', async () => {
    bench.policy.decision = async () => allow({ ttl_max: 60 });
    expect((await granted({ actions: ['read', 'write'] })).detail).toMatchObject({ actions: ['read'], duration: 60 });
    bench.policy.decision = async () => allow({ ttl_max: 9000 });
    expect((await granted({ duration: 9000 })).detail.duration).toBe(3600);
  });

  it('a token that is taken back is inactive at once, and its lease is dead when it would have ended', async () => {
    const { lease } = await granted();
    const { done, lease: after } = await bench.issuer.revoke(lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
    expect({ done, state: after.state }).toEqual({ done: true, state: 'REVOKING' });
    expect(await bench.issuer.isActive(lease.id)).toBe(false);
    expect(await bench.issuer.reconcile()).toEqual({ revoked: 0, orphansRemoved: 0, failed: 0 });
    bench.clock.advance(300_000);
    await bench.issuer.reconcile();
    expect((await bench.issuer.lease(lease.id))?.state).toBe('DEAD');
    expect(await bench.issuer.gauges()).toMatchObject({ alivePastTime: 0 });
  });
});

describe('is denied, in the log, with nothing made', () => {
  const flawed: readonly [string, () => Promise<Decision>, string][] = [
    ['by policy', async () => allow({ effect: 'deny', rule: 'no', reasons: ['no-rule'] }), 'no-rule'],
    ['when policy fails', () => Promise.reject(new Error('boom')), 'policy-error'],
    ['when policy does not answer in time', () => new Promise(() => undefined), 'policy-error'],
    [
      'when policy grants an action that was not asked',
      async () => allow({ scope: { actions: ['write'], resources: [] } }),
      'policy-flawed',
    ],
    [
      'when policy grants a resource that was not asked',
      async () => allow({ scope: { actions: ['read'], resources: ['x'] } }),
      'policy-flawed',
    ],
    ['when policy grants no action', async () => allow({ scope: { actions: [], resources: [] } }), 'policy-flawed'],
    ['when policy grants no time', async () => allow({ ttl_max: 0 }), 'policy-flawed'],
    ['when policy grants a time that is none', async () => allow({ ttl_max: Number.NaN }), 'policy-flawed'],
    ['when policy escalates to nobody', async () => escalate([]), 'policy-flawed'],
    ['when policy escalates to none of a group', async () => escalate([{ from: 'dba', count: 0 }]), 'policy-flawed'],
    ['when policy counts people in halves', async () => escalate([{ from: 'dba', count: 0.5 }]), 'policy-flawed'],
    [
      'when the target cannot bind to networks',
      async () => allow({ source_cidrs: ['10.0.0.0/8'] }),
      'source-not-enforceable',
    ],
    ['when the time is shorter than the target can', async () => allow({ ttl_max: 0.5 }), 'ttl-below-minimum'],
    [
      'before anybody is asked, when it could not be granted',
      async () => escalate([{ from: 'dba', count: 1 }], { source_cidrs: ['10.0.0.0/8'] }),
      'source-not-enforceable',
    ],
  ];
  it.each(flawed)('%s', async (_when, decision, reason) => {
    bench.policy.decision = decision;
    expect(await ask()).toMatchObject({ kind: 'denied', reasons: [reason], request: { state: 'denied' } });
    expect(await bench.events()).toEqual(['request.received', 'policy.evaluated', 'request.denied']);
    expect(await bench.issuer.leases()).toEqual([]);
    expect(await bench.issuer.requests({ state: 'denied' })).toHaveLength(1);
  });
});

describe('is no request at all', () => {
  it.each<[string, Partial<AccessDetail>, string]>([
    ['for an unknown target', { target: 'nowhere' }, 'ERR_TARGET_UNKNOWN'],
    ['of a type that the target does not serve', { type: 'db_credential' }, 'ERR_AUTHORIZATION_DETAILS'],
    ['for an action that the target does not know', { actions: ['fly'] }, 'ERR_AUTHORIZATION_DETAILS'],
    ['for no action', { actions: [] }, 'ERR_AUTHORIZATION_DETAILS'],
    ['for another audience', { resources: ['https://other.example'] }, 'ERR_AUTHORIZATION_DETAILS'],
    ['for no time', { duration: 0 }, 'ERR_AUTHORIZATION_DETAILS'],
    ['for time without end', { duration: Number.POSITIVE_INFINITY }, 'ERR_AUTHORIZATION_DETAILS'],
  ])('%s', async (_what, detail, code) => {
    await expect(ask(detail)).rejects.toMatchObject({ code });
    expect(await bench.events()).toEqual([]);
  });
});

it('policy sees who asks for what, from where, and what came before', async () => {
  await ask();
  bench.policy.decision = async () => allow({ effect: 'deny', rule: 'no', reasons: ['no-rule'] });
  await ask();
  await ask({ reason: 'backfill', ticket: 'OPS-1' });
  const { id: _id, ...request } = z
    .object({ request: z.looseObject({ id: z.string() }) })
    .parse(bench.policy.inputs.at(-1)).request;
  expect({ ...bench.policy.inputs.at(-1), request }).toEqual({
    now: bench.clock.now().toISOString(),
    request: {
      requester: { ...WORKLOAD, principal: undefined },
      detail: { ...DETAIL, reason: 'backfill', ticket: 'OPS-1' },
      source_ip: '10.2.3.4',
    },
    target: { id: 'api', type: 'jwt', environment: 'test', labels: {}, principals: [] },
    risk: null,
    history: {
      recent_requests: 2,
      recent_denials: 1,
      first_use: false,
      earlier: {
        uses: 1,
        last_at: bench.clock.now().toISOString(),
        sources: ['10.2.3.4'],
        hours: Array.from({ length: 24 }, (_, hour) => (hour === 12 ? 1 : 0)),
        actions: ['read'],
      },
      held: [{ target: 'api', actions: ['read'], expires_at: expect.any(String) }],
    },
    approvals: [],
  });
});

it('a value may be used once, whoever asks together', async () => {
  const until = new Date('2026-03-01T13:00:00Z');
  const uses = await Promise.all(
    Array.from({ length: 5 }, () => bench.issuer.useOnce('https://ci.example', 'jti-1', until)),
  );
  expect(uses.filter(Boolean)).toHaveLength(1);
  expect(await bench.issuer.useOnce('https://other.example', 'jti-1', until)).toBe(true);
  bench.clock.advance(3 * 3_600_000);
  await bench.issuer.reconcile();
  expect(await bench.issuer.useOnce('https://ci.example', 'jti-1', until)).toBe(true);
});

it('events from outside are in the chain, with where they came from', async () => {
  await bench.issuer.record({ event: 'operator.signed_in', actor: 'operator:ann', detail: { a: 1 } }, CONTEXT);
  const [event] = await bench.issuer.audit({ limit: 1 });
  expect(event).toMatchObject({
    event: 'operator.signed_in',
    detail: { a: 1, source_ip: '10.2.3.4', correlation_id: 'cor-1' },
  });
  expect(await bench.issuer.audit({ limit: 5, after: event?.seq ?? 0 })).toEqual([]);
});
