import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import PgBoss from 'pg-boss';
import type { Logger } from '../issuer/logger.ts';
import type { SecretValue } from '../model/secret-value.ts';
import { postgresConfig, postgresError } from '../store/postgres-connection.ts';
import { JOB_ATTEMPTS, JOB_FIRST_PAUSE_MS, JOB_LIMIT_MS } from './job-queue.ts';
import type { JobRows } from './job-rows.ts';

const SCHEMA = 'lapse_jobs';
const CONNECTIONS = 2;
/** Attempts to make a queue, and the first pause between them. */
const MAKE_ATTEMPTS = 5;
const MAKE_PAUSE_MS = 50;
/** A claim outlives the attempt by this, in seconds. */
const CLAIM_SLACK = 15;
/** How often claims that were not kept are ended, in seconds. */
const MAINTENANCE = 30;

export interface PgBossJobsOptions {
  readonly url: SecretValue;
  readonly logger: Logger;
  /** Seconds; that of tests is shorter. */
  readonly firstPause?: number;
}

/**
 * Jobs of several daemons on pg-boss, in a schema of its own beside the issuer's tables. Its queues of the policy `short` have one job per
 * key that was not begun.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE
 */
export async function pgBossJobs({
  url,
  logger,
  firstPause = JOB_FIRST_PAUSE_MS / 1000,
}: PgBossJobsOptions): Promise<JobRows> {
  const boss = new PgBoss({
    ...driverOptions(url),
    schema: SCHEMA,
    max: CONNECTIONS,
    schedule: false,
    maintenanceIntervalSeconds: MAINTENANCE,
  });
  boss.on('error', (error) => logger.error({ event: 'jobs.maintenance_failed', err: error }));
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw postgresError(error);
    }
  };
  await told(() => boss.start());
  const made = new Map<string, Promise<void>>();
  const make = (queue: string): Promise<void> => {
    const known = made.get(queue) ?? makeQueue(boss, queue, firstPause);
    made.set(queue, known);
    known.catch(() => made.delete(queue));
    return known;
  };
  return {
    add: (queue, data, { key, after }) =>
      told(async () => {
        await make(queue);
        await boss.send(queue, data, {
          // Without a key of their own they would all have the same.
          singletonKey: key ?? randomUUID(),
          ...(after === undefined ? {} : { startAfter: after }),
        });
      }),
    claim: (queue, most) =>
      told(async () => {
        await make(queue);
        const jobs = await boss.fetch<Record<string, never>>(queue, { batchSize: most, includeMetadata: true });
        return jobs.map(({ id, data, retryCount }) => ({ id, data, attempt: retryCount + 1 }));
      }),
    done: (queue, { id }) => told(() => boss.complete(queue, id)),
    failed: (queue, { id }) => told(() => boss.fail(queue, id)),
    close: () => boss.stop({ graceful: false }),
  };
}

/** Daemons that start together may all make it: whom the server refuses for that, looks again a little later. */
async function makeQueue(boss: PgBoss, queue: string, firstPause: number): Promise<void> {
  for (let attempt = 1; (await boss.getQueue(queue)) === null; attempt += 1)
    try {
      await boss.createQueue(queue, {
        name: queue,
        policy: 'short',
        retryLimit: JOB_ATTEMPTS - 1,
        retryDelay: firstPause,
        retryBackoff: true,
        expireInSeconds: JOB_LIMIT_MS / 1000 + CLAIM_SLACK,
      });
    } catch (error) {
      // Making one takes locks on tables, and the server ends one of two that wait for each other.
      if (attempt >= MAKE_ATTEMPTS) throw error;
      await setTimeout(attempt * MAKE_PAUSE_MS);
    }
}

function driverOptions(url: SecretValue): PgBoss.DatabaseOptions {
  // Its types know fewer options than the driver, to which all of them go.
  const { password, ...rest } = postgresConfig(url, SCHEMA);
  return { ...(rest as PgBoss.DatabaseOptions), ...(typeof password === 'string' ? { password } : {}) };
}
