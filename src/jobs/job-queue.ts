import type { JsonObject } from '../model/json.ts';

/** A piece of work as its handler gets it. */
export interface Job {
  readonly data: JsonObject;
  /** From 1. */
  readonly attempt: number;
  /** Nobody tries again when this attempt fails. */
  readonly last: boolean;
}

export interface JobOptions {
  /** Of one queue and key at most one job waits for its first attempt: while one does, another is not added. */
  readonly key?: string | undefined;
  /** Not before. */
  readonly after?: Date | undefined;
}

/**
 * Does one job, more than once in bad times: a job whose worker died after its work was done comes again.
 *
 * @param signal - aborted when the attempt has taken longer than `JOB_LIMIT_MS`; it counts as failed then.
 */
export type JobHandler = (job: Job, signal: AbortSignal) => Promise<void>;

/** Work behind the requests, shared by all daemons of one store. Data must not hold a secret: it is in the database. */
export interface JobQueue {
  /**
   * Resolves when the job is on disk.
   *
   * @param queue - lower-case letters, digits and `-`.
   * @throws {AppError} ERR_STORE_UNREACHABLE
   */
  add(queue: string, data: JsonObject, options?: JobOptions): Promise<void>;
  /**
   * Hands the jobs of a queue to `handler`, some of them at the same time, each to one worker at a time. When the handler throws, the
   * job comes again after pauses that grow, `JOB_ATTEMPTS` times at most; then it is told in the log and forgotten. One handler per
   * queue and process.
   */
  work(queue: string, handler: JobHandler): void;
  /** Takes no more jobs and resolves when those under way have ended. What waits stays for the next daemon. */
  close(): Promise<void>;
}

/** One attempt may take so long; longer work is cut into jobs. */
export const JOB_LIMIT_MS = 60_000;
/** With pauses that double from two seconds: about nine hours. */
export const JOB_ATTEMPTS = 14;
/** The first pause in milliseconds; each later one is twice as long, of which a random half. */
export const JOB_FIRST_PAUSE_MS = 2_000;
