import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Broker, MintedCredential } from '../../src/brokers/broker.ts';
import { createPostgresBroker } from '../../src/brokers/postgres/postgres-broker.ts';
import { type IssuerJobs, startIssuerJobs } from '../../src/jobs/issuer-jobs.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { allow, type Bench, CONTEXT, escalate, openBench, WORKLOAD } from '../support/issuer-bench.ts';
import { runSql, startPostgres, type TestPostgres, urlFor } from '../support/postgres.ts';
import { DB_DETAIL, prepareDatabase, targetAt } from '../support/postgres-target.ts';

let postgres: TestPostgres;
let bench: Bench;
let jobs: IssuerJobs;
let broker: Broker;

beforeAll(async () => {
  // The DDL of the log would have the password in it if one were sent.
  postgres = await startPostgres({ log_statement: 'all' });
  await prepareDatabase(postgres);
  const probe = await openBench();
  const store = await openIssuerStore(join(probe.folder, 'issuer.db'));
  broker = createPostgresBroker(targetAt(postgres.url), store);
  await store.close();
  bench = await openBench({
    brokers: new Map([[DB_DETAIL.target, broker]]),
    now: () => new Date(),
    folder: probe.folder,
  });
  bench.policy.decision = async () => allow({ scope: { actions: ['select'], resources: ['orders.*'] } });
  const silent = { info() {}, warn() {}, error() {} };
  jobs = startIssuerJobs({ issuer: bench.issuer, logger: silent, reconcileInterval: 60_000, now: () => new Date() });
  await jobs.started;
});

afterAll(async () => {
  await jobs.stop();
  await bench.close();
  await postgres.stop();
});

async function lease(duration: number) {
  const outcome = await bench.issuer.request(WORKLOAD, { ...DB_DETAIL, duration }, CONTEXT);
  if (outcome.kind !== 'granted') throw new Error(outcome.kind);
  return { ...outcome, url: urlOf(outcome.credential) };
}

function urlOf(credential: MintedCredential): string {
  return urlFor(postgres.url, {
    user: String(credential.plain.user),
    password: credential.secret.password?.reveal() ?? '',
  });
}

/** A session, and the moment at which the server ends it. */
async function holdSession(url: string): Promise<{ client: Client; ended: Promise<number> }> {
  const client = new Client({ connectionString: url });
  const ended = new Promise<number>((resolve) => client.on('error', () => resolve(Date.now())));
  await client.connect();
  return { client, ended };
}

const rolesOf = (name: unknown) => runSql(postgres.url, 'select rolname from pg_roles where rolname = $1', [name]);

it('logs in, can do what was granted only, and ends at its time with its session, by the timer alone', async () => {
  const { url, lease: granted, credential } = await lease(3);
  const { client, ended } = await holdSession(url);
  expect((await client.query('select count(*)::int as n from orders.invoice')).rows).toEqual([{ n: 2 }]);
  await expect(client.query('insert into orders.invoice values (9, true)')).rejects.toThrow(/permission denied/);
  await expect(client.query('select * from orders.secret_note')).rejects.toThrow(/permission denied/);
  const late = (await ended) - new Date(granted.expiresAt).getTime();
  expect(late).toBeGreaterThanOrEqual(-5);
  // Usually some ten milliseconds; a shared machine may be slow, but it is no reconciliation interval.
  expect(late).toBeLessThan(5_000);
  await expect(runSql(url, 'select 1')).rejects.toThrow(/authentication failed|not permitted|does not exist/);
  await until(async () => (await bench.issuer.lease(granted.id))?.state === 'DEAD');
  expect(await rolesOf(credential.plain.user)).toEqual([]);
  expect(await bench.issuer.lease(granted.id)).toMatchObject({ endReason: 'expired', sessionsEnded: 1 });
});

it('ends on revocation with its sessions, when the call returns', async () => {
  const { url, lease: granted, credential } = await lease(60);
  const sessions = await Promise.all([holdSession(url), holdSession(url)]);
  const by = { actor: 'operator:ann', reason: 'revoked' } as const;
  expect(await bench.issuer.revoke(granted.id, by, CONTEXT)).toMatchObject({
    done: true,
    lease: { state: 'DEAD', sessionsEnded: 2 },
  });
  await Promise.all(sessions.map(({ ended }) => ended));
  await expect(runSql(url, 'select 1')).rejects.toThrow(/authentication failed|not permitted|does not exist/);
  expect(await rolesOf(credential.plain.user)).toEqual([]);
});

it('two leases of one requester do not end each other', async () => {
  const [first, second] = [await lease(60), await lease(60)];
  await bench.issuer.revoke(first.lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
  expect(await runSql(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await bench.issuer.revoke(second.lease.id, { actor: 'system', reason: 'ended' }, CONTEXT);
});

it('removes a planted orphan, leaves foreign roles, and notices what is gone', async () => {
  const { lease: granted, credential } = await lease(60);
  const orphan = `lapse_${bench.store.issuerId}_${'o'.repeat(26)}`;
  const foreign = `lapse_ffffffff_${'o'.repeat(26)}`;
  await runSql(postgres.url, `create role "${orphan}" login; create role "${foreign}" login`);
  await runSql(postgres.url, `drop role "${String(credential.plain.user)}"`);
  expect(await bench.issuer.reconcile()).toEqual({ revoked: 1, orphansRemoved: 1, failed: 0 });
  expect(await rolesOf(orphan)).toEqual([]);
  expect(await rolesOf(foreign)).toHaveLength(1);
  expect(await bench.issuer.lease(granted.id)).toMatchObject({ state: 'DEAD', endReason: 'missing' });
  await runSql(postgres.url, `drop role "${foreign}"`);
});

it('leaves no password in the store, the audit file or the log', async () => {
  const { credential } = await lease(60);
  const password = credential.secret.password?.reveal() ?? '';
  expect(password.length).toBeGreaterThanOrEqual(32);
  const files = ['issuer.db', 'issuer.db-wal', 'audit/audit.jsonl'].map((name) =>
    readFileSync(join(bench.folder, name), 'latin1'),
  );
  expect([...files, JSON.stringify(bench.log), JSON.stringify(credential)].join('\n')).not.toContain(password);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to pass');
}

it('lasts longer when that is granted, up to the most that the whole may last, here and at the server', async () => {
  bench.policy.decision = async () => allow({ scope: { actions: ['select'], resources: ['orders.*'] }, ttl_max: 500 });
  const { lease: granted, credential, url } = await lease(300);
  const extend = (seconds: number) => bench.issuer.extend(granted.id, WORKLOAD, { seconds }, CONTEXT);
  const endAtServer = () =>
    runSql(
      postgres.url,
      'select round(extract(epoch from rolvaliduntil) * 1000)::text as at from pg_roles where rolname = $1',
      [credential.plain.user],
    );
  const outcome = await extend(60);
  if (outcome.kind !== 'extended') throw new Error(outcome.kind);
  expect(Date.parse(outcome.lease.expiresAt) - Date.parse(granted.expiresAt)).toBe(60_000);
  expect(await endAtServer()).toEqual([{ at: String(Date.parse(outcome.lease.expiresAt)) }]);
  const most = await extend(3000);
  if (most.kind !== 'extended') throw new Error(most.kind);
  expect(Date.parse(most.lease.expiresAt) - Date.parse(granted.expiresAt)).toBe(200_000);
  await expect(extend(60)).rejects.toMatchObject({ code: 'ERR_LEASE_NOT_EXTENDABLE' });
  const other = { ...WORKLOAD, claims: { ...WORKLOAD.claims, run_id: '2' } };
  await expect(bench.issuer.extend(granted.id, other, { seconds: 60 }, CONTEXT)).rejects.toMatchObject({
    code: 'ERR_LEASE_NOT_FOUND',
  });
  const { client } = await holdSession(url);
  await client.end();
  await bench.issuer.revoke(granted.id, { actor: 'test', reason: 'revoked' }, CONTEXT);
});

it('revoked while approving: more time for a lease that is gone is not given', async () => {
  const { lease: granted, credential } = await lease(300);
  await bench.operator('ann', ['dba']);
  const scope = { actions: ['select'], resources: ['orders.*'] };
  bench.policy.decision = async () => escalate([{ from: 'dba', count: 1 }], { scope });
  const outcome = await bench.issuer.extend(granted.id, WORKLOAD, { seconds: 60 }, CONTEXT);
  expect(outcome.kind).toBe('pending');
  await bench.issuer.approve(outcome.request.id, 'ann', {}, CONTEXT);
  await bench.issuer.revoke(granted.id, { actor: 'test', reason: 'revoked' }, CONTEXT);
  await expect(bench.issuer.claim(outcome.request.id, WORKLOAD, CONTEXT)).rejects.toMatchObject({
    code: 'ERR_REQUEST_STATE',
  });
  expect(await rolesOf(credential.plain.user)).toEqual([]);
});
