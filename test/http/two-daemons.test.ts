import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/cli/daemon/start-daemon.ts';
import { addOperator } from '../../src/cli/init/add-operator.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { runCli } from '../support/run-cli.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

const ISSUER = 'https://lapse.example';
const KEY = Buffer.alloc(32, 7).toString('base64');
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

interface Machine {
  readonly folder: string;
  readonly daemon: Daemon;
  /** The operator's session, made at one of the daemons. */
  session: string;
}

let postgres: TestPostgres;
let ci: TokenIssuer;
let store: IssuerStore;
let a: Machine;
let b: Machine;
let env: Readonly<Record<string, string>>;
let jti = 0;

beforeAll(async () => {
  [postgres, ci] = await Promise.all([startPostgres(), startTokenIssuer()]);
  env = { ISSUER_DB: postgres.url, ISSUER_KEY: KEY };
  // Both from nothing, at the same time: one of them migrates, and one brings the keys.
  [a, b] = await Promise.all([startMachine('a'), startMachine('b')]);
  store = await openIssuerStore(new SecretValue(postgres.url));
  const password = await addOperator(store, 'alice', store.now());
  const signedIn = await api(a, 'POST', '/api/session', { name: 'alice', password: password.reveal() });
  a.session = b.session = String(signedIn.body.token);
}, 120_000);

afterAll(async () => {
  await store?.close();
  for (const machine of [a, b]) {
    await machine?.daemon.close();
    rmSync(machine?.folder ?? '', { recursive: true, force: true });
  }
  await Promise.all([postgres?.stop(), ci?.close()]);
});

async function startMachine(name: string): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), `lapse-machine-${name}-`));
  const subjects = '[{subject: "job:*"}]';
  writeFileSync(
    join(folder, 'lapse.yaml'),
    `version: 1
issuer:
  url: ${ISSUER}
  listen: 127.0.0.1:0
  database: {env: ISSUER_DB}
  encryption_key: {env: ISSUER_KEY}
  quotas: {active_leases_per_subject: 10}
  trust: [{id: ci, issuer: "${ci.url}", subject: "job:*", jwks_uri: "${ci.url}/jwks", algs: [ES256], replay: single_use}]
  targets:
    - {id: api, type: jwt, audience: "https://api.example", actions: [read, write], resource_servers: [ci]}
  access:
    groups: {team: [alice]}
    rules:
      - {id: read, effect: allow, subjects: ${subjects}, targets: [api], actions: [read]}
      - {id: write, effect: escalate, subjects: ${subjects}, targets: [api], actions: [write], approvals: [{from: team, count: 1}]}
`,
  );
  return {
    folder,
    daemon: await startDaemon({ config: await loadConfig({ cwd: folder }), cli: cliOf(folder), logLevel: 'silent' }),
    session: '',
  };
}

function cliOf(cwd: string) {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return {
    stdin: Readable.from([]),
    stdout: nowhere,
    stderr: nowhere,
    env,
    cwd,
    color: false,
    now: () => new Date(),
  };
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

const post = (at: Machine, path: string, form: Readonly<Record<string, string>>): Promise<Answer> =>
  call(`${at.daemon.address}${path}`, { method: 'POST', body: new URLSearchParams(form) });

const api = (at: Machine, method: string, path: string, body?: object): Promise<Answer> =>
  call(`${at.daemon.address}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(at.session ? { authorization: `Bearer ${at.session}` } : {}) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function subjectToken(subject = 'job:build'): Promise<string> {
  const now = Math.floor(store.now().getTime() / 1000);
  jti += 1;
  return await ci.sign({ iss: ci.url, sub: subject, aud: ISSUER, iat: now, exp: now + 600, jti: `jti-${jti}` });
}

async function exchange(at: Machine, action: string, token?: string): Promise<Answer> {
  return await post(at, '/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: 'https://api.example',
    subject_token: token ?? (await subjectToken()),
    subject_token_type: JWT,
    authorization_details: JSON.stringify([{ type: 'api_token', actions: [action], duration: 60 }]),
  });
}

/** As the resource server that a token is for. */
const introspect = async (at: Machine, token: unknown): Promise<unknown> => {
  const authorization = `Bearer ${await subjectToken('job:server')}`;
  const body = new URLSearchParams({ token: String(token) });
  return (await call(`${at.daemon.address}/introspect`, { method: 'POST', headers: { authorization }, body })).body
    .active;
};

it('any daemon answers any request: asked at A, approved at B, claimed at A, introspected at both, revoked at B', async () => {
  const asked = await exchange(a, 'write');
  expect(asked.body).toMatchObject({ error: 'authorization_pending' });
  const id = String(asked.body.auth_req_id);
  expect((await api(b, 'POST', `/api/requests/${id}/approve`, {})).body).toMatchObject({ state: 'approved' });
  const claimed = await post(a, '/token', {
    grant_type: 'urn:openid:params:grant-type:ciba',
    auth_req_id: id,
    subject_token: await subjectToken(),
    subject_token_type: JWT,
  });
  expect(claimed.body).toMatchObject({ access_token: expect.any(String) });
  const { access_token: token, lease_id: lease } = claimed.body;
  expect([await introspect(a, token), await introspect(b, token)]).toEqual([true, true]);
  expect((await api(b, 'POST', `/api/leases/${lease}/revoke`, {})).status).toBeLessThan(300);
  expect([await introspect(a, token), await introspect(b, token)]).toEqual([false, false]);
  const events = await store.read(({ audit }) => audit.ofLease(String(lease)));
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['lease.intent', 'lease.creating', 'lease.active', 'lease.revoking']),
  );
  expect(new Set(events.map(({ chain }) => chain)).size).toBe(2);
});

it('takes a token once, at whichever daemon', async () => {
  const token = await subjectToken();
  const answers = await Promise.all([a, b, a, b].map((at) => exchange(at, 'read', token)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

it('keeps a quota of requests that come to both at the same time', async () => {
  const held = await store.read(({ leases }) => leases.list({ states: ['ACTIVE'] }));
  const answers = await Promise.all(Array.from({ length: 24 }, (_, at) => exchange(at % 2 === 0 ? a : b, 'read')));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10 - held.length);
  expect(new Set(answers.filter(({ status }) => status !== 200).map(({ status }) => status))).toEqual(new Set([429]));
}, 60_000);

it('signs with the same keys everywhere, and a rotation reaches both', async () => {
  const kids = async (at: Machine) =>
    ((await call(`${at.daemon.address}/jwks`, {})).body.keys as { kid: string }[]).map(({ kid }) => kid).sort();
  const before = await kids(a);
  expect(await kids(b)).toEqual(before);
  const { code, stderr } = await runCli(['keys', 'rotate'], { cwd: a.folder, env });
  expect([code, stderr]).toEqual([0, expect.stringContaining('rotated')]);
  await expect.poll(() => kids(a), { timeout: 20_000, interval: 200 }).not.toEqual(before);
  await expect.poll(() => kids(b), { timeout: 20_000, interval: 200 }).toEqual(await kids(a));
  expect(await kids(b)).toEqual(expect.arrayContaining(before));
}, 60_000);

it('has one store key on all machines, and refuses one with another', async () => {
  const file = (machine: Machine) => readFileSync(join(machine.folder, '.lapse', 'store.key')).toString('hex');
  expect(file(a)).toBe(file(b));
  await expect(
    startDaemon({
      config: await loadConfig({ cwd: a.folder }),
      cli: { ...cliOf(a.folder), env: { ...env, LAPSE_STORE_KEY: 'ab'.repeat(32) } },
    }),
  ).rejects.toMatchObject({ code: 'ERR_STORE_KEY' });
});

it('refuses an encryption key that is not the one', async () => {
  await expect(
    startDaemon({
      config: await loadConfig({ cwd: a.folder }),
      cli: { ...cliOf(a.folder), env: { ...env, ISSUER_KEY: Buffer.alloc(32, 8).toString('hex') } },
    }),
  ).rejects.toMatchObject({ code: 'ERR_STORE_KEY' });
});

it('keeps no key in the database that can be read there', async () => {
  const sealed = await store.read(async (tables) => [
    await tables.sealed.find('signing keys'),
    await tables.sealed.find('store key'),
  ]);
  for (const one of sealed) expect(one?.body).toMatch(/^lapse-sealed-1\.[0-9a-f]{16}\./);
});

it('verifies the audit chains of both', async () => {
  const { code, stdout } = await runCli(['audit', 'verify', '--format', 'json'], { cwd: a.folder, env });
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, problems: [] });
  expect(code).toBe(0);
});
