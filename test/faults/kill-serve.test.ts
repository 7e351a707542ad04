import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { storedAudit } from '../../src/issuer/audit/audit-source.ts';
import { verifyAudit } from '../../src/issuer/audit/verify-audit.ts';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { runSql, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { createBrokerRole, prepareDatabase } from '../support/postgres-target.ts';
import { spawnLapse, type TestProcess } from '../support/processes.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

/** The daemon as users run it, asked over HTTP; faults.test.ts has the many faults and the exact points. */
const ROUNDS = Number(process.env.LAPSE_FAULT_SERVE_ROUNDS ?? 4);

let folder: string;
let postgres: TestPostgres;
let ci: TokenIssuer;
let brokerUrl: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-kill-serve-'));
  [postgres, ci] = await Promise.all([startPostgres({ max_connections: '200' }), startTokenIssuer()]);
  await prepareDatabase(postgres);
  brokerUrl = await createBrokerRole(postgres);
  writeFileSync(
    join(folder, 'lapse.yaml'),
    `version: 1
issuer:
  url: https://lapse.example
  reconcile_interval: 1s
  quotas: {active_leases_per_subject: 100000, leases_per_minute_per_subject: 100000, requests_per_minute: 1000000}
  trust: [{id: ci, issuer: "${ci.url}", subject: job, jwks_uri: "${ci.url}/jwks", algs: [ES256], replay: 'off'}]
  targets:
    - id: orders-db
      type: postgres
      connection: {env: ORDERS_DB_ADMIN}
      grants: [{actions: [select], resources: ["orders.*"], roles: [orders_reader]}]
  access:
    rules: [{id: read, effect: allow, subjects: [{subject: job}], targets: [orders-db], actions: [select], resources: ["orders.*"]}]
`,
  );
});

afterAll(async () => {
  await Promise.all([postgres.stop(), ci.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function serve(): Promise<{ daemon: TestProcess; url: string }> {
  const daemon = spawnLapse(['serve', '--listen', '127.0.0.1:0', '--log-level', 'silent'], {
    cwd: folder,
    env: { ORDERS_DB_ADMIN: brokerUrl },
  });
  const [, url = ''] = await daemon.says(/ready at (\S+),/);
  return { daemon, url };
}

const answerSchema = z.object({ lease_id: z.string(), access_token: z.string() });
const busySchema = z.object({ error: z.enum(['server_error', 'temporarily_unavailable']) });

/** Asks for ever, and gives every other lease back; ends when the daemon does. */
async function load(url: string, handedOut: Set<string>): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const token = await ci.sign({
    iss: ci.url,
    sub: 'job',
    aud: 'https://lapse.example',
    iat: now,
    exp: now + 600,
    jti: '1',
  });
  const post = async (path: string, form: Readonly<Record<string, string>>): Promise<unknown> =>
    (
      await fetch(`${url}${path}`, {
        method: 'POST',
        body: new URLSearchParams({ ...form, subject_token: token, subject_token_type: JWT }),
      })
    ).json();
  for (let turn = 0; ; turn += 1) {
    const answer = await post('/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: 'orders-db',
      authorization_details: JSON.stringify([
        { type: 'db_credential', actions: ['select'], datatypes: ['orders.*'], duration: 1 + (turn % 60) },
      ]),
    }).catch(() => undefined);
    if (answer === undefined) return;
    // Cold policies on a busy machine may take longer than their deadline: whoever asks comes again, and no lease is begun.
    if (busySchema.safeParse(answer).success) {
      await delay(50);
      continue;
    }
    const { lease_id, access_token } = answerSchema.parse(answer);
    handedOut.add(lease_id);
    if (turn % 2 === 0) await post('/revoke', { token: access_token }).catch(() => undefined);
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** What is at the server, and what the store says should be. */
async function compare(): Promise<{ roles: readonly string[]; active: readonly string[]; unfinished: number }> {
  const store = await openIssuerStore(join(folder, '.lapse', 'issuer.db'));
  const leases = await store.read((tables) =>
    tables.leases.list({ states: ['INTENT', 'CREATING', 'ACTIVE'], limit: 1e6 }),
  );
  await store.close();
  const active = leases.filter(({ state }) => state === 'ACTIVE');
  const rows = await runSql(
    postgres.url,
    `select rolname from pg_roles where rolname like 'lapse\\_${store.issuerId}\\_%'`,
  );
  const roles = z
    .array(z.object({ rolname: z.string() }))
    .parse(rows)
    .map(({ rolname }) => rolname);
  return {
    roles: roles.sort(),
    active: active.map(({ externalId }) => externalId).sort(),
    unfinished: leases.length - active.length,
  };
}

it(`lapse serve leaves nothing unknown behind in ${ROUNDS} kills`, async () => {
  const handedOut = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const { daemon, url } = await serve();
    const before = handedOut.size;
    const workers = Array.from({ length: 8 }, () => load(url, handedOut));
    // Cold policies on a busy machine take their time: the round begins with its first lease.
    for (const end = Date.now() + 30_000; handedOut.size === before && Date.now() < end; ) await delay(10);
    await delay(Math.random() * 1_500);
    daemon.child.kill('SIGKILL');
    await Promise.all([daemon.finished, ...workers]);
  }
  const { daemon } = await serve();
  const end = Date.now() + 60_000;
  let state = await compare();
  while (Date.now() < end && (state.unfinished > 0 || state.roles.join() !== state.active.join())) {
    await delay(100);
    state = await compare();
  }
  expect(state.roles).toEqual(state.active);
  expect(state.unfinished).toBe(0);
  daemon.child.kill('SIGTERM');
  expect((await daemon.finished).code).toBe(0);
  const store = await openIssuerStore(join(folder, '.lapse', 'issuer.db'));
  const { keys } = (await openIssuerKeys(join(folder, '.lapse', 'keys'))).auditJwks();
  const verdict = await verifyAudit(await storedAudit(store, keys));
  expect(verdict).toMatchObject({ ok: true, problems: [] });
  expect(handedOut.size).toBeGreaterThan(0);
  for (const lease of handedOut)
    expect((await store.read(({ audit }) => audit.ofLease(lease))).map(({ event }) => event)).toContain('lease.active');
  await store.close();
  process.stdout.write(
    `${ROUNDS} kills of lapse serve: ${handedOut.size} handed out, ${verdict.events} audit events\n`,
  );
}, 300_000);
