import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { workerUrl } from '../../wasm/worker-url.ts';
import type {
  EvaluablePolicy,
  EvaluationOutcome,
  EvaluationRequest,
  EvaluationResponse,
  EvaluationWorkerData,
} from './evaluation-worker.ts';

export interface EvaluatorOptions {
  /** Milliseconds of one evaluation. */
  readonly deadline: number;
  /** Threads, started as they are needed. */
  readonly workers: number;
  /** Bytes that one policy instance may use. */
  readonly maxMemory: number;
}

/** Evaluates policies in worker threads. */
export interface Evaluator {
  /**
   * @param policy - index into the policies that the evaluator was made with.
   * @param entrypoint - path below `data`, with slashes.
   * @param input - JSON.
   * @param now - the clock of the evaluation, in nanoseconds since 1970.
   * @throws AppError `ERR_POLICY_TIMEOUT`, `ERR_POLICY_EVALUATION`, `ERR_POLICY_UNDEFINED`.
   */
  evaluate(policy: number, entrypoint: string, input: string, now: bigint): Promise<unknown>;
  close(): Promise<void>;
}

/** For fewer evaluations than these, one more thread is not worth its start. */
const EVALUATIONS_PER_THREAD = 64;

/** Starting a thread and loading OPA's own code are not the policy's time, yet must end. */
const START_DEADLINE = 60_000;

export function createEvaluator(policies: readonly EvaluablePolicy[], options: EvaluatorOptions): Evaluator {
  return new WorkerPool(policies, options);
}

interface Job {
  readonly request: EvaluationRequest;
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

interface Thread {
  readonly worker: Worker;
  ready: boolean;
  job: Job | undefined;
  timer: NodeJS.Timeout | undefined;
}

class WorkerPool implements Evaluator {
  readonly #policies: readonly EvaluablePolicy[];
  readonly #options: EvaluatorOptions;
  readonly #threads = new Set<Thread>();
  readonly #queue: Job[] = [];
  #lastId = 0;
  #closed = false;

  constructor(policies: readonly EvaluablePolicy[], options: EvaluatorOptions) {
    this.#policies = policies;
    this.#options = options;
  }

  evaluate(policy: number, entrypoint: string, input: string, now: bigint): Promise<unknown> {
    if (this.#closed) return Promise.reject(new AppError('ERR_POLICY_EVALUATION', 'the policy engine is closed'));
    return new Promise((resolve, reject) => {
      this.#queue.push({ request: { id: ++this.#lastId, policy, entrypoint, input, now }, resolve, reject });
      this.#assign();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const error = new AppError('ERR_POLICY_EVALUATION', 'the policy engine was closed');
    const threads = [...this.#threads];
    for (const thread of threads) this.#drop(thread, error);
    for (const job of this.#queue.splice(0)) job.reject(error);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  /** Hands waiting jobs to idle threads, and starts a thread where all are busy. */
  #assign(): void {
    for (const thread of this.#threads) {
      if (this.#queue.length === 0) return;
      if (thread.ready && thread.job === undefined) this.#begin(thread, this.#queue.shift());
    }
    const starting = [...this.#threads].filter(({ ready }) => !ready).length;
    const most = Math.min(this.#options.workers, Math.ceil(this.#lastId / EVALUATIONS_PER_THREAD));
    if (this.#queue.length > starting && this.#threads.size < most) this.#start();
  }

  #begin(thread: Thread, job: Job | undefined): void {
    if (job === undefined) return;
    thread.job = job;
    this.#limit(thread, this.#options.deadline);
    thread.worker.postMessage(job.request);
  }

  #start(): void {
    const workerData: EvaluationWorkerData = { policies: this.#policies, maxMemory: this.#options.maxMemory };
    const worker = new Worker(workerUrl('./evaluation-worker', import.meta.url), { workerData });
    const thread: Thread = { worker, ready: false, job: undefined, timer: undefined };
    this.#threads.add(thread);
    this.#limit(thread, START_DEADLINE);
    worker.on('message', (response: EvaluationResponse) => this.#receive(thread, response));
    worker.on('error', (error) => this.#lose(thread, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#lose(thread, `the worker ended with code ${code}`));
  }

  #receive(thread: Thread, response: EvaluationResponse): void {
    if (response.kind === 'loading' || response.kind === 'loaded') {
      const loading = response.kind === 'loading' || !thread.ready;
      this.#limit(thread, loading ? START_DEADLINE : this.#options.deadline);
      return;
    }
    clearTimeout(thread.timer);
    if (response.kind === 'ready') thread.ready = true;
    else settle(thread.job, response);
    thread.job = undefined;
    this.#assign();
  }

  #limit(thread: Thread, milliseconds: number): void {
    clearTimeout(thread.timer);
    thread.timer = setTimeout(() => {
      const what = thread.job === undefined ? 'policy engine' : thread.job.request.entrypoint;
      this.#drop(thread, new AppError('ERR_POLICY_TIMEOUT', `${what}: no answer within ${milliseconds} ms`));
      this.#assign();
    }, milliseconds);
  }

  /** A thread that ended by itself. */
  #lose(thread: Thread, message: string): void {
    if (!this.#threads.has(thread)) return;
    this.#drop(thread, new AppError('ERR_POLICY_EVALUATION', message));
    this.#assign();
  }

  /** When a thread could not even start, nobody waits for the next one. */
  #drop(thread: Thread, error: AppError): void {
    clearTimeout(thread.timer);
    this.#threads.delete(thread);
    thread.job?.reject(error);
    thread.job = undefined;
    if (!thread.ready) for (const job of this.#queue.splice(0)) job.reject(error);
    void thread.worker.terminate();
  }
}

function settle(job: Job | undefined, outcome: EvaluationOutcome): void {
  if (job === undefined || job.request.id !== outcome.id) return;
  const { entrypoint } = job.request;
  if (outcome.kind === 'value') job.resolve(outcome.value);
  else if (outcome.kind === 'undefined')
    job.reject(new AppError('ERR_POLICY_UNDEFINED', `${entrypoint}: the policy gives no answer`));
  else job.reject(new AppError('ERR_POLICY_EVALUATION', `${entrypoint}: ${outcome.message}`));
}
