import { randomBytes } from 'node:crypto';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';
import { JOB_ATTEMPTS, JOB_FIRST_PAUSE_MS, JOB_LIMIT_MS } from './job-queue.ts';
import type { JobRows } from './job-rows.ts';

/** A claim outlives the attempt by this, so that a worker which is late itself can still write down how it ended. */
const CLAIM_SLACK_MS = 15_000;

export interface SqliteJobsOptions {
  now(): Date;
  /** Milliseconds; those of tests are shorter. */
  readonly firstPause?: number;
  readonly limit?: number;
}

/** Jobs in the table `job` of the issuer's own database, claimed by moving their date: a claim that is not kept ends by itself. */
export function sqliteJobs(store: Pick<IssuerStore, 'read' | 'write'>, options: SqliteJobsOptions): JobRows {
  const { now, firstPause = JOB_FIRST_PAUSE_MS, limit = JOB_LIMIT_MS } = options;
  const after = (milliseconds: number): Date => new Date(now().getTime() + milliseconds);
  return {
    add: (queue, data, job) =>
      store.write(({ jobs }) =>
        jobs.insert({ id: `job_${randomBytes(16).toString('hex')}`, queue, key: job.key, data }, now(), job.after),
      ),
    async claim(queue, most) {
      // Reading first: a look at an empty queue takes no lock.
      if (!(await store.read(({ jobs }) => jobs.isDue(queue, now())))) return [];
      return await store.write(({ jobs }) => jobs.claim(queue, most, now(), after(limit + CLAIM_SLACK_MS)));
    },
    done: (_queue, job) => store.write(({ jobs }) => jobs.remove(job.id, job.attempt)),
    async failed(_queue, { id, attempt }) {
      const pause = firstPause * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      await store.write(({ jobs }) =>
        attempt >= JOB_ATTEMPTS ? jobs.remove(id, attempt) : jobs.postpone(id, attempt, after(pause)),
      );
    },
    close: async () => undefined,
  };
}
