import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storedAudit } from '../../src/issuer/audit/audit-source.ts';
import { FileSink } from '../../src/issuer/audit/file-sink.ts';
import { verifyAudit } from '../../src/issuer/audit/verify-audit.ts';
import { createIssuer } from '../../src/issuer/create-issuer.ts';
import type { IssuerKeys } from '../../src/issuer/keys.ts';
import { openIssuerKeys } from '../../src/issuer/keys.ts';
import { DEFAULT_SETTINGS } from '../../src/issuer/settings.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { backupSqlite } from '../../src/store/backup-sqlite.ts';
import type { IssuerStore } from '../../src/store/issuer/issuer-store.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { allow, CONTEXT, DETAIL, HandPolicy, HandSecrets, WORKLOAD } from '../support/issuer-bench.ts';
import { runSql, startPostgres, testServers, urlFor } from '../support/postgres.ts';
import { ScriptedBroker } from '../support/scripted-broker.ts';

let folder: string;
let keys: IssuerKeys;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-backup-'));
  keys = await openIssuerKeys(join(folder, 'keys'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const issuerOn = (store: IssuerStore, broker: ScriptedBroker, name: string) => {
  const policy = new HandPolicy();
  policy.decision = async () => allow();
  return createIssuer({
    store,
    policy,
    brokers: new Map([['api', broker]]),
    keys,
    secrets: new HandSecrets(),
    settings: {
      ...DEFAULT_SETTINGS,
      targets: [{ id: 'api', type: 'test', environment: 'test', labels: {}, principals: [], maxSeconds: 3600 }],
    },
    auditSinks: [new FileSink({ name, path: join(folder, `${name}.jsonl`), timeout: 5_000, minFree: 0 })],
    logger: { info() {}, warn() {}, error() {} },
    now: store.now,
  });
};

/** Leases before and after the backup; then the restored store is all that is left, and the target has both leases' objects. */
async function restored(place: string | SecretValue, backUp: () => Promise<string | SecretValue>): Promise<void> {
  const store = await openIssuerStore(place);
  const broker = new ScriptedBroker(store.now);
  const issuer = issuerOn(store, broker, 'before');
  const grant = async () => {
    const outcome = await issuer.request(WORKLOAD, DETAIL, CONTEXT);
    if (outcome.kind !== 'granted') throw new Error(outcome.kind);
    return outcome.lease;
  };
  const kept = await grant();
  await issuer.reconcile();
  const copy = await backUp();
  const lost = await grant();
  expect(broker.present()).toEqual([kept.externalId, lost.externalId].sort());
  await issuer.close();
  await store.close();

  const again = await openIssuerStore(copy);
  const after = issuerOn(again, broker, 'after');
  // What was handed out after the backup is nobody's lease any more, so it is taken away; what the backup knows lives on.
  expect(await after.reconcile()).toMatchObject({ orphansRemoved: 1, failed: 0 });
  expect(broker.present()).toEqual([kept.externalId]);
  expect(await after.isActive(kept.id)).toBe(true);
  const verdict = await verifyAudit(await storedAudit(again, keys.auditJwks().keys));
  expect(verdict.problems).toEqual([]);
  expect(verdict.events).toBeGreaterThan(4);
  await after.revoke(kept.id, { actor: 'system', reason: 'revoked' }, CONTEXT);
  expect(broker.present()).toEqual([]);
  await after.close();
  await again.close();
}

describe('a backup', () => {
  it('of SQLite, taken while it is in use, is a whole issuer', async () => {
    const [file, copy] = [join(folder, 'issuer.db'), join(folder, 'copy.db')];
    await restored(file, async () => {
      await backupSqlite(file, copy);
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      return copy;
    });
  });

  it('overwrites nothing', async () => {
    const file = join(folder, 'issuer.db');
    await (await openIssuerStore(file)).close();
    await expect(backupSqlite(file, file)).rejects.toMatchObject({ code: 'ERR_USAGE' });
  });

  it('of PostgreSQL by pg_dump and pg_restore is a whole issuer', async (context) => {
    // The client tools must not be older than the server.
    const servers = testServers();
    const server = servers.find(({ name }) => name.startsWith('/')) ?? servers[0];
    const postgres = await (server ?? { start: startPostgres }).start();
    try {
      const client = Number(/ (\d+)/.exec(spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]);
      if (!(client >= postgres.major)) {
        if (process.env.CI !== undefined) throw new Error(`pg_dump ${client} is older than the server, or missing`);
        return context.skip(`pg_dump of version ${postgres.major} or newer is needed, found ${client}`);
      }
      await runSql(postgres.url, 'create database restored');
      const dump = join(folder, 'issuer.dump');
      const copy = urlFor(postgres.url, { database: 'restored' });
      await restored(new SecretValue(postgres.url), async () => {
        execFileSync('pg_dump', ['--format=custom', '--schema=lapse_issuer', `--file=${dump}`, postgres.url]);
        execFileSync('pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${copy}`, dump]);
        return new SecretValue(copy);
      });
    } finally {
      await postgres.stop();
    }
  }, 60_000);
});
