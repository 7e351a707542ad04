import type { JsonObject } from '../model/json.ts';
import type { JobOptions } from './job-queue.ts';

/** A job that this process may work on until the claim ends. */
export interface ClaimedJob {
  readonly id: string;
  readonly data: JsonObject;
  /** From 1. */
  readonly attempt: number;
}

/** Where jobs are kept: what a database must do for `runJobs`. */
export interface JobRows {
  add(queue: string, data: JsonObject, options: JobOptions): Promise<void>;
  /** Jobs that are due, `most` of them, and nobody else's for as long as an attempt may take. */
  claim(queue: string, most: number): Promise<readonly ClaimedJob[]>;
  done(queue: string, job: ClaimedJob): Promise<void>;
  /** It comes again after its pause, unless this was the last attempt. */
  failed(queue: string, job: ClaimedJob): Promise<void>;
  close(): Promise<void>;
}
