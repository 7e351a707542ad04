import type { Logger } from '../issuer/logger.ts';
import { JOB_ATTEMPTS, JOB_LIMIT_MS, type JobHandler, type JobQueue } from './job-queue.ts';
import type { ClaimedJob, JobRows } from './job-rows.ts';

export interface RunJobsOptions {
  readonly logger: Logger;
  /** Milliseconds between two looks at the rows; what this process adds itself is begun at once. */
  readonly pollInterval?: number;
  /** Milliseconds that one attempt may take. */
  readonly limit?: number;
}

const POLL_INTERVAL = 1_000;
/** Of one queue in one process: a receiver that hangs must not hold up the others. */
const PARALLEL = 4;

/** The queue over `rows`: looks, claims, runs and writes down how it ended. */
export function runJobs(rows: JobRows, options: RunJobsOptions): JobQueue {
  const workers = new Map<string, Worker>();
  return {
    async add(queue, data, job = {}) {
      await rows.add(queue, data, job);
      workers.get(queue)?.wake();
    },
    work(queue, handler) {
      if (workers.has(queue)) throw new TypeError(`queue "${queue}" has a handler already`);
      workers.set(queue, new Worker(rows, queue, handler, options));
    },
    async close() {
      await Promise.all([...workers.values()].map((worker) => worker.close()));
      await rows.close();
    },
  };
}

class Worker {
  readonly #rows: JobRows;
  readonly #queue: string;
  readonly #handler: JobHandler;
  readonly #options: RunJobsOptions;
  readonly #running = new Set<Promise<void>>();
  #looking: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(rows: JobRows, queue: string, handler: JobHandler, options: RunJobsOptions) {
    this.#rows = rows;
    this.#queue = queue;
    this.#handler = handler;
    this.#options = options;
    this.wake();
  }

  wake(): void {
    this.#again = true;
    if (this.#closed || this.#looking !== undefined) return;
    clearTimeout(this.#timer);
    this.#looking = this.#look().then(() => {
      this.#looking = undefined;
      if (this.#closed) return;
      if (this.#again) this.wake();
      else this.#timer = setTimeout(() => this.wake(), this.#options.pollInterval ?? POLL_INTERVAL).unref();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#running);
  }

  async #look(): Promise<void> {
    this.#again = false;
    const free = PARALLEL - this.#running.size;
    if (free === 0) return;
    try {
      for (const job of await this.#rows.claim(this.#queue, free)) this.#start(job);
    } catch (error) {
      this.#log('jobs.claim_failed', {}, error);
    }
  }

  #start(job: ClaimedJob): void {
    const run = this.#run(job).finally(() => {
      this.#running.delete(run);
      this.wake();
    });
    this.#running.add(run);
  }

  async #run(job: ClaimedJob): Promise<void> {
    const last = job.attempt >= JOB_ATTEMPTS;
    try {
      try {
        await this.#attempt(job, last);
      } catch (error) {
        this.#log(last ? 'job.given_up' : 'job.failed', { job: job.id, attempt: job.attempt }, error);
        await this.#rows.failed(this.#queue, job);
        return;
      }
      await this.#rows.done(this.#queue, job);
    } catch (error) {
      // How it ended could not be written down: its claim ends by itself, and the job comes again.
      this.#log('jobs.store_failed', { job: job.id }, error);
    }
  }

  async #attempt({ data, attempt }: ClaimedJob, last: boolean): Promise<void> {
    const controller = new AbortController();
    const limit = this.#options.limit ?? JOB_LIMIT_MS;
    const late = new Promise<never>((_resolve, reject) => {
      controller.signal.addEventListener('abort', () => reject(new Error(`took longer than ${limit} ms`)));
    });
    const timer = setTimeout(() => controller.abort(), limit);
    try {
      await Promise.race([this.#handler({ data, attempt, last }, controller.signal), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #log(event: string, facts: object, error: unknown): void {
    this.#options.logger.error({ event, queue: this.#queue, ...facts, err: error });
  }
}
