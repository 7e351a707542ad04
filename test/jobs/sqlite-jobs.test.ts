import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { runJobs } from '../../src/jobs/run-jobs.ts';
import { sqliteJobs } from '../../src/jobs/sqlite-jobs.ts';
import { openIssuerStore } from '../../src/store/issuer/open-issuer-store.ts';
import { jobQueueContract } from './job-queue-contract.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function startStore() {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-jobs-'));
  const file = join(folder, 'issuer.db');
  const store = await openIssuerStore(file);
  return {
    store,
    dueDates: (): readonly unknown[] => {
      const database = new Database(file, { readonly: true });
      const dates = database.prepare('select due_at from job').pluck().all();
      database.close();
      return dates;
    },
    stop: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

jobQueueContract('SQLite', async () => {
  const { store, stop } = await startStore();
  return {
    open: async ({ limit } = {}) =>
      runJobs(sqliteJobs(store, { now: () => new Date(), firstPause: 10 }), {
        logger: SILENT,
        pollInterval: 20,
        ...(limit === undefined ? {} : { limit }),
      }),
    stop,
  };
});

it('gives the job of a worker that died to another when its claim is over, and the late one changes nothing', async () => {
  const { store, stop } = await startStore();
  let now = new Date('2026-03-01T12:00:00Z');
  const rows = sqliteJobs(store, { now: () => now });
  await rows.add('mail', { n: 1 }, {});
  const [lost] = await rows.claim('mail', 10);
  expect(lost).toMatchObject({ data: { n: 1 }, attempt: 1 });
  expect(await rows.claim('mail', 10)).toEqual([]);
  now = new Date(now.getTime() + 76_000);
  const [again] = await rows.claim('mail', 10);
  expect(again).toMatchObject({ id: lost?.id, attempt: 2 });
  if (lost !== undefined) await rows.done('mail', lost);
  now = new Date(now.getTime() + 76_000);
  expect(await rows.claim('mail', 10)).toMatchObject([{ attempt: 3 }]);
  await stop();
});

it('pauses longer after each failure, and gives up after the last', async () => {
  const { store, dueDates, stop } = await startStore();
  let now = new Date('2026-03-01T12:00:00Z');
  const rows = sqliteJobs(store, { now: () => now });
  await rows.add('mail', {}, {});
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 14; attempt += 1) {
    const [job] = await rows.claim('mail', 1);
    expect(job?.attempt).toBe(attempt);
    if (job !== undefined) await rows.failed('mail', job);
    const [due] = dueDates();
    if (due === undefined) continue;
    pauses.push(new Date(String(due)).getTime() - now.getTime());
    now = new Date(String(due));
  }
  expect(pauses).toHaveLength(13);
  for (const [at, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(1000 * 2 ** at);
    expect(pause).toBeLessThanOrEqual(2000 * 2 ** at);
  }
  expect(dueDates()).toEqual([]);
  await stop();
});
