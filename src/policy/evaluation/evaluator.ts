import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { workerUrl } from '../../wasm/worker-url.ts';
import { EvaluationClock } from './evaluation-clock.ts';
import type {
  EvaluablePolicy,
  EvaluationOutcome,
  EvaluationRequest,
  EvaluationResponse,
  EvaluationWorkerData,
} from './evaluation-worker.ts';
import { parseAnswer } from './parse-answer.ts';

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
  /**
   * Starts all threads, and waits until each has loaded the policies, so that nobody who asks later has to. A thread that cannot is
   * no error here: whoever asks then is told.
   */
  warm(): Promise<void>;
  close(): Promise<void>;
}

/** While the threads there are have not been at work for so many milliseconds each, one more does not pay for its start. */
const THREAD_PAYS = 100;

/** Starting a thread and loading OPA's own code are not the policy's time, yet must end. */
const START_DEADLINE = 60_000;

/** What one message takes at most: requests, and characters of their inputs. */
const MAX_BATCH = 32;
const MAX_BATCH_TEXT = 1024 ** 2;

/** While a thread works, this many waiting requests are worth sending it, so that it need not wait for the next ones. */
const MIN_AHEAD = 8;

/**
 * Megabytes of a thread's JavaScript: texts pass through it, values stay in the policy's own memory. Little room for what is
 * young keeps a thread small; more makes it no faster.
 */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 4 };

/** Ids start anew before they outgrow the 32 bits of the clock. */
const MAX_ID = 2 ** 31 - 1;

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
  readonly clock: EvaluationClock;
  /** Resolves when it is ready, or has ended. */
  readonly started: Promise<void>;
  ready: boolean;
  /** What it was sent and has not answered, in order. */
  readonly jobs: Map<number, Job>;
  timer: NodeJS.Timeout | undefined;
}

class WorkerPool implements Evaluator {
  readonly #policies: readonly EvaluablePolicy[];
  readonly #options: EvaluatorOptions;
  readonly #threads = new Set<Thread>();
  #queue: Job[] = [];
  #lastId = 0;
  #began: number | undefined;
  #assigning = false;
  #closed = false;

  constructor(policies: readonly EvaluablePolicy[], options: EvaluatorOptions) {
    this.#policies = policies;
    this.#options = options;
  }

  evaluate(policy: number, entrypoint: string, input: string, now: bigint): Promise<unknown> {
    if (this.#closed) return Promise.reject(new AppError('ERR_POLICY_EVALUATION', 'the policy engine is closed'));
    this.#lastId = (this.#lastId % MAX_ID) + 1;
    const request = { id: this.#lastId, policy, entrypoint, input, now };
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#assignSoon();
    });
  }

  async warm(): Promise<void> {
    while (!this.#closed && this.#threads.size < this.#options.workers) this.#start();
    await Promise.all([...this.#threads].map(({ started }) => started));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const error = new AppError('ERR_POLICY_EVALUATION', 'the policy engine was closed');
    const threads = [...this.#threads];
    for (const thread of threads) {
      this.#drop(thread);
      rejectAll(thread.jobs.values(), error);
    }
    rejectAll(this.#queue.splice(0), error);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  /** Whoever asks for one thing mostly asks for more in the same turn: they go in one message. */
  #assignSoon(): void {
    if (this.#assigning) return;
    this.#assigning = true;
    setImmediate(() => {
      this.#assigning = false;
      this.#assign();
    });
  }

  /** Hands waiting jobs to threads with nothing to do, then to those that soon have, and starts a thread where it pays. */
  #assign(): void {
    if (this.#closed) return;
    const ready = [...this.#threads].filter((thread) => thread.ready);
    const idle = ready.filter(({ jobs }) => jobs.size === 0);
    for (const [index, thread] of idle.entries())
      this.#send(thread, Math.ceil(this.#queue.length / (idle.length - index)));
    const isStarting = ready.length < this.#threads.size;
    if (this.#queue.length > 0 && !isStarting && this.#threads.size < this.#worthwhile()) this.#start();
    for (const thread of ready)
      if (this.#queue.length >= MIN_AHEAD && thread.jobs.size <= MAX_BATCH) this.#send(thread, MAX_BATCH);
  }

  /** How many threads there may be by now. */
  #worthwhile(): number {
    this.#began ??= performance.now();
    return Math.min(this.#options.workers, 1 + Math.floor((performance.now() - this.#began) / THREAD_PAYS));
  }

  #send(thread: Thread, most: number): void {
    const requests: EvaluationRequest[] = [];
    let text = 0;
    for (const job of this.#queue) {
      text += job.request.input.length;
      const isFull = requests.length === Math.min(most, MAX_BATCH) || (requests.length > 0 && text > MAX_BATCH_TEXT);
      if (isFull) break;
      thread.jobs.set(job.request.id, job);
      requests.push(job.request);
    }
    if (requests.length === 0) return;
    this.#queue = this.#queue.slice(requests.length);
    if (thread.timer === undefined) this.#watch(thread, this.#options.deadline);
    thread.worker.postMessage(requests);
  }

  #start(): void {
    const clock = new EvaluationClock();
    clock.enter('loading');
    const { maxMemory } = this.#options;
    const workerData: EvaluationWorkerData = { policies: this.#policies, maxMemory, clock: clock.buffer };
    const url = workerUrl('./evaluation-worker', import.meta.url);
    const worker = new Worker(url, { workerData, resourceLimits: HEAP });
    const started = new Promise<void>((resolve) => {
      worker.once('message', () => resolve());
      worker.once('exit', () => resolve());
    });
    const thread: Thread = { worker, clock, started, ready: false, jobs: new Map(), timer: undefined };
    this.#threads.add(thread);
    this.#watch(thread, START_DEADLINE);
    worker.on('message', (response: EvaluationResponse) => this.#receive(thread, response));
    worker.on('error', (error) => this.#lose(thread, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#lose(thread, `the worker ended with code ${code}`));
  }

  #receive(thread: Thread, response: EvaluationResponse): void {
    if (response === 'ready') {
      thread.ready = true;
      clearTimeout(thread.timer);
      thread.timer = undefined;
    } else
      for (const outcome of response) {
        settle(thread.jobs.get(outcome.id), outcome);
        thread.jobs.delete(outcome.id);
      }
    this.#assignSoon();
  }

  #watch(thread: Thread, milliseconds: number): void {
    thread.timer = setTimeout(() => this.#check(thread), milliseconds);
  }

  /** The thread may have gone on meanwhile, and its answers may be on their way: only its own clock tells. */
  #check(thread: Thread): void {
    thread.timer = undefined;
    const { phase, id, elapsed } = thread.clock.read();
    const limit = thread.ready && phase !== 'loading' ? this.#options.deadline : START_DEADLINE;
    if (thread.ready && phase === 'idle') {
      if (thread.jobs.size > 0) this.#watch(thread, limit);
    } else if (elapsed < limit) this.#watch(thread, limit - elapsed);
    else {
      const job = thread.jobs.get(id);
      const what = job?.request.entrypoint ?? 'policy engine';
      this.#abandon(thread, job, new AppError('ERR_POLICY_TIMEOUT', `${what}: no answer within ${limit} ms`));
    }
  }

  /** A thread that ended by itself. */
  #lose(thread: Thread, message: string): void {
    if (!this.#threads.has(thread)) return;
    const { phase, id } = thread.clock.read();
    const job = phase === 'idle' ? undefined : thread.jobs.get(id);
    const what = job === undefined ? '' : `${job.request.entrypoint}: `;
    this.#abandon(thread, job, new AppError('ERR_POLICY_EVALUATION', `${what}${message}`));
  }

  /**
   * Gives a thread up: the job that it is lost by fails, and others begin anew elsewhere. Where there is none to blame all fail, and
   * when a thread could not even start, nobody waits for the next one.
   */
  #abandon(thread: Thread, job: Job | undefined, error: AppError): void {
    this.#drop(thread);
    const others = [...thread.jobs.values()].filter((other) => other !== job);
    job?.reject(error);
    if (job === undefined) rejectAll(others, error);
    else this.#queue.unshift(...others);
    if (!thread.ready) rejectAll(this.#queue.splice(0), error);
    this.#assignSoon();
  }

  #drop(thread: Thread): void {
    clearTimeout(thread.timer);
    this.#threads.delete(thread);
    void thread.worker.terminate();
  }
}

function rejectAll(jobs: Iterable<Job>, error: AppError): void {
  for (const job of jobs) job.reject(error);
}

function settle(job: Job | undefined, outcome: EvaluationOutcome): void {
  if (job === undefined) return;
  const { entrypoint } = job.request;
  if (outcome.kind === 'value') resolveText(job, outcome.text);
  else if (outcome.kind === 'undefined')
    job.reject(new AppError('ERR_POLICY_UNDEFINED', `${entrypoint}: the policy gives no answer`));
  else job.reject(new AppError('ERR_POLICY_EVALUATION', `${entrypoint}: ${outcome.message}`));
}

/** What a policy answers was written by code that is not ours to trust. */
function resolveText({ request, resolve, reject }: Job, text: string): void {
  try {
    resolve(parseAnswer(text));
  } catch (cause) {
    reject(new AppError('ERR_POLICY_EVALUATION', `${request.entrypoint}: the answer is no JSON`, { cause }));
  }
}
