import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, type Bench, CONTEXT, DETAIL, openBench, WORKLOAD } from '../support/issuer-bench.ts';

let bench: Bench;

beforeEach(async () => {
  bench = await openBench();
});

afterEach(async () => {
  await bench.close();
});

describe('a request that policy allows', () => {
  it('is answered with a token that says whose it is, and is in the log in order', async () => {
    const outcome = await bench.issuer.request(WORKLOAD, DETAIL, CONTEXT);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(outcome.lease.state).toBe('ACTIVE');
    expect(outcome.request.state).toBe('fulfilled');
    const token = outcome.credential.secret.access_token?.reveal() ?? '';
    expect(decodeProtectedHeader(token).typ).toBe('at+jwt');
    const { payload } = await jwtVerify(
      token,
      createLocalJWKSet({
        keys: bench.keys.jwks(bench.clock.now()).keys.map((key) => ({ ...key, kty: String(key.kty) })),
      }),
      {
        currentDate: bench.clock.now(),
        audience: 'https://api.example',
        issuer: 'https://lapse.example',
      },
    );
    expect(payload).toMatchObject({ sub: WORKLOAD.subject, jti: outcome.lease.id, scope: 'read' });
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
  });

  it('gives less when policy says less, never more', async () => {
    bench.policy.decision = async () => allow({ ttl_max: 60 });
    const outcome = await bench.issuer.request(WORKLOAD, { ...DETAIL, actions: ['read', 'write'] }, CONTEXT);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    expect(outcome.detail).toMatchObject({ actions: ['read'], duration: 60 });
  });
});
