import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DocumentPlace, freshDocument } from '../../src/http/documents.ts';
import { type HttpBench, openHttpBench, trustRule } from '../support/http-bench.ts';
import { makeCertificate } from '../support/pki.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(listener: RequestListener, pair?: { cert: string; key: string }): Promise<string> {
  const server = pair === undefined ? createServer(listener) : createTlsServer(pair, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return pair === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
}

async function bench(options: Parameters<typeof openHttpBench>[0]): Promise<HttpBench> {
  const opened = await openHttpBench(options);
  closing.push(() => opened.close());
  return opened;
}

describe('the API server of a Kubernetes cluster', () => {
  const pair = makeCertificate({ subject: '/CN=localhost', names: 'DNS:localhost' });

  /** Its keys are for those who bring a token, and its tokens name it by a URL that nobody outside can ask. */
  async function cluster(trust: Readonly<Record<string, unknown>>) {
    const idp = await startTokenIssuer();
    closing.push(() => idp.close());
    let shown: string | undefined;
    const url = await serve((request, response) => {
      shown = request.headers.authorization;
      const known = shown === `Bearer ${['pod', 'token'].join('-')}`;
      response.writeHead(known ? 200 : 401).end(known ? JSON.stringify({ keys: [idp.publicJwk] }) : '{}');
    }, pair);
    const opened = await bench({
      idp,
      http: {
        trust: [
          trustRule('https://kubernetes.default.svc.cluster.local', {
            jwksUri: `${url}/openid/v1/jwks`,
            subject: 'system:serviceaccount:payments:*',
            claims: { 'kubernetes.io/namespace': 'payments' },
            ...trust,
          }),
        ],
      },
    });
    const exchange = async (claims: Readonly<Record<string, unknown>> = {}) =>
      (
        await opened.exchange({
          subject_token: await opened.token({
            iss: 'https://kubernetes.default.svc.cluster.local',
            sub: 'system:serviceaccount:payments:api',
            jti: undefined,
            'kubernetes.io': {
              namespace: 'payments',
              pod: { name: 'api-0', uid: 'u' },
              serviceaccount: { name: 'api' },
            },
            ...claims,
          }),
        })
      ).status;
    return { exchange, shown: () => shown };
  }

  it('is asked with its own authority and the token of the pod', async () => {
    const { exchange, shown } = await cluster({ ca: pair.cert, bearer: () => ['pod', 'token'].join('-') });
    expect(await exchange()).toBe(200);
    expect(shown()).toBe('Bearer pod-token');
    expect(await exchange({ sub: 'system:serviceaccount:orders:api' })).toBe(400);
    expect(await exchange({ 'kubernetes.io': { namespace: 'orders' } })).toBe(400);
    expect(await exchange({ 'kubernetes.io': undefined, 'kubernetes.io/namespace': 'orders' })).toBe(400);
  });

  it('is not believed without its authority', async () => {
    expect(await (await cluster({ bearer: () => ['pod', 'token'].join('-') })).exchange()).toBe(503);
  });

  it('says nothing without the token', async () => {
    expect(await (await cluster({ ca: pair.cert })).exchange()).toBe(503);
  });
});

describe('issuer mix-up', () => {
  it('a token that one trusted issuer signed in the name of another is refused', async () => {
    const honest = await startTokenIssuer();
    closing.push(() => honest.close());
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'other' };
    const other = await serve((request, response) =>
      response.end(
        JSON.stringify(
          request.url === '/jwks'
            ? { keys: [jwk] }
            : { issuer: `http://${request.headers.host}`, jwks_uri: `http://${request.headers.host}/jwks` },
        ),
      ),
    );
    const opened = await bench({
      idp: honest,
      http: { trust: [trustRule(honest.url), trustRule(other, { id: 'other' })] },
    });
    const sign = async (iss: string, kid: string) =>
      honest.sign(
        { ...JSON.parse(Buffer.from((await opened.token({ iss })).split('.')[1] ?? '', 'base64url').toString()) },
        { kid },
        privateKey,
      );
    expect((await opened.exchange({ subject_token: await sign(other, 'other') })).status).toBe(200);
    expect((await opened.exchange({ subject_token: await sign(honest.url, 'other') })).body.error).toBe(
      'invalid_request',
    );
    const { kid = '' } = honest.publicJwk;
    expect((await opened.exchange({ subject_token: await sign(honest.url, kid) })).body.error).toBe('invalid_request');
    expect((await opened.exchange({ subject_token: await opened.token({ iss: other }) })).body.error).toBe(
      'invalid_request',
    );
  });
});

describe('key rotation', () => {
  it('a new key is found, not before the cool-down, and the former one counts until it is gone', async () => {
    const opened = await bench({});
    const { idp } = opened;
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const next = { ...jwk, alg: 'ES256', kid: await calculateJwkThumbprint(jwk) };
    const fresh = async () => {
      const [, payload = ''] = (await opened.token()).split('.');
      return idp.sign(JSON.parse(Buffer.from(payload, 'base64url').toString()), { kid: next.kid }, privateKey);
    };
    expect((await opened.exchange()).status).toBe(200);
    let keys: readonly object[] = [idp.publicJwk, next];
    idp.answer = (_request, response) => response.end(JSON.stringify({ keys }));
    expect((await opened.exchange({ subject_token: await fresh() })).status).toBe(400);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    expect((await opened.exchange({ subject_token: await fresh() })).status).toBe(200);
    expect((await opened.exchange()).status).toBe(200);
    keys = [next];
    vi.setSystemTime(Date.now() + 11 * 60_000);
    expect((await opened.exchange({ subject_token: await fresh() })).status).toBe(200);
    expect((await opened.exchange()).body.error).toBe('invalid_request');
  });
});

describe('a document of keys that is fetched', () => {
  const parse = (text: string) => ({ value: JSON.parse(text) as number });

  async function place(listener: RequestListener): Promise<DocumentPlace> {
    return { url: await serve(listener), privateNetwork: false };
  }

  it('is read once until it is old', async () => {
    let read = 0;
    const document = freshDocument(
      await place((_request, response) => {
        read += 1;
        response.end(String(read));
      }),
      parse,
    );
    expect(await Promise.all([document.get(), document.get(), document.get()])).toEqual([1, 1, 1]);
    expect(await document.getAgain()).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    expect(await document.get()).toBe(1);
    expect(await document.getAgain()).toBe(2);
    vi.setSystemTime(Date.now() + 5 * 60_000);
    expect(await document.get()).toBe(3);
  });

  it('counts for an hour when it can no longer be had, and then no more', async () => {
    let good = true;
    const document = freshDocument(
      await place((_request, response) => response.writeHead(good ? 200 : 500).end('1')),
      parse,
    );
    expect(await document.get()).toBe(1);
    good = false;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 64 * 60_000 });
    expect(await document.get()).toBe(1);
    vi.setSystemTime(Date.now() + 2 * 60_000);
    await expect(document.get()).rejects.toMatchObject({ code: 'ERR_KEYS_UNREACHABLE' });
  });

  it.each<[string, RequestListener]>([
    ['a redirect', (_request, response) => response.writeHead(302, { location: '/' }).end()],
    ['no JSON', (_request, response) => response.end('<html>')],
    ['10 MB', (_request, response) => response.end('1'.repeat(10_000_000))],
    ['a dropped connection', (request) => request.socket.destroy()],
  ])('%s is an error', async (_what, listener) => {
    const document = freshDocument(await place(listener), parse);
    await expect(document.get()).rejects.toMatchObject({ code: 'ERR_KEYS_UNREACHABLE' });
  });

  it.each(['http://10.1.2.3/keys', 'http://169.254.169.254/latest/meta-data', 'https://[fe80::1]/keys'])(
    'hostile URL: is not fetched from %s',
    async (url) => {
      const document = freshDocument({ url, privateNetwork: false }, parse);
      await expect(document.get()).rejects.toMatchObject({ details: { reason: 'address not allowed' } });
    },
  );
});
