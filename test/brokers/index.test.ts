import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { externalId, externalPrefix, isExternalId } from '../../src/brokers/external-id.ts';
import { BROKERS, createBroker } from '../../src/brokers/index.ts';
import { randomId } from '../../src/issuer/random-id.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { WORKLOAD } from '../support/issuer-bench.ts';
import { planFor, targetAt } from '../support/postgres-target.ts';

const signed: { claims: JsonObject; header: object }[] = [];
const deps = {
  issuerId: '0123abcd',
  issuerUrl: 'https://lapse.example',
  sign: async (claims: JsonObject, header: object) => {
    signed.push({ claims, header });
    return 'made.up.token';
  },
  now: () => new Date('2026-03-01T12:00:00.900Z'),
};
const jwt = createBroker(
  { type: 'jwt', audience: 'https://api.example', actions: ['read'], alg: 'RS256', maxSeconds: 600 },
  deps,
);

describe('the table of brokers', () => {
  it('has every broker that there is a file or folder of', () => {
    const known = ['broker.ts', 'choose-grants.ts', 'external-id.ts', 'index.ts', 'sign-token.ts'];
    const found = readdirSync(new URL('../../src/brokers', import.meta.url)).filter((name) => !known.includes(name));
    expect(Object.keys(BROKERS).sort()).toEqual(found.map((name) => name.replace(/\.ts$/, '')).sort());
  });

  it('makes the broker that a target asks for', async () => {
    const postgres = createBroker(targetAt('postgres://x:y@127.0.0.1:1/x'), deps);
    expect([jwt.detailType, postgres.detailType]).toEqual(['api_token', 'db_credential']);
    await postgres.close();
  });
});

describe('names at targets', () => {
  it('are ours when this issuer could have made them, and fit everywhere', () => {
    const name = externalId('0123abcd', randomId('lse'));
    expect(name).toMatch(/^lapse_0123abcd_[a-z2-7]{26}$/);
    expect(name.startsWith(externalPrefix('0123abcd'))).toBe(true);
    expect(isExternalId('0123abcd', name)).toBe(true);
    for (const foreign of [
      '',
      'postgres',
      name.toUpperCase(),
      `${name}x`,
      name.slice(0, -1),
      `x${name}`,
      name.replace('0123abcd', '0123abce'),
      `${name}\n`,
      name.replace(/.$/, '1'),
    ])
      expect(isExternalId('0123abcd', foreign), JSON.stringify(foreign)).toBe(false);
  });
});

describe('the jwt broker', () => {
  const detail = { type: 'api_token', target: 'api', actions: ['read'], resources: [], duration: 60 };

  it('signs what RFC 9068 asks for, with the end rounded down', async () => {
    const plan = planFor({ detail, expiresAt: new Date('2026-03-01T12:01:00.900Z'), approvedBy: ['ann'] });
    const { plain, secret } = await jwt.create(plan);
    expect([plain, secret.access_token?.reveal()]).toEqual([{ audience: 'https://api.example' }, 'made.up.token']);
    expect(signed.at(-1)).toEqual({
      header: { alg: 'RS256', typ: 'at+jwt' },
      claims: {
        iss: 'https://lapse.example',
        sub: WORKLOAD.subject,
        aud: 'https://api.example',
        client_id: WORKLOAD.subject,
        iat: 1772366400,
        exp: 1772366460,
        jti: plan.leaseId,
        scope: 'read',
        authorization_details: [
          { type: 'api_token', locations: ['https://api.example'], actions: ['read'], datatypes: [], duration: 60 },
        ],
        lease: plan.leaseId,
        approval: { id: plan.request, by: ['ann'], policy: 'sha256:one' },
      },
    });
  });

  it('has nothing at any target, and says that it cannot tell', async () => {
    expect(await jwt.list()).toEqual([]);
    expect(await jwt.endSessions('x')).toBe(0);
    expect(await jwt.verify('x')).toBe('unknown');
    expect(jwt.capabilities).toMatchObject({ nativeExpiry: true, lists: false, sourceBound: false, maxSeconds: 600 });
  });

  it.each([
    [{ actions: ['write'] }, /no action "write"/],
    [{ actions: [] }, /at least one action/],
    [{ resources: ['https://other.example'] }, /no audience/],
  ])('refuses %j', (change, reason) => {
    expect(jwt.refuses({ ...detail, ...change })).toMatch(reason);
  });
});

it('a minted secret does not print', async () => {
  const { secret } = await jwt.create(planFor());
  expect(`${secret.access_token}${JSON.stringify(secret)}`).not.toContain('made.up');
  expect(secret.access_token).toBeInstanceOf(SecretValue);
});
