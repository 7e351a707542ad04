import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { storedAudit } from '../../src/issuer/audit/audit-source.ts';
import { verifyAudit } from '../../src/issuer/audit/verify-audit.ts';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import { runSql, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { prepareDatabase } from '../support/postgres-target.ts';
import { openFaultIssuer } from './fault-issuer.ts';

const ROUNDS = Number(process.env.LAPSE_FAULT_ROUNDS ?? 50);
/** Every step of making and taking back, just before and just after; the rest of the rounds are killed at any time. */
const POINTS = ['create', 'disable', 'endSessions', 'remove', 'verify', 'list'].flatMap((step) => [
  `${step}:before:3`,
  `${step}:after:3`,
]);
const LOADER = fileURLToPath(new URL('../support/typescript-loader.mjs', import.meta.url));
const DAEMON = fileURLToPath(new URL('./lease-daemon.ts', import.meta.url));

let postgres: TestPostgres;
let folder: string;

beforeAll(async () => {
  postgres = await startPostgres({ max_connections: '300' });
  await prepareDatabase(postgres);
  await runSql(postgres.url, 'create role g_ann login');
  folder = mkdtempSync(join(tmpdir(), 'lapse-kill-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await postgres.stop();
});

/** Runs the daemon until it is killed; what it said that it has handed out. */
async function runUntilKilled(point: string, after: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, ['--import', LOADER, DAEMON, folder, postgres.url, point], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
    timer ??= setTimeout(() => child.kill('SIGKILL'), after);
  });
  const signal = await new Promise((resolve) => child.once('exit', (_code, how) => resolve(how)));
  clearTimeout(timer);
  expect(signal).toBe('SIGKILL');
  return said.split('\n').filter((line) => line.startsWith('lse_'));
}

const roleSchema = z.array(z.object({ name: z.string(), until: z.date().nullable() }));

/** After a restart and one reconciliation: what is at the server is what the store says, and everything is in the log. */
async function examine(handedOut: ReadonlySet<string>) {
  const { issuer, store, broker } = await openFaultIssuer(folder, postgres.url);
  try {
    const before = await broker.list();
    // What runs out while the reconciler is at work is for its next round.
    const now = new Date();
    await issuer.reconcile();
    const active = await store.read(({ leases }) => leases.list({ states: ['ACTIVE'], limit: 1e6 }));
    const roles = roleSchema.parse(
      await runSql(
        postgres.url,
        `select rolname as name, rolvaliduntil as until from pg_roles where rolname like 'lapse\\_${store.issuerId}\\_%'`,
      ),
    );
    const sessions = await runSql(
      postgres.url,
      `select usesysid from pg_stat_activity where usesysid is not null
         and usesysid not in (select oid from pg_roles where rolname not like 'lapse\\_%')
         and coalesce(usename, '') <> all ($1)`,
      [active.map(({ externalId }) => externalId)],
    );
    const { leases } = await issuer.gauges();
    return {
      left: before.length - active.length,
      begun: (await store.read((tables) => tables.leases.list({ limit: 1e6 }))).length,
      facts: {
        roles: roles.map(({ name }) => name).sort(),
        alivePastTime: roles.filter(({ until }) => until !== null && until <= now).length,
        sessions,
        unlogged: await unlogged(handedOut, (lease) => store.read(({ audit }) => audit.ofLease(lease))),
        halfMade: leases.INTENT + leases.CREATING,
      },
      expected: {
        roles: active.map(({ externalId }) => externalId).sort(),
        alivePastTime: 0,
        sessions: [],
        unlogged: [],
        halfMade: 0,
      },
    };
  } finally {
    await issuer.close();
    await store.close();
  }
}

async function unlogged(
  leases: ReadonlySet<string>,
  eventsOf: (lease: string) => Promise<readonly { event: string }[]>,
) {
  const missing: string[] = [];
  for (const lease of leases) {
    const events = await eventsOf(lease);
    if (!events.some(({ event }) => event === 'lease.active')) missing.push(lease);
  }
  return missing;
}

it(
  `leaves nothing unknown behind in ${ROUNDS} kills`,
  async () => {
    const handedOut = new Set<string>();
    let left = 0;
    let begun = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const point = round % 2 === 0 ? (POINTS[(round / 2) % POINTS.length] ?? '') : '';
      // A point that is not reached, because the load does not come that far, ends like any other moment.
      const after = point === '' ? Math.random() * 1_200 : 2_500;
      for (const lease of await runUntilKilled(point, after)) handedOut.add(lease);
      // Every other time the next daemon finds the leftovers, and may be killed while it cleans up.
      if (round % 2 === 1 || round === ROUNDS - 1) {
        const state = await examine(handedOut);
        expect(state.facts, `round ${round}, ${point}`).toEqual(state.expected);
        left += state.left;
        begun = state.begun;
      }
    }
    const { store } = await openFaultIssuer(folder, postgres.url);
    const { keys } = (await openIssuerKeys(join(folder, 'keys'))).auditJwks();
    const verdict = await verifyAudit(await storedAudit(store, keys));
    await store.close();
    expect(verdict).toMatchObject({ ok: true, problems: [] });
    expect(handedOut.size).toBeGreaterThan(ROUNDS);
    process.stdout.write(
      `${ROUNDS} kills: ${begun} leases begun, ${handedOut.size} handed out, ${left} roles left behind and removed, ` +
        `${verdict.events} audit events, 0 unknown roles, 0 past their time, 0 missing from the log\n`,
    );
  },
  10 * 60_000,
);
