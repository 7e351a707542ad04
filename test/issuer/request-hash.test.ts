import { expect, it } from 'vitest';
import { requestHash } from '../../src/issuer/request-hash.ts';
import { DETAIL, WORKLOAD } from '../support/issuer-bench.ts';

const base = requestHash(WORKLOAD, DETAIL);

it('is the same for the same, whatever the order of members and the token', () => {
  const { claims, ...rest } = WORKLOAD;
  expect(requestHash({ claims: { ...claims, jti: 'other', iat: 9, exp: 9, nbf: 9 }, ...rest }, { ...DETAIL })).toBe(
    base,
  );
  expect(
    requestHash(WORKLOAD, { duration: 300, resources: [], actions: ['read'], target: 'api', type: 'api_token' }),
  ).toBe(base);
});

it.each([
  ['kind', { ...WORKLOAD, kind: 'operator' as const }, DETAIL],
  ['issuer', { ...WORKLOAD, issuer: 'x' }, DETAIL],
  ['subject', { ...WORKLOAD, subject: 'x' }, DETAIL],
  ['principal', { ...WORKLOAD, principal: 'x' }, DETAIL],
  ['owners', { ...WORKLOAD, owners: [] }, DETAIL],
  ['a claim', { ...WORKLOAD, claims: { ...WORKLOAD.claims, environment: 'prod' } }, DETAIL],
  ['target', WORKLOAD, { ...DETAIL, target: 'x' }],
  ['actions', WORKLOAD, { ...DETAIL, actions: ['read', 'write'] }],
  ['resources', WORKLOAD, { ...DETAIL, resources: ['x'] }],
  ['duration', WORKLOAD, { ...DETAIL, duration: 301 }],
  ['networks', WORKLOAD, { ...DETAIL, source_cidrs: ['10.0.0.0/8'] }],
  ['reason', WORKLOAD, { ...DETAIL, reason: 'x' }],
  ['ticket', WORKLOAD, { ...DETAIL, ticket: 'x' }],
])('is another for another %s', (_what, requester, detail) => {
  expect(requestHash(requester, detail)).not.toBe(base);
});
