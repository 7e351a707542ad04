import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLocalJWKSet,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTHeaderParameters,
  jwtVerify,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientRule } from '../../src/http/client-auth/client-rule.ts';
import { API_DETAIL, CIBA, EXCHANGE, type HttpBench, ISSUER_URL, JWT, openHttpBench } from '../support/http-bench.ts';
import { allow, escalate, MANY_LEASES } from '../support/issuer-bench.ts';

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const SIGNED = 'application/token-introspection+jwt';
const folder = mkdtempSync(join(tmpdir(), 'lapse-clients-'));

async function client(id: string, introspectionAlg: ClientRule['introspectionAlg'] = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const file = join(folder, `${id}.json`);
  const jwk = await exportJWK(publicKey);
  writeFileSync(file, JSON.stringify({ keys: [{ ...jwk, kid: id }] }));
  const method = { kind: 'private_key_jwt', jwks: { file }, algs: ['ES256'] } as const;
  return { rule: { id, method, owners: ['olga'], principal: `principal:${id}`, introspectionAlg }, privateKey, jwk };
}

let bench: HttpBench;
let billing: Awaited<ReturnType<typeof client>>;
let orders: Awaited<ReturnType<typeof client>>;

beforeAll(async () => {
  billing = await client('billing');
  orders = await client('orders', 'RS256');
  bench = await openHttpBench({
    settings: MANY_LEASES,
    http: {
      clients: [billing.rule, orders.rule],
      targets: [
        {
          id: 'api',
          detailType: 'api_token',
          names: [],
          audience: 'https://api.example',
          offers: [],
          maxSeconds: 3600,
          resourceServers: ['orders'],
        },
      ],
    },
  });
});

afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const seconds = () => Math.floor(bench.clock.now().getTime() / 1000);

function assertion(
  claims: Readonly<Record<string, unknown>> = {},
  header: Partial<JWTHeaderParameters> = {},
  by = billing,
): Promise<string> {
  const { id } = by.rule;
  const content = {
    iss: id,
    sub: id,
    aud: ISSUER_URL,
    exp: seconds() + 60,
    iat: seconds(),
    jti: randomUUID(),
    ...claims,
  };
  return new SignJWT(content).setProtectedHeader({ alg: 'ES256', kid: id, ...header }).sign(by.privateKey);
}

const proof = async (by = billing) => ({
  client_assertion_type: ASSERTION,
  client_assertion: await assertion({}, {}, by),
});
const DETAILS = { audience: 'api', authorization_details: JSON.stringify(API_DETAIL) };
const ask = (client_assertion: string, change: Readonly<Record<string, string | undefined>> = {}) =>
  bench.post('/token', {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION,
    client_assertion,
    ...DETAILS,
    ...change,
  });

describe('private_key_jwt (RFC 7523)', () => {
  it('a client asks for itself', async () => {
    const { status, body } = await ask(await assertion(), { client_id: 'billing' });
    expect(status).toBe(200);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ sub: 'billing', client_id: 'billing' });
    const request = (await bench.issuer.requests()).find(({ requester }) => requester.subject === 'billing');
    expect(request?.requester).toMatchObject({
      kind: 'workload',
      issuer: 'lapse:client',
      owners: ['olga'],
      principal: 'principal:billing',
    });
  });

  it('a client exchanges the token of a subject, and is named beside it', async () => {
    const subject = { grant_type: EXCHANGE, subject_token: await bench.token(), subject_token_type: JWT };
    const { body } = await bench.post('/token', { ...subject, ...DETAILS, ...(await proof()) });
    const claims = decodeJwt(String(body.access_token));
    expect(claims.client_id).toBe('billing');
    expect(claims.sub).not.toBe('billing');
  });

  /** K1: what is no proof of a client. */
  const BAD: Readonly<Record<string, () => Promise<string>>> = {
    'another audience': () => assertion({ aud: 'https://sibling.example' }),
    'the endpoint as audience': () => assertion({ aud: `${ISSUER_URL}/token` }),
    'a second audience': () => assertion({ aud: [ISSUER_URL, 'https://sibling.example'] }),
    'no audience': () => assertion({ aud: undefined }),
    'no exp': () => assertion({ exp: undefined }),
    'exp 61 s ago': () => assertion({ exp: seconds() - 61 }),
    'exp in an hour': () => assertion({ exp: seconds() + 3600 }),
    'nbf to come': () => assertion({ nbf: seconds() + 61 }),
    'iat to come': () => assertion({ iat: seconds() + 61 }),
    'no jti': () => assertion({ jti: undefined }),
    'an empty jti': () => assertion({ jti: '' }),
    'another iss': () => assertion({ iss: 'orders' }),
    'no iss': () => assertion({ iss: undefined }),
    'another sub': () => assertion({ sub: 'orders' }),
    'an unknown client': () => assertion({ iss: 'nobody', sub: 'nobody' }),
    'the key of another client': () => assertion({ iss: 'billing', sub: 'billing' }, { kid: 'billing' }, orders),
    'a key of another client by its id': () => assertion({ iss: 'billing', sub: 'billing' }, { kid: 'orders' }, orders),
    'an algorithm that is not its own': async () => {
      const { privateKey } = await generateKeyPair('RS256');
      return assertion({}, { alg: 'RS256' }, { ...billing, privateKey });
    },
    'another type': () => assertion({}, { typ: 'at+jwt' }),
    'its own key in the header': async () => {
      const { privateKey, publicKey } = await generateKeyPair('ES256');
      const jwk = (await exportJWK(publicKey)) as JWTHeaderParameters['jwk'] & object;
      return assertion({}, { jwk }, { ...billing, privateKey });
    },
    'endless length': async () => `${await assertion()}${'A'.repeat(9000)}`,
    'no JWT': async () => 'hello',
  };

  it.each(Object.entries(BAD))('K1: %s is invalid_client', async (_what, make) => {
    const answer = await ask(await make());
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 401, error: 'invalid_client' });
    expect(answer.body.error_description).toBe('the client was not authenticated');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
  });

  it('K1: an assertion is good once, also at two daemons and when it is shown many times at once', async () => {
    const one = await assertion();
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask(one)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const second = await openHttpBench({
      folder: bench.folder,
      idp: bench.idp,
      clock: bench.clock,
      http: { clients: [billing.rule] },
    });
    const replayed = await second.post('/token', {
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION,
      client_assertion: one,
      ...DETAILS,
    });
    await second.close();
    expect(replayed.body.error).toBe('invalid_client');
  });

  it.each([-59, 0, 59])('exp %d s from now is taken', async (offset) => {
    expect((await ask(await assertion({ exp: seconds() + offset }))).status).toBe(200);
  });

  it('of a rotated key is taken once its document has it', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = [
      { ...orders.jwk, kid: 'orders' },
      { ...(await exportJWK(publicKey)), kid: 'orders-2' },
    ];
    expect((await ask(await assertion({}, {}, orders))).status).toBe(200);
    writeFileSync(join(folder, 'orders.json'), JSON.stringify({ keys }));
    const fresh = async () => (await ask(await assertion({}, { kid: 'orders-2' }, { ...orders, privateKey }))).status;
    await expect.poll(fresh).toBe(200);
  });
});

describe('client authentication', () => {
  it.each<[string, () => Promise<Readonly<Record<string, string | undefined>>>, number, string]>([
    ['an assertion without its type', async () => ({ client_assertion_type: undefined }), 400, 'invalid_request'],
    ['a type without assertion', async () => ({ client_assertion: undefined }), 400, 'invalid_request'],
    ['an unknown type', async () => ({ client_assertion_type: 'urn:x:saml2-bearer' }), 401, 'invalid_client'],
    ['another client_id', async () => ({ client_id: 'orders' }), 401, 'invalid_client'],
    ['a secret', async () => ({ client_secret: 'x' }), 401, 'invalid_client'],
    [
      'a client_id alone',
      async () => ({ client_id: 'billing', client_assertion: undefined, client_assertion_type: undefined }),
      401,
      'invalid_client',
    ],
    ['nothing', async () => ({ client_assertion: undefined, client_assertion_type: undefined }), 401, 'invalid_client'],
  ])('with %s', async (_what, make, status, error) => {
    const answer = await ask(await assertion(), await make());
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status, error });
  });

  it.each(['Basic YmlsbGluZzp4', 'Bearer x', 'Negotiate x'])(
    'T5: with the header %s is 401 with WWW-Authenticate',
    async (authorization) => {
      const answer = await bench.post('/token', { grant_type: EXCHANGE, ...DETAILS }, { authorization });
      expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 401, error: 'invalid_client' });
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    },
  );

  it('a configured client_id on somebody’s exchange needs the proof of that client; an unknown one is no try', async () => {
    expect((await bench.exchange({ client_id: 'billing' })).body.error).toBe('invalid_client');
    expect((await bench.exchange({ client_id: 'ci-job' })).status).toBe(200);
  });

  it('by two ways at once is refused', async () => {
    const authorization = `Bearer ${await bench.token()}`;
    const answer = await bench.post('/introspect', { token: 'x', ...(await proof()) }, { authorization });
    expect(answer.body.error).toBe('invalid_request');
  });
});

describe('a request of a client that waits for a human', () => {
  it('is polled for by that client, with a new assertion each time', async () => {
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
    const asked = await ask(await assertion());
    expect(asked.body.error).toBe('authorization_pending');
    const poll = async (by: Awaited<ReturnType<typeof proof>> | object) => {
      bench.clock.advance(30_000);
      return bench.post('/token', { grant_type: CIBA, auth_req_id: String(asked.body.auth_req_id), ...by });
    };
    expect((await poll({})).body.error).toBe('invalid_request');
    expect((await poll(await proof(orders))).body.error).toBe('invalid_grant');
    await bench.operator('amy', ['approvers']);
    await bench.issuer.approve(String(asked.body.auth_req_id), 'amy', {}, { sourceIp: '::1', correlationId: 'x' });
    bench.policy.decision = async () => escalate([{ from: 'approvers', count: 1 }]);
    expect((await poll(await proof())).status).toBe(200);
    bench.policy.decision = async () => allow();
  });
});

describe('a rule whose tokens certain clients alone may present', () => {
  it('takes them from those, authenticated', async () => {
    const strict = await openHttpBench({
      trust: { clients: ['billing'] },
      clock: bench.clock,
      http: { clients: [billing.rule, orders.rule] },
    });
    const send = async (by: object) =>
      strict.post('/token', {
        grant_type: EXCHANGE,
        subject_token: await strict.token(),
        subject_token_type: JWT,
        ...DETAILS,
        ...by,
      });
    expect((await send({})).body.error).toBe('invalid_request');
    expect((await send(await proof(orders))).body.error).toBe('invalid_request');
    expect((await send(await proof())).status).toBe(200);
    await strict.close();
  });
});

describe('introspection and revocation by clients', () => {
  it('a resource server hears of its target, and only of what lives; the holder ends it', async () => {
    const { body } = await ask(await assertion());
    const token = String(body.access_token);
    const introspect = async (by: Parameters<typeof proof>[0]) =>
      (await bench.post('/introspect', { token, ...(await proof(by)) })).body;
    expect(await introspect(orders)).toMatchObject({ active: true, sub: 'billing', client_id: 'billing' });
    expect(await introspect(billing)).toMatchObject({ active: true });
    expect((await bench.post('/revoke', { token, ...(await proof(orders)) })).body.error).toBe('invalid_grant');
    expect((await bench.post('/revoke', { token, ...(await proof()) })).status).toBe(200);
    expect(await introspect(orders)).toEqual({ active: false });
  });

  it('I1: an assertion that is not good is not the same as none', async () => {
    const bad = { client_assertion_type: ASSERTION, client_assertion: 'a.b.c' };
    expect((await bench.post('/introspect', { token: 'x', ...bad })).status).toBe(401);
    expect((await bench.post('/revoke', { token: 'x', ...bad })).status).toBe(401);
  });

  it.each<['billing' | 'orders', 'ES256' | 'RS256']>([
    ['billing', 'ES256'],
    ['orders', 'RS256'],
  ])('I3: %s gets a signed answer for itself, with %s', async (id, alg) => {
    const { body } = await ask(await assertion());
    const by = id === 'billing' ? billing : orders;
    const answer = await fetch(`${bench.url}/introspect`, {
      method: 'POST',
      headers: { accept: `${SIGNED}, */*;q=0.1`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: String(body.access_token), ...(await proof(by)) }),
    });
    expect(answer.headers.get('content-type')).toBe(SIGNED);
    const { keys } = (await (await fetch(`${bench.url}/jwks`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(await answer.text(), createLocalJWKSet({ keys }), {
      issuer: ISSUER_URL,
      audience: id,
      typ: 'token-introspection+jwt',
      currentDate: bench.clock.now(),
    });
    expect(protectedHeader.alg).toBe(alg);
    expect(Object.keys(payload).sort()).toEqual(['aud', 'iat', 'iss', 'token_introspection']);
    expect(payload.token_introspection).toMatchObject({ active: true, sub: 'billing' });
  });

  it('I3: an answer about nothing is signed too, and says nothing more', async () => {
    const answer = await fetch(`${bench.url}/introspect`, {
      method: 'POST',
      headers: { accept: SIGNED, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: 'nothing', ...(await proof()) }),
    });
    expect(decodeJwt(await answer.text()).token_introspection).toEqual({ active: false });
  });
});

describe('metadata (S1)', () => {
  it('tells of the methods and grants that some client can use', async () => {
    const { body } = await bench.api('GET', '/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      introspection_signing_alg_values_supported: ['ES256', 'RS256'],
      grant_types_supported: expect.arrayContaining(['client_credentials']),
      dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']),
      tls_client_certificate_bound_access_tokens: false,
    });
    expect(body).not.toHaveProperty('mtls_endpoint_aliases');
  });

  it('tells of none where there is no client', async () => {
    const plain = await openHttpBench({ idp: bench.idp });
    const { body } = await plain.api('GET', '/.well-known/oauth-authorization-server');
    expect(body.token_endpoint_auth_methods_supported).toEqual(['none']);
    expect(body.grant_types_supported).not.toContain('client_credentials');
    expect(body).not.toHaveProperty('token_endpoint_auth_signing_alg_values_supported');
    await plain.close();
  });
});
