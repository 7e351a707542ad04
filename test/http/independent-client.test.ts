import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { exportJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/cli/daemon/start-daemon.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { providerToken, startProvider } from '../support/processes.ts';

/** Somebody else's client library against the daemon, with the tokens of somebody else's provider. */
let folder: string;
let provider: Awaited<ReturnType<typeof startProvider>>;
let daemon: Daemon;
let server: oauth.AuthorizationServer;
let batchKey: oauth.CryptoKey;

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const insecure = { [oauth.allowInsecureRequests]: true };
const client: oauth.Client = { client_id: 'ci-job' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-client-'));
  provider = await startProvider();
  const { publicKey, privateKey } = await oauth.generateKeyPair('ES256');
  batchKey = privateKey;
  writeFileSync(join(folder, 'batch.json'), JSON.stringify({ keys: [await exportJWK(publicKey)] }));
  writeFileSync(
    join(folder, 'lapse.yaml'),
    `version: 1
issuer:
  listen: 127.0.0.1:0
  trust: [{id: ci, issuer: "${provider.url}", subject: "*-job", claims: {client_id: "*-job"}}]
  clients: [{id: batch, private_key_jwt: {jwks: {file: batch.json}}, introspection_signed_response_alg: ES256}]
  dpop: {nonce: required}
  targets: [{id: api, type: jwt, audience: "https://api.example", actions: [read, write], resource_servers: [ci, batch]}]
  access:
    rules:
      - {id: read, effect: allow, subjects: [{kind: workload, subject: ci-job}], targets: [api], actions: [read]}
      - {id: batch, effect: allow, subjects: [{issuer: "lapse:client", subject: batch}], targets: [api], actions: [read]}
`,
  );
  daemon = await startDaemon({
    config: await loadConfig({ cwd: folder }),
    cli: {
      stdin: Readable.from([]),
      stdout: new Writable({ write: (_chunk, _encoding, done) => done() }),
      stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
      env: {},
      cwd: folder,
      color: false,
      now: () => new Date(),
    },
  });
  const issuer = new URL(daemon.url);
  server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
  );
});

afterAll(async () => {
  await daemon?.close();
  await provider?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const exchange = async (change: Record<string, string> = {}, job = 'ci-job') =>
  oauth.genericTokenEndpointRequest(
    server,
    client,
    oauth.None(),
    EXCHANGE,
    {
      subject_token: await providerToken(provider.url, daemon.url, job),
      subject_token_type: JWT,
      audience: 'api',
      scope: 'read',
      ...change,
    },
    insecure,
  );

describe('metadata (S1)', () => {
  it('is found by both discovery mechanisms and says the same', async () => {
    const issuer = new URL(daemon.url);
    const oidc = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    expect(oidc).toEqual(server);
    expect(server.issuer).toBe(daemon.url);
  });

  it('advertises grants that are known, and none that is not', async () => {
    for (const grant of server.grant_types_supported ?? []) {
      const answer = await oauth.genericTokenEndpointRequest(server, client, oauth.None(), grant, {}, insecure);
      expect(await answer.json()).toMatchObject({
        error: grant === 'client_credentials' ? 'invalid_client' : 'invalid_request',
      });
    }
    for (const grant of ['authorization_code', 'implicit', 'password', 'refresh_token']) {
      const answer = await oauth.genericTokenEndpointRequest(server, client, oauth.None(), grant, {}, insecure);
      expect(await answer.json()).toMatchObject({ error: 'unsupported_grant_type' });
    }
  });

  it('advertises algorithms that its keys have, and places that answer', async () => {
    const { keys } = (await (await fetch(String(server.jwks_uri))).json()) as { keys: { alg: string }[] };
    expect([...new Set(keys.map(({ alg }) => alg))].sort()).toEqual(
      [...(server.id_token_signing_alg_values_supported ?? [])].sort(),
    );
    for (const place of [server.token_endpoint, server.introspection_endpoint, server.revocation_endpoint])
      expect((await fetch(String(place), { method: 'POST' })).status).toBe(415);
  });

  it('has no empty list (RFC 8414 section 3.2)', () => {
    for (const value of Object.values(server)) if (Array.isArray(value)) expect(value).not.toEqual([]);
  });
});

describe('a client that only knows the standards', () => {
  it('exchanges, checks, introspects and revokes', async () => {
    const result = await oauth.processGenericTokenEndpointResponse(server, client, await exchange());
    expect(result).toMatchObject({ token_type: 'bearer', expires_in: expect.any(Number) });

    const request = new Request('https://api.example/orders', {
      headers: { authorization: `Bearer ${result.access_token}` },
    });
    const claims = await oauth.validateJwtAccessToken(server, request, 'https://api.example', insecure);
    expect(claims).toMatchObject({ sub: 'ci-job', scope: 'read' });

    const asResourceServer = async (token: string) => {
      const proof = await providerToken(provider.url, daemon.url, 'other-job');
      const authenticate: oauth.ClientAuth = (_as, _client, _body, headers) => {
        headers.set('authorization', `Bearer ${proof}`);
      };
      return oauth.processIntrospectionResponse(
        server,
        client,
        await oauth.introspectionRequest(server, client, authenticate, token, insecure),
      );
    };
    expect(await asResourceServer(result.access_token)).toMatchObject({ active: true, sub: 'ci-job' });
    const revoked = await oauth.revocationRequest(server, client, oauth.None(), result.access_token, insecure);
    expect(await oauth.processRevocationResponse(revoked)).toBeUndefined();
    expect(await asResourceServer(result.access_token)).toEqual({ active: false });
  });

  it('understands refusals', async () => {
    const refusal = async (change: Record<string, string>, job?: string) => {
      try {
        await oauth.processGenericTokenEndpointResponse(server, client, await exchange(change, job));
      } catch (error) {
        if (error instanceof oauth.ResponseBodyError) return error.error;
        throw error;
      }
      return 'granted';
    };
    expect(await refusal({ scope: 'write' })).toBe('access_denied');
    expect(await refusal({}, 'other-job')).toBe('access_denied');
    expect(await refusal({ audience: 'nowhere' })).toBe('invalid_target');
    expect(await refusal({ subject_token: 'a.b.c' })).toBe('invalid_request');
  });

  it('is never shown a token for another audience', async () => {
    const answer = await exchange({ subject_token: await providerToken(provider.url, 'https://sibling.example') });
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('a client with a key of its own that only knows the standards', () => {
  const batch: oauth.Client = { client_id: 'batch', introspection_signed_response_alg: 'ES256' };
  const key = () => oauth.PrivateKeyJwt(batchKey);

  it('asks for itself, bound to a DPoP key with a nonce, and reads a signed introspection answer', async () => {
    expect(server.token_endpoint_auth_methods_supported).toContain('private_key_jwt');
    const DPoP = oauth.DPoP(batch, await oauth.generateKeyPair('ES256'));
    const parameters = { audience: 'api', scope: 'read' };
    const ask = async () =>
      oauth.processClientCredentialsResponse(
        server,
        batch,
        await oauth.clientCredentialsGrantRequest(server, batch, key(), parameters, { ...insecure, DPoP }),
      );
    // The first answer brings the nonce, which this client keeps.
    const refused = await ask().catch((error: unknown) => error);
    expect(oauth.isDPoPNonceError(refused)).toBe(true);
    const result = await ask();
    expect(result.token_type).toBe('dpop');

    const signed = { ...insecure, requestJwtResponse: true };
    const introspected = await oauth.introspectionRequest(server, batch, key(), result.access_token, signed);
    const told = await oauth.processIntrospectionResponse(server, batch, introspected);
    expect(told).toMatchObject({ active: true, sub: 'batch', cnf: { jkt: await DPoP.calculateThumbprint() } });

    const stolen = await oauth.revocationRequest(server, batch, key(), result.access_token, insecure);
    expect(await stolen.json()).toMatchObject({ error: 'invalid_dpop_proof' });
  });

  it('is refused with the key of somebody else', async () => {
    const { privateKey } = await oauth.generateKeyPair('ES256');
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      batch,
      oauth.PrivateKeyJwt(privateKey),
      { audience: 'api', scope: 'read' },
      insecure,
    );
    expect(answer.status).toBe(401);
  });

  it('holds a token that its resource server takes with its proof only', async () => {
    const pair = await oauth.generateKeyPair('ES256');
    const DPoP = oauth.DPoP(batch, pair);
    const get = async () =>
      oauth.clientCredentialsGrantRequest(
        server,
        batch,
        key(),
        { audience: 'api', scope: 'read' },
        { ...insecure, DPoP },
      );
    await oauth.processClientCredentialsResponse(server, batch, await get()).catch(() => undefined);
    const { access_token: token } = await oauth.processClientCredentialsResponse(server, batch, await get());
    const check = (headers: Record<string, string>) =>
      oauth.validateJwtAccessToken(
        server,
        new Request('https://api.example/orders', { headers }),
        'https://api.example',
        insecure,
      );
    await expect(check({ authorization: `Bearer ${token}` })).rejects.toThrow();
    await expect(check({ authorization: `DPoP ${token}` })).rejects.toThrow();
  });
});
