import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSpiffeId } from '../../src/http/spiffe/spiffe-id.ts';
import type { SpiffeRule } from '../../src/http/spiffe/spiffe-rule.ts';
import { API_DETAIL, EXCHANGE, ISSUER_URL, JWT } from '../support/http-bench.ts';
import { AUTHORITY, makeCertificate, type Pair } from '../support/pki.ts';
import { openTlsBench, type TlsBench } from '../support/tls-bench.ts';

const ID = 'spiffe://prod.acme.example/ns/payments/sa/api';
const folder = mkdtempSync(join(tmpdir(), 'lapse-spiffe-'));

/** A trust domain: its authority for certificates, its key for tokens, and the bundle that tells of both. */
async function trustDomain(name: string) {
  const root = makeCertificate({ subject: `/CN=${name}`, extensions: AUTHORITY, names: `URI:spiffe://${name}` });
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one' };
  const authority = { kty: 'EC', use: 'x509-svid', x5c: [root.der.toString('base64')] };
  const file = join(folder, `${name}.json`);
  const bundle = (keys: readonly object[]) =>
    writeFileSync(file, JSON.stringify({ keys, spiffe_sequence: 1, spiffe_refresh_hint: 60 }));
  bundle([
    authority,
    { ...jwk, use: 'jwt-svid' },
    { ...jwk, kid: 'odd', use: 'something-new' },
    { ...jwk, kid: 'sig', use: 'sig' },
  ]);
  return { root, jwk, authority, privateKey, file, bundle };
}

let bench: TlsBench;
let prod: Awaited<ReturnType<typeof trustDomain>>;
let other: Awaited<ReturnType<typeof trustDomain>>;

beforeAll(async () => {
  prod = await trustDomain('prod.acme.example');
  other = await trustDomain('dev.acme.example');
  const rule = (id: string, trust: string, file: string, path: string): SpiffeRule => ({
    id,
    trustDomain: trust,
    bundle: { file },
    path,
    audience: ISSUER_URL,
    owners: ['olga'],
    principal: 'principal:payments',
  });
  bench = await openTlsBench({
    certificates: { forwardedBy: new BlockList(), authorities: [] },
    spiffe: [
      rule('payments', 'prod.acme.example', prod.file, '/ns/payments/sa/*'),
      rule('dev', 'dev.acme.example', other.file, '/ns/dev/**'),
    ],
  });
});

afterAll(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const seconds = () => Math.floor(bench.clock.now().getTime() / 1000);

function svid(
  claims: Readonly<Record<string, unknown>> = {},
  header: Partial<JWTHeaderParameters> = {},
  by = prod,
): Promise<string> {
  const content = { sub: ID, aud: ISSUER_URL, exp: seconds() + 300, iat: seconds(), ...claims };
  return new SignJWT(content)
    .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'JWT', ...header })
    .sign(by.privateKey);
}

const DETAILS = { audience: 'api', authorization_details: JSON.stringify(API_DETAIL) };
const exchange = (token: string) =>
  bench.send('/token', { grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT, ...DETAILS });
const asClient = (assertion: string, change: Readonly<Record<string, string>> = {}) =>
  bench.send('/token', {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-spiffe',
    client_assertion: assertion,
    ...DETAILS,
    ...change,
  });
const byCertificate = (pair: Pair | undefined, id = ID) =>
  bench.send('/token', { grant_type: 'client_credentials', client_id: id, ...DETAILS }, pair);

const workload = (names = `URI:${ID}`, change: Parameters<typeof makeCertificate>[0] = {}) =>
  makeCertificate({ names, by: prod.root, ...change });

describe('a SPIFFE ID', () => {
  it.each([
    [ID, { trustDomain: 'prod.acme.example', path: '/ns/payments/sa/api' }],
    ['spiffe://a/b', { trustDomain: 'a', path: '/b' }],
    ['spiffe://a', undefined],
    ['spiffe://a/', undefined],
    ['spiffe://a/b/', undefined],
    ['spiffe://a//b', undefined],
    ['spiffe://a/./b', undefined],
    ['spiffe://a/../b', undefined],
    ['spiffe://A/b', undefined],
    ['SPIFFE://a/b', undefined],
    ['spiffe://a:1/b', undefined],
    ['spiffe://u@a/b', undefined],
    ['spiffe://a/b?c', undefined],
    ['spiffe://a/b#c', undefined],
    ['spiffe://a/b%2fc', undefined],
    ['spiffe://a/b*', undefined],
    [`spiffe://a/${'b'.repeat(2048)}`, undefined],
    ['https://a/b', undefined],
  ])('%s', (text, expected) => {
    expect(parseSpiffeId(text)).toEqual(expected);
  });
});

describe('a JWT-SVID', () => {
  it('is a subject token, and is not used up', async () => {
    const token = await svid();
    const { status, body } = await exchange(token);
    expect(status).toBe(200);
    expect(decodeJwt(String(body.access_token)).sub).toBe(ID);
    expect((await exchange(token)).status).toBe(200);
    const request = (await bench.issuer.requests()).find(({ requester }) => requester.subject === ID);
    expect(request?.requester).toMatchObject({
      issuer: 'spiffe://prod.acme.example',
      owners: ['olga'],
      principal: 'principal:payments',
    });
  });

  it('may name several audiences as a subject token, and ours alone as an assertion', async () => {
    const token = await svid({ aud: ['https://sibling.example', ISSUER_URL] });
    expect((await exchange(token)).status).toBe(200);
    expect((await asClient(token)).body.error).toBe('invalid_client');
    expect((await asClient(await svid({ aud: [ISSUER_URL] }))).status).toBe(200);
  });

  it('authenticates a client, with the client_id that it has or none', async () => {
    expect(decodeJwt(String((await asClient(await svid())).body.access_token)).sub).toBe(ID);
    expect((await asClient(await svid(), { client_id: ID })).status).toBe(200);
    expect((await asClient(await svid(), { client_id: `${ID}2` })).body.error).toBe('invalid_client');
  });

  const REFUSED: Readonly<Record<string, () => Promise<string>>> = {
    'another audience': () => svid({ aud: 'https://sibling.example' }),
    'no audience': () => svid({ aud: undefined }),
    'no expiry': () => svid({ exp: undefined }),
    'its time over': () => svid({ exp: seconds() - 61 }),
    'a time to come': () => svid({ nbf: seconds() + 61 }),
    'its issue to come': () => svid({ iat: seconds() + 61 }),
    'another path': () => svid({ sub: 'spiffe://prod.acme.example/ns/orders/sa/api' }),
    'a longer path': () => svid({ sub: `${ID}/more` }),
    'a path with dots': () => svid({ sub: 'spiffe://prod.acme.example/ns/payments/sa/..' }),
    'an unknown trust domain': () => svid({ sub: 'spiffe://evil.example/ns/payments/sa/api' }),
    'the key of another trust domain': () => svid({}, {}, other),
    'a trust domain that its key is not of': () => svid({ sub: 'spiffe://dev.acme.example/ns/dev/x' }),
    'an unknown key': () => svid({}, { kid: 'two' }),
    'a key that is not for it': () => svid({}, { kid: 'sig' }),
    'a key of an unknown use': () => svid({}, { kid: 'odd' }),
    'another type': () => svid({}, { typ: 'at+jwt' }),
    'a signature that was cut': async () => (await svid()).slice(0, -8),
  };

  it.each(Object.entries(REFUSED))('with %s is refused both ways', async (_what, make) => {
    const token = await make();
    expect((await exchange(token)).body.error).toBe('invalid_request');
    expect((await asClient(token)).body.error).toBe('invalid_client');
  });

  it('is not taken where an assertion of another kind is announced', async () => {
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    expect((await asClient(await svid(), { client_assertion_type: type })).body.error).toBe('invalid_client');
  });

  it('of a rotated key is taken once the bundle has it, and of the former one no more', async () => {
    const before = await svid();
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const next = { ...(await exportJWK(publicKey)), kid: 'next', use: 'jwt-svid' };
    prod.bundle([prod.authority, next]);
    const token = await svid({}, { kid: 'next' }, { ...prod, privateKey });
    await expect.poll(async () => (await exchange(token)).status).toBe(200);
    expect((await exchange(before)).body.error).toBe('invalid_request');
    prod.bundle([prod.authority, next, { ...prod.jwk, use: 'jwt-svid' }]);
    await expect.poll(async () => (await exchange(before)).status).toBe(200);
  });
});

describe('an X.509-SVID', () => {
  it('authenticates a client that says its SPIFFE ID, and binds what it is given', async () => {
    const { status, body } = await byCertificate(workload());
    expect(status).toBe(200);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ sub: ID, cnf: { 'x5t#S256': expect.any(String) } });
  });

  it.each<[string, () => Pair | undefined, string?]>([
    ['no certificate', () => undefined],
    ['another ID than it says', () => workload(), `${ID}2`],
    ['two IDs', () => workload(`URI:${ID},URI:spiffe://prod.acme.example/ns/payments/sa/b`)],
    ['an ID and another URI', () => workload(`URI:${ID},URI:https://x.example`)],
    [
      'an ID in a name of another kind',
      () => workload('DNS:prod.acme.example', { subject: `/CN=${ID.replaceAll('/', '\\/')}` }),
    ],
    [
      'a path that no rule names',
      () => workload('URI:spiffe://prod.acme.example/ns/orders/sa/api'),
      'spiffe://prod.acme.example/ns/orders/sa/api',
    ],
    ['an authority of another trust domain', () => workload(`URI:${ID}`, { by: other.root })],
    [
      'an ID of another trust domain',
      () => workload('URI:spiffe://dev.acme.example/ns/dev/x'),
      'spiffe://dev.acme.example/ns/dev/x',
    ],
    ['no authority', () => makeCertificate({ names: `URI:${ID}` })],
    ['the rights of an authority', () => workload(`URI:${ID}`, { extensions: AUTHORITY })],
    [
      'a key that signs certificates',
      () =>
        workload(`URI:${ID}`, {
          extensions: ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,keyCertSign'],
        }),
    ],
    ['a key that signs nothing', () => workload(`URI:${ID}`, { extensions: ['keyUsage=critical,keyAgreement'] })],
    ['no key usage', () => workload(`URI:${ID}`, { extensions: ['basicConstraints=critical,CA:FALSE'] })],
  ])('with %s is refused', async (_what, make, id) => {
    const answer = await byCertificate(make(), id);
    expect({ status: answer.status, error: answer.body.error }).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('of a workload with other names of hosts is taken', async () => {
    expect((await byCertificate(workload(`URI:${ID},DNS:api.payments.svc`))).status).toBe(200);
  });
});
