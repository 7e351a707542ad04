import { pgBossJobs } from '../../src/jobs/pg-boss-jobs.ts';
import { runJobs } from '../../src/jobs/run-jobs.ts';
import { SecretValue } from '../../src/model/secret-value.ts';
import { runSql, startPostgres } from '../support/postgres.ts';
import { jobQueueContract } from './job-queue-contract.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

jobQueueContract('PostgreSQL', async () => {
  const { url, stop } = await startPostgres();
  return {
    open: async ({ limit } = {}) =>
      runJobs(await pgBossJobs({ url: new SecretValue(url), logger: SILENT, firstPause: 1 }), {
        logger: SILENT,
        pollInterval: 50,
        ...(limit === undefined ? {} : { limit }),
      }),
    stop: async () => {
      await runSql(url, 'drop schema if exists lapse_jobs cascade');
      await stop();
    },
  };
});
