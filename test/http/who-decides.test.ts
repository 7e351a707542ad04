import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecondFactor } from '../../src/http/operators/second-factor.ts';
import { base32, totpCode, totpUri } from '../../src/http/operators/totp.ts';
import { EXCHANGE, type HttpBench, openHttpBench, PASSWORD, STORE_KEY } from '../support/http-bench.ts';
import { allow, escalate } from '../support/issuer-bench.ts';

let bench: HttpBench;
let alice: string;
let bob: string;

beforeAll(async () => {
  bench = await openHttpBench();
  alice = await bench.signIn('alice', ['approvers']);
  bob = await bench.signIn('bob', ['approvers']);
});
afterAll(() => bench.close());

const STEP = 30_000;
const currentStep = () => Math.floor(bench.clock.now().getTime() / STEP);
const emergency = (session: string) =>
  bench.post('/token', {
    grant_type: EXCHANGE,
    subject_token: session,
    subject_token_type: 'urn:lapse:token-type:operator-session',
    audience: 'api',
    authorization_details: JSON.stringify([
      { type: 'api_token', actions: ['read'], break_glass: true, reason: 'checkout is down' },
    ]),
  });

// RFC 6238 appendix B, the last six of eight digits, with its ASCII secret.
it.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1234567890, '005924'],
  [2000000000, '279037'],
])('the code of second %i is %s', (second, code) => {
  expect(totpCode(Buffer.from('12345678901234567890'), Math.floor(second / 30))).toBe(code);
});

it('tells a secret as authenticator apps read it', () => {
  // RFC 4648 section 10.
  expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
  expect(totpUri(Buffer.from('foobar'), 'a b', 'lapse')).toBe(
    'otpauth://totp/lapse:a%20b?secret=MZXW6YTBOI&issuer=lapse',
  );
});

it('a second factor makes a sign-in strong: break-glass takes it, and a password alone is told how to step up', async () => {
  bench.policy.decision = async () => allow({ reasons: ['break-glass'] });
  const weak = await emergency(alice);
  expect(weak.status).toBe(401);
  expect(weak.headers.get('www-authenticate')).toMatch(
    /error="insufficient_user_authentication".*acr_values="urn:lapse:acr:mfa phr phrh", max_age="300"$/,
  );
  expect(weak.body).toMatchObject({ error: 'insufficient_user_authentication', max_age: 300 });

  const { secret, sealed } = new SecondFactor(STORE_KEY).draw('alice');
  expect(sealed).not.toContain(secret.toString('base64url'));
  await bench.store.write(({ operators }) => operators.setTotp('alice', sealed));
  const signIn = (code?: string) =>
    bench.api('POST', '/api/session', undefined, { name: 'alice', password: PASSWORD, ...(code ? { code } : {}) });
  expect(await signIn()).toMatchObject({ status: 401, body: { code: 'ERR_SIGN_IN_FACTOR' } });
  expect(await signIn('000000')).toMatchObject({ status: 401, body: { code: 'ERR_SIGN_IN_REFUSED' } });
  const code = totpCode(secret, currentStep());
  const strong = await signIn(code);
  expect(strong.status).toBe(201);
  // Each code is good once.
  expect(await signIn(code)).toMatchObject({ status: 401, body: { code: 'ERR_SIGN_IN_REFUSED' } });

  const granted = await emergency(String(strong.body.token));
  expect(granted.status).toBe(200);
  const { body } = await bench.api('GET', '/api/reviews', alice);
  const [review] = body.reviews as { id: string }[];
  const said = { verdict: 'ok', note: 'looked at it' };
  const own = await bench.api('POST', `/api/reviews/${review?.id}`, alice, said);
  expect(own).toMatchObject({ status: 403, body: { code: 'ERR_REVIEW_REFUSED' } });
  expect((await bench.api('POST', `/api/reviews/${review?.id}`, bob, said)).status).toBe(200);
  expect((await bench.api('GET', '/api/reviews', bob)).body).toEqual({ reviews: [] });
});

it('too many wrong codes are answered no more', async () => {
  const { sealed } = new SecondFactor(STORE_KEY).draw('bob');
  const factor = new SecondFactor(STORE_KEY);
  const operator = { name: 'bob', human: 'bob', groups: [], createdAt: '', totpSealed: sealed };
  const wrong = () => factor.check(operator, '12345', bench.store, bench.clock.now());
  for (let at = 0; at < 5; at += 1) expect(await wrong()).toBe(false);
  await expect(wrong()).rejects.toMatchObject({ code: 'ERR_HTTP_RATE_LIMITED' });
  const stolen = { ...operator, name: 'carol' };
  await expect(factor.check(stolen, '123456', bench.store, bench.clock.now())).rejects.toMatchObject({
    code: 'ERR_STORE_KEY',
  });
});

it('a narrower approval over HTTP is what is handed out, and the answer names who gave it', async () => {
  bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
  const token = await bench.token();
  const asked = await bench.exchange({ subject_token: token });
  expect(asked.body).toMatchObject({ waiting_for: [{ from: 'approvers', count: 1 }] });
  const id = String(asked.body.auth_req_id);
  const card = await bench.api('GET', `/api/requests/${id}/card`, bob);
  const answer = { hash: card.body.hash, duration: 60, reason: 'ten rows' };
  const waiting = bench.post('/token', {
    grant_type: 'urn:openid:params:grant-type:ciba',
    auth_req_id: id,
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    wait: '20',
  });
  expect((await bench.api('POST', `/api/requests/${id}/approve`, bob, answer)).body.state).toBe('approved');
  const { status, body } = await waiting;
  expect(status).toBe(200);
  expect(body).toMatchObject({ approved_by: ['bob'], decision_reasons: ['ten rows'], expires_in: 60 });
});

it('a substitute is named, listed and withdrawn', async () => {
  const until = new Date(bench.clock.now().getTime() + 3_600_000).toISOString();
  const given = await bench.api('POST', '/api/delegations', bob, { substitute: 'alice', until });
  expect(given).toMatchObject({ status: 201, body: { operator: 'bob', substitute: 'alice' } });
  const listed = await bench.api('GET', '/api/delegations', bob);
  expect(listed.body.delegations).toHaveLength(1);
  expect((await bench.api('DELETE', `/api/delegations/${given.body.id}`, bob)).status).toBe(200);
  expect((await bench.api('GET', '/api/delegations', bob)).body).toEqual({ delegations: [] });
});
