import { createHmac, generateKeyPairSync } from 'node:crypto';
import { exportSPKI, generateKeyPair, importJWK } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { goodClaims, type HttpBench, ISSUER_URL, openHttpBench, SUBJECT } from '../support/http-bench.ts';

let bench: HttpBench;

beforeAll(async () => {
  bench = await openHttpBench();
});

afterAll(async () => {
  await bench.close();
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = () => Math.floor(bench.clock.now().getTime() / 1000);
const claims = (changes: Readonly<Record<string, unknown>> = {}) =>
  goodClaims(bench.idp.url, bench.clock.now(), changes);

/** X3, A2: what must never pass for a token, by how it is made. */
const FORGED: Readonly<Record<string, () => Promise<string>>> = {
  'a signature of another key': async () => {
    const { privateKey } = await generateKeyPair('ES256');
    return bench.idp.sign(claims(), {}, privateKey);
  },
  'a payload that was changed after signing': async () => {
    const [header = '', , signature = ''] = (await bench.token()).split('.');
    return [header, encode(claims({ repository_owner: 'acme', actor: 'mallory' })), signature].join('.');
  },
  'alg none': async () => `${encode({ alg: 'none' })}.${encode(claims())}.`,
  'alg none with a signature': async () => `${encode({ alg: 'nOnE' })}.${encode(claims())}.AAAA`,
  'algorithm confusion: HS256 with the public key as secret': async () => {
    const { kid } = bench.idp.publicJwk;
    const key = await importJWK(bench.idp.publicJwk, 'ES256', { extractable: true });
    if (key instanceof Uint8Array) throw new Error('not a key pair');
    const signed = `${encode({ alg: 'HS256', kid })}.${encode(claims())}`;
    return `${signed}.${createHmac('sha256', await exportSPKI(key))
      .update(signed)
      .digest('base64url')}`;
  },
  'a foreign kid': () => bench.idp.sign(claims(), { kid: 'somebody-else' }),
  'a key of its own in the header': async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    const key = await importJWK({ ...privateKey.export({ format: 'jwk' }), alg: 'ES256' }, 'ES256');
    if (key instanceof Uint8Array) throw new Error('not a key pair');
    return bench.idp.sign(claims(), { jwk: { ...jwk, kty: 'EC' }, kid: 'mine' }, key);
  },
  'the place of other keys in the header': async () => {
    const { privateKey } = await generateKeyPair('ES256');
    return bench.idp.sign(claims(), { jku: `${bench.idp.url}/other-keys` }, privateKey);
  },
  'a critical header that nobody knows': async () =>
    bench.idp.sign(claims(), { crit: ['exp'], exp: 1 }).catch(() => 'a.b.c'),
  'a proof instead of an identity': () => bench.idp.sign(claims(), { typ: 'dpop+jwt' }),
  'a security event': () => bench.idp.sign(claims(), { typ: 'secevent+jwt' }),
  'an unknown issuer': () => bench.idp.sign(claims({ iss: 'https://elsewhere.example' })),
  'an issuer with a slash more': () => bench.idp.sign(claims({ iss: `${bench.idp.url}/` })),
  'no issuer': () => bench.idp.sign(claims({ iss: undefined })),
  'another audience': () => bench.idp.sign(claims({ aud: 'https://sibling.example' })),
  'an audience that only begins with ours': () => bench.idp.sign(claims({ aud: `${ISSUER_URL}/x` })),
  'a list of other audiences': () => bench.idp.sign(claims({ aud: ['https://sibling.example', 'x'] })),
  'no audience': () => bench.idp.sign(claims({ aud: undefined })),
  'no subject': () => bench.idp.sign(claims({ sub: undefined })),
  'an empty subject': () => bench.idp.sign(claims({ sub: '' })),
  'no expiry': () => bench.idp.sign(claims({ exp: undefined })),
  'no time of issue': () => bench.idp.sign(claims({ iat: undefined })),
  'older than the rule allows': () => bench.idp.sign(claims({ iat: seconds() - 661, exp: seconds() + 300 })),
  'a subject of another organisation': () => bench.idp.sign(claims({ sub: 'repo:evil/orders:ref:refs/heads/main' })),
  'a subject of another branch': () => bench.idp.sign(claims({ sub: 'repo:acme/orders:ref:refs/heads/dev' })),
  'a subject with more behind': () => bench.idp.sign(claims({ sub: `${SUBJECT}:x` })),
  'a subject whose star would have to span segments': () =>
    bench.idp.sign(claims({ sub: 'repo:acme/a/b:ref:refs/heads/main' })),
  'a subject in other case': () => bench.idp.sign(claims({ sub: SUBJECT.toUpperCase() })),
  'a subject with a line end': () => bench.idp.sign(claims({ sub: `${SUBJECT}\n` })),
  'a claim that is missing': () => bench.idp.sign(claims({ repository_owner: undefined })),
  'a claim with another value': () => bench.idp.sign(claims({ repository_owner: 'acme2' })),
  'a claim as a list': () => bench.idp.sign(claims({ repository_owner: ['acme'] })),
  'an endless token': async () => `${'a'.repeat(20_000)}.b.c`,
  'no token': async () => 'hello',
  'an encrypted token': async () => 'a.b.c.d.e',
};

describe.each(Object.entries(FORGED))('X3: %s', (_what, make) => {
  it('is invalid_request and nothing more', async () => {
    const token = await make();
    const answer = await bench.exchange({ subject_token: token });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_request',
      error_description: 'the subject token was refused',
      request_id: expect.any(String),
    });
    expect(bench.logLines.join('')).not.toContain(token);
  });
});

it('takes a list of audiences with ours among them', async () => {
  const answer = await bench.exchange({ subject_token: await bench.token({ aud: ['x', ISSUER_URL] }) });
  expect(answer.status).toBe(200);
});

it('asks nobody about a token of an unknown issuer', async () => {
  const before = bench.idp.fetches();
  await bench.exchange({ subject_token: await bench.idp.sign(claims({ iss: 'http://127.0.0.1:9' })) });
  expect(bench.idp.fetches()).toBe(before);
});

/** J1: `exp` in the past, `nbf` and `iat` in the future, by seconds. */
const SKEW: readonly (readonly [number, boolean])[] = [
  [-61, false],
  [-59, true],
  [0, true],
  [59, true],
];

describe('J1: clock skew', () => {
  it.each(SKEW)('expired: exp %d s from now: accepted %s', async (offset, accepted) => {
    const answer = await bench.exchange({ subject_token: await bench.token({ exp: seconds() + offset }) });
    expect(answer.status).toBe(accepted ? 200 : 400);
  });

  it.each([
    [-61, true],
    [0, true],
    [59, true],
    [61, false],
  ])('not yet valid: nbf %d s from now: accepted %s', async (offset, accepted) => {
    const answer = await bench.exchange({ subject_token: await bench.token({ nbf: seconds() + offset }) });
    expect(answer.status).toBe(accepted ? 200 : 400);
  });

  it.each([
    [-61, true],
    [0, true],
    [59, true],
    [61, false],
  ])('not yet valid: iat %d s from now: accepted %s', async (offset, accepted) => {
    const answer = await bench.exchange({ subject_token: await bench.token({ iat: seconds() + offset }) });
    expect(answer.status).toBe(accepted ? 200 : 400);
  });
});

describe('J3: replay: a token is good for one credential', () => {
  it('by its jti', async () => {
    const token = await bench.token();
    expect((await bench.exchange({ subject_token: token })).status).toBe(200);
    expect((await bench.exchange({ subject_token: token })).body.error).toBe('invalid_request');
    expect(await bench.events()).toContain('subject_token.replayed');
  });

  it('without a jti too, whatever form its signature has', async () => {
    const token = await bench.token({ jti: undefined });
    expect((await bench.exchange({ subject_token: token })).status).toBe(200);
    expect((await bench.exchange({ subject_token: otherSignature(token) })).body.error).toBe('invalid_request');
  });

  it('when it is shown many times at once', async () => {
    const token = await bench.token();
    const answers = await Promise.all(Array.from({ length: 8 }, () => bench.exchange({ subject_token: token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('at two daemons on one store', async () => {
    const second = await openHttpBench({ folder: bench.folder, idp: bench.idp, clock: bench.clock });
    const token = await bench.token();
    expect((await bench.exchange({ subject_token: token })).status).toBe(200);
    expect((await second.exchange({ subject_token: token })).body.error).toBe('invalid_request');
    await second.close();
  });

  it('but a request with a typing error does not cost it', async () => {
    const token = await bench.token();
    expect((await bench.exchange({ subject_token: token, audience: 'nowhere' })).status).toBe(400);
    expect((await bench.exchange({ subject_token: token, authorization_details: '[' })).status).toBe(400);
    expect((await bench.exchange({ subject_token: token })).status).toBe(200);
  });
});

/** The other valid ECDSA signature of the same content: (r, n − s). */
function otherSignature(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
  const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const other = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex');
  return (
    token.slice(0, token.lastIndexOf('.') + 1) + Buffer.concat([signature.subarray(0, 32), other]).toString('base64url')
  );
}

describe('J2: keys of an issuer that misbehaves', () => {
  let fresh: HttpBench | undefined;

  afterEach(async () => {
    await fresh?.close();
    fresh = undefined;
  });

  it.each<[string, NonNullable<HttpBench['idp']['answer']>]>([
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/jwks' }).end()],
    ['an error', (_request, response) => response.writeHead(500).end()],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['10,000 keys', (_request, response) => response.end(JSON.stringify({ keys: Array(10_000).fill({ kty: 'EC' }) }))],
    ['a huge answer (10 MB)', (_request, response) => response.end(`{"keys":[],"x":"${'x'.repeat(10_000_000)}"}`)],
    ['a slow answer that never comes', () => {}],
    ['a dropped connection', (request) => request.socket.destroy()],
  ])('%s: refused for now, without a word about it', async (_what, answer) => {
    fresh = await openHttpBench({ trust: {} });
    fresh.idp.answer = answer;
    const refused = await fresh.exchange();
    expect(refused.status).toBe(503);
    expect(refused.body.error).toBe('temporarily_unavailable');
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(JSON.stringify(refused.body)).not.toContain(fresh.idp.url);
  });

  it('a discovery document that places the keys on another host', async () => {
    fresh = await openHttpBench();
    const { idp } = fresh;
    idp.answer = (_request, response) =>
      response.end(JSON.stringify({ issuer: idp.url, jwks_uri: 'http://localhost:1/jwks' }));
    expect((await fresh.exchange()).status).toBe(503);
  });

  it('a discovery document of another issuer', async () => {
    fresh = await openHttpBench();
    const { idp } = fresh;
    idp.answer = (_request, response) =>
      response.end(JSON.stringify({ issuer: 'https://other.example', jwks_uri: `${idp.url}/jwks` }));
    expect((await fresh.exchange()).status).toBe(503);
  });

  it('a storm of unknown key ids fetches once', async () => {
    fresh = await openHttpBench();
    expect((await fresh.exchange()).status).toBe(200);
    const before = fresh.idp.fetches();
    for (let index = 0; index < 20; index += 1) {
      const { idp, clock } = fresh;
      const token = await idp.sign(goodClaims(idp.url, clock.now()), { kid: `unknown-${index}` });
      expect((await fresh.exchange({ subject_token: token })).status).toBe(400);
    }
    expect(fresh.idp.fetches()).toBe(before);
  });

  it('a hostile URL: a name in a private network', async () => {
    fresh = await openHttpBench({ trust: { jwksUri: 'https://10.1.2.3/jwks' } });
    expect((await fresh.exchange()).status).toBe(503);
  });
});
