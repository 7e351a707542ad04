import { decodeJwt, type JWTHeaderParameters, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DpopNonces } from '../../src/http/sender/dpop-nonce.ts';
import { type DpopKey, makeDpopKey, tokenHash } from '../support/dpop.ts';
import {
  type Answer,
  API_DETAIL,
  CIBA,
  EXCHANGE,
  type HttpBench,
  ISSUER_URL,
  JWT,
  openHttpBench,
} from '../support/http-bench.ts';
import { allow, escalate, MANY_LEASES } from '../support/issuer-bench.ts';

let bench: HttpBench;
let key: DpopKey;
let other: DpopKey;

beforeAll(async () => {
  bench = await openHttpBench({ settings: MANY_LEASES });
  key = await makeDpopKey();
  other = await makeDpopKey();
});

afterAll(async () => {
  await bench.close();
});

const TOKEN_URL = `${ISSUER_URL}/token`;
const form = async (change: Readonly<Record<string, string>> = {}) => ({
  grant_type: EXCHANGE,
  subject_token: await bench.token(),
  subject_token_type: JWT,
  audience: 'api',
  authorization_details: JSON.stringify(API_DETAIL),
  ...change,
});
const withProof = async (dpop: string, change: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  bench.post('/token', await form(change), { dpop });
const proofFor = (path: string, by = key, claims: Readonly<Record<string, unknown>> = {}) =>
  by.proof(`${ISSUER_URL}${path}`, bench.clock.now(), claims);
const good = (claims: Readonly<Record<string, unknown>> = {}, header: Partial<JWTHeaderParameters> = {}) =>
  key.proof(TOKEN_URL, bench.clock.now(), claims, header);
const seconds = () => Math.floor(bench.clock.now().getTime() / 1000);

describe('a token that is bound to a DPoP key (RFC 9449)', () => {
  it('says so in the answer, in its claims and at introspection', async () => {
    const answer = await withProof(await good());
    expect(answer.status).toBe(200);
    expect(answer.body.token_type).toBe('DPoP');
    const token = String(answer.body.access_token);
    expect(decodeJwt(token).cnf).toEqual({ jkt: key.jkt });
    const reader = { authorization: `Bearer ${await bench.token()}` };
    const { body } = await bench.post('/introspect', { token }, reader);
    expect(body).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: key.jkt } });
  });

  it.each(['ES384', 'PS256', 'RS256', 'EdDSA'])('may have a key of %s', async (alg) => {
    const own = await makeDpopKey(alg);
    const answer = await withProof(await own.proof(TOKEN_URL, bench.clock.now()));
    expect(decodeJwt(String(answer.body.access_token)).cnf).toEqual({ jkt: own.jkt });
  });
});

/** P1: what is no proof, by how it is made. */
const BAD: Readonly<Record<string, () => Promise<string>>> = {
  'another method': () => good({ htm: 'GET' }),
  'a method in lower case': () => good({ htm: 'post' }),
  'another endpoint': () => good({ htu: `${ISSUER_URL}/introspect` }),
  'another host': () => good({ htu: 'https://sibling.example/token' }),
  'another scheme': () => good({ htu: TOKEN_URL.replace('https', 'http') }),
  'another port': () => good({ htu: 'https://lapse.example:8443/token' }),
  'a user in its URL': () => good({ htu: 'https://x@lapse.example/token' }),
  'a URL that is none': () => good({ htu: '/token' }),
  'no URL': () => good({ htu: undefined }),
  'no method': () => good({ htm: undefined }),
  'no jti': () => good({ jti: undefined }),
  'an empty jti': () => good({ jti: '' }),
  'an endless jti': () => good({ jti: 'x'.repeat(300) }),
  'no time': () => good({ iat: undefined }),
  '61 s of age': () => good({ iat: seconds() - 61 }),
  '61 s in the future': () => good({ iat: seconds() + 61 }),
  'another typ': () => good({}, { typ: 'jwt' }),
  'no typ': () => good({}, { typ: undefined as unknown as string }),
  'a private key in its header': () => good({}, { jwk: key.privateJwk as JWTHeaderParameters['jwk'] & object }),
  'a private member in its header': () =>
    good({}, { jwk: { ...key.publicJwk, p: 'AAAA' } as JWTHeaderParameters['jwk'] & object }),
  'a symmetric key in its header': () =>
    good({}, { jwk: { kty: 'oct', k: 'AAAA' } as JWTHeaderParameters['jwk'] & object }),
  'no key': () => good({}, { jwk: undefined as unknown as JWTHeaderParameters['jwk'] & object }),
  'the key of somebody else': () => good({}, { jwk: other.publicJwk as JWTHeaderParameters['jwk'] & object }),
  'alg none': async () => new UnsecuredJWT({ htm: 'POST', htu: TOKEN_URL, jti: 'x' }).setIssuedAt().encode(),
  'two proofs in one': async () => `${await good()}, ${await good()}`,
  'endless length': async () => `${await good()}${'A'.repeat(5000)}`,
  'no JWT': async () => 'hello',
};

describe.each(Object.entries(BAD))('P1: a proof with %s', (_what, make) => {
  it('is invalid_dpop_proof, and costs no token', async () => {
    const token = await bench.token();
    const answer = await withProof(await make(), { subject_token: token });
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_dpop_proof' });
    expect(answer.body.error_description).toBe('the DPoP proof was refused');
    expect((await bench.exchange({ subject_token: token })).status).toBe(200);
  });
});

describe('P1: a proof', () => {
  it.each([-59, 0, 59])('of %d s from now is taken', async (offset) => {
    expect((await withProof(await good({ iat: seconds() + offset }))).status).toBe(200);
  });

  it('may have a query and a fragment in its URL, and the port of its scheme', async () => {
    expect((await withProof(await good({ htu: 'https://LAPSE.example:443/token?a=b#c' }))).status).toBe(200);
  });

  it('is good once, also when it is shown many times at once and at two daemons', async () => {
    const proof = await good();
    const answers = await Promise.all(Array.from({ length: 6 }, () => withProof(proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const second = await openHttpBench({ folder: bench.folder, idp: bench.idp, clock: bench.clock });
    const replayed = await second.post('/token', await form(), { dpop: proof });
    await second.close();
    expect(replayed.body.error).toBe('invalid_dpop_proof');
  });

  it('is kept for those only who proved who they are: what anybody can make fills no store', async () => {
    const proof = await good();
    expect((await withProof(proof, { subject_token: 'a.b.c' })).body.error).toBe('invalid_request');
    expect((await withProof(proof)).status).toBe(200);
    expect((await withProof(proof)).body.error).toBe('invalid_dpop_proof');
  });

  it('of another key may have the same jti', async () => {
    const jti = 'one-for-two';
    expect((await withProof(await good({ jti }))).status).toBe(200);
    expect((await withProof(await proofFor('/token', other, { jti }))).status).toBe(200);
  });
});

describe('P2: a daemon that demands nonces', () => {
  let strict: HttpBench;

  beforeAll(async () => {
    strict = await openHttpBench({
      settings: MANY_LEASES,
      http: { dpopNonces: new DpopNonces(Buffer.alloc(32, 2)) },
      idp: bench.idp,
      clock: bench.clock,
    });
  });

  afterAll(async () => {
    await strict.close();
  });

  const send = async (claims: Readonly<Record<string, unknown>>) =>
    strict.post('/token', await form(), { dpop: await good(claims) });

  it('says which, takes it, and an older one after its time no more', async () => {
    const asked = await send({});
    expect({ status: asked.status, error: asked.body.error }).toEqual({ status: 400, error: 'use_dpop_nonce' });
    const nonce = String(asked.headers.get('dpop-nonce'));
    expect((await send({ nonce })).status).toBe(200);
    bench.clock.advance(3 * 60_000);
    const later = await send({ nonce });
    expect(later.status).toBe(200);
    expect(later.headers.get('dpop-nonce')).not.toBe(nonce);
    bench.clock.advance(3 * 60_000);
    expect((await send({ nonce })).body.error).toBe('use_dpop_nonce');
  });

  it.each(['', 'AAAA', 12])('does not take %j', async (nonce) => {
    expect((await send({ nonce })).body.error).toBe('use_dpop_nonce');
  });
});

describe('a lease that is bound to a key', () => {
  it('is ended by the holder of that key only', async () => {
    const { body } = await withProof(await good());
    const token = String(body.access_token);
    const refusals = [{}, { dpop: await proofFor('/revoke', other) }, { dpop: await proofFor('/token') }];
    for (const headers of refusals) {
      const answer = await bench.post('/revoke', { token }, headers);
      expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 400, error: 'invalid_dpop_proof' });
    }
    expect(await bench.issuer.isActive(String(body.lease_id))).toBe(true);
    expect((await bench.post('/revoke', { token }, { dpop: await proofFor('/revoke') })).status).toBe(200);
    expect(await bench.issuer.isActive(String(body.lease_id))).toBe(false);
  });

  it('by its id needs the identity and the key; an operator needs neither', async () => {
    const first = String((await withProof(await good())).body.lease_id);
    const authorization = `Bearer ${await bench.token()}`;
    expect((await bench.post('/revoke', { token: first }, { authorization })).status).toBe(400);
    expect(
      (await bench.post('/revoke', { token: first }, { authorization, dpop: await proofFor('/revoke') })).status,
    ).toBe(200);
    const second = String((await withProof(await good())).body.lease_id);
    const operator = `Bearer ${await bench.signIn('dora')}`;
    expect((await bench.post('/revoke', { token: second }, { authorization: operator })).status).toBe(200);
  });

  it('is polled for by the holder of that key only (the class of CVE-2026-39388)', async () => {
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
    const asked = await withProof(await good());
    expect(asked.body.error).toBe('authorization_pending');
    const poll = async (headers: Readonly<Record<string, string>>) => {
      bench.clock.advance(30_000);
      const { audience: _audience, authorization_details: _details, ...same } = await form();
      const parameters = { ...same, grant_type: CIBA, auth_req_id: String(asked.body.auth_req_id) };
      return bench.post('/token', parameters, headers);
    };
    expect((await poll({})).body.error).toBe('invalid_grant');
    bench.clock.advance(30_000);
    expect(
      (await poll({ dpop: await other.proof(TOKEN_URL, new Date(bench.clock.now().getTime() + 30_000)) })).body.error,
    ).toBe('invalid_grant');
    const fresh = new Date(bench.clock.now().getTime() + 30_000);
    expect((await poll({ dpop: await key.proof(TOKEN_URL, fresh) })).body.error).toBe('authorization_pending');
    bench.policy.decision = async () => allow();
  });
});

describe('a subject token that is itself bound to a key', () => {
  const bound = () => bench.token({ cnf: { jkt: key.jkt } });

  it('is exchanged by its holder only', async () => {
    expect((await bench.exchange({ subject_token: await bound() })).body.error).toBe('invalid_request');
    const byOther = await withProof(await proofFor('/token', other), { subject_token: await bound() });
    expect(byOther.body.error).toBe('invalid_request');
    expect((await withProof(await good(), { subject_token: await bound() })).status).toBe(200);
  });

  it.each([{ kid: 'x' }, { jkt: 'a', 'x5t#S256': 'b' }, { jkt: 1 }, 'x'])(
    'in a way that nobody knows (%j) is refused',
    async (cnf) => {
      const answer = await withProof(await good(), { subject_token: await bench.token({ cnf }) });
      expect(answer.body.error).toBe('invalid_request');
    },
  );

  it('P3: is refused as a bearer token, and without the hash of itself in the proof', async () => {
    const token = await bound();
    const introspect = async (scheme: string, claims?: Readonly<Record<string, unknown>>, by = key) =>
      bench.post(
        '/introspect',
        { token: 'nothing' },
        {
          authorization: `${scheme} ${token}`,
          ...(claims === undefined ? {} : { dpop: await proofFor('/introspect', by, claims) }),
        },
      );
    const ath = tokenHash(token);
    expect((await introspect('Bearer')).status).toBe(401);
    expect((await introspect('Bearer', { ath })).status).toBe(401);
    expect((await introspect('DPoP')).status).toBe(401);
    expect((await introspect('DPoP', { ath }, other)).status).toBe(401);
    expect((await introspect('DPoP', {})).body.error).toBe('invalid_dpop_proof');
    expect((await introspect('DPoP', { ath: tokenHash('other') })).body.error).toBe('invalid_dpop_proof');
    expect((await introspect('DPoP', { ath })).body).toEqual({ active: false });
  });

  it('and one that is not cannot use the scheme', async () => {
    const token = await bench.token();
    const dpop = await proofFor('/introspect', key, { ath: tokenHash(token) });
    const answer = await bench.post('/introspect', { token: 'x' }, { authorization: `DPoP ${token}`, dpop });
    expect(answer.status).toBe(401);
  });
});

describe('J3: a rule with replay: key_bound', () => {
  let ci: HttpBench;

  beforeAll(async () => {
    ci = await openHttpBench({
      settings: MANY_LEASES,
      trust: { replay: 'key_bound' },
      idp: bench.idp,
      clock: bench.clock,
    });
  });

  afterAll(async () => {
    await ci.close();
  });

  const show = async (token: string, by?: DpopKey) =>
    (
      await ci.post(
        '/token',
        await form({ subject_token: token }),
        by === undefined ? {} : { dpop: await proofFor('/token', by) },
      )
    ).status;

  it('takes a token again from the key that showed it first, and from nobody else', async () => {
    const token = await bench.token();
    expect(await show(token, key)).toBe(200);
    expect(await show(token, key)).toBe(200);
    expect(await show(token, other)).toBe(400);
    expect(await show(token)).toBe(400);
    expect(await show(token, key)).toBe(200);
  });

  it('takes a token without a key once', async () => {
    const token = await bench.token();
    expect(await show(token)).toBe(200);
    expect(await show(token)).toBe(400);
    expect(await show(token, key)).toBe(400);
  });
});
