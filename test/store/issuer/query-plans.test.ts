import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditTable } from '../../../src/store/issuer/audit-table.ts';
import { InstanceTable } from '../../../src/store/issuer/instance-table.ts';
import { JobTable } from '../../../src/store/issuer/job-table.ts';
import { LeaseTable } from '../../../src/store/issuer/lease-table.ts';
import { openIssuerStore } from '../../../src/store/issuer/open-issuer-store.ts';
import { RequestTable } from '../../../src/store/issuer/request-table.ts';
import { NO_LOCKS } from '../../../src/store/issuer/row-locks.ts';
import type { IssuerSchema } from '../../../src/store/issuer/schema.ts';
import { WORKLOAD } from '../../support/issuer-bench.ts';

/**
 * Dead leases, old requests and old events pile up: nothing that happens at every request, or when the daemon starts, may read them
 * all.
 */
const NOW = new Date('2026-03-01T12:00:00Z');
let folder: string;
let database: Database.Database;
let db: Kysely<IssuerSchema>;
const asked: CompiledQuery[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-plans-'));
  await (await openIssuerStore(join(folder, 'issuer.db'))).close();
  database = new Database(join(folder, 'issuer.db'));
  db = new Kysely<IssuerSchema>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => void asked.push(query),
  });
});

afterAll(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const leases = () => new LeaseTable(db, 'ins_one', NO_LOCKS);
const requests = () => new RequestTable(db, NO_LOCKS);
const jobs = () => new JobTable(db);
const audit = () => new AuditTable(db, 'aud_one');
const event = { chain: 'c', seq: 1, prevHash: '', hash: '', at: '', event: 'e', actor: 'a', target: 't', detail: {} };

it.each<[string, () => Promise<unknown>]>([
  ['expired leases', () => leases().expired(NOW, 200)],
  ['abandoned leases', () => leases().abandoned(NOW, ['ins_two'], 200)],
  ['whether retries are due', () => leases().isRevocationDue(NOW)],
  ['retries', () => leases().claimRevocations(NOW, NOW.toISOString(), 200)],
  ['whether jobs are due', () => jobs().isDue('mail', NOW)],
  ['jobs', () => jobs().claim('mail', 4, NOW, NOW)],
  ['living instances', () => new InstanceTable(db, false).living(NOW)],
  ['chains', () => new InstanceTable(db, false).recentChains(20)],
  ['what is due next', () => leases().nextDue()],
  ['active leases of a target', () => leases().activeNames('t')],
  ['leases held, of a requester', () => leases().countHeld({ requester: WORKLOAD })],
  ['leases held, of a target', () => leases().countHeld({ target: 't' })],
  ['leases held', () => leases().countHeld()],
  ['children of a lease', () => leases().childrenOf('l', ['ACTIVE'])],
  ['who shares an object', () => leases().sharers('x', 'l')],
  ['overdue leases of a target', () => leases().countOverdue(NOW, 't')],
  ['overdue leases', () => leases().countOverdue(NOW)],
  ['failing leases', () => leases().countFailing()],
  ['leases by state and target', () => leases().countByStateAndTarget()],
  ['leases by name', () => leases().withNames(['x', 'y'])],
  ['leases of requests', () => leases().list({ requests: ['r'], states: ['ACTIVE'] })],
  ['the newest leases', () => leases().list({ limit: 10 })],
  ['a lease', () => leases().find('l')],
  ['requests that wait', () => requests().overdue(NOW, 10)],
  ['the next request to run out', () => requests().nextExpiry()],
  ['requests that wait, of a requester', () => requests().countPending(WORKLOAD)],
  ['history of a requester', () => requests().history(WORKLOAD, 't', NOW)],
  ['requests of a retry', () => requests().withIdempotencyKey(WORKLOAD, 'k')],
  ['the newest requests', () => requests().list({ limit: 10 })],
  ['the head of the chain', () => audit().head()],
  ['events behind one', () => audit().after(5, 10)],
  ['the newest events', () => audit().newest(10)],
  ['events of a lease', () => audit().ofLease('l')],
  ['events like one', () => audit().countLike(event, NOW)],
])('%s: an index leads to it', async (_what, ask) => {
  asked.length = 0;
  await ask();
  expect(asked.length).toBeGreaterThan(0);
  for (const { sql, parameters } of asked) {
    const plan = database
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail);
    for (const step of plan) {
      expect(step, sql).not.toMatch(/^SCAN (?!\w+ USING (?:COVERING )?INDEX|CONSTANT ROW)/);
      // One column that many old rows share leads nowhere, unless the index is in the order that is asked for.
      if (!sql.includes('limit')) expect(step, sql).not.toMatch(/\((?:chain|subject_key)=\?\)$/);
    }
  }
});
