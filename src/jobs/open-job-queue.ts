import type { Logger } from '../issuer/logger.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';
import type { JobQueue } from './job-queue.ts';
import { pgBossJobs } from './pg-boss-jobs.ts';
import { runJobs } from './run-jobs.ts';
import { sqliteJobs } from './sqlite-jobs.ts';

/**
 * The jobs of the daemons that share a store: pg-boss where it is PostgreSQL, otherwise a table of the file.
 *
 * @param url - of the PostgreSQL database.
 */
export async function openJobQueue(
  store: IssuerStore,
  url: SecretValue | undefined,
  logger: Logger,
): Promise<JobQueue> {
  const rows = url === undefined ? sqliteJobs(store, { now: store.now }) : await pgBossJobs({ url, logger });
  return runJobs(rows, { logger });
}
