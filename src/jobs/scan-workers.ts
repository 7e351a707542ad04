import type { KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../errors.ts';
import type { FileRef } from '../scan/file-source.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import { mergeResults } from '../scan/merge-results.ts';
import type { ScanResult } from '../scan/run.ts';
import type { BatchReading, ReadBatch, ScanPool } from '../scan/scan-pool.ts';
import type { SecretSettings } from '../scan/secrets/secret-settings.ts';
import { BatchQueue } from './batch-queue.ts';
import { CURRENT_FILE, type ScanRequest, type ScanResponse, type ScanWorkerData, STEPS } from './scan-worker.ts';

export interface ScanWorkersOptions {
  /** How many threads read. */
  readonly jobs: number;
  readonly settings: SecretSettings;
  /** Key of fingerprints. */
  readonly key: KeyObject;
  /** How long a worker may work on one piece of a file, in milliseconds, beside what its size allows. */
  readonly patience?: number;
  /** The most memory that a worker may use for objects, in MB. */
  readonly memory?: number;
}

/** A pool that reads with the built-in scanners in threads of its own. Whoever made it closes it. */
export interface ScanWorkers extends ScanPool {
  close(): Promise<void>;
}

const PATIENCE = 10_000;
/** What is read as a whole takes its time: milliseconds per byte. */
const PATIENCE_PER_BYTE = 1 / 1_000;
/** Loading code and rules. */
const START_PATIENCE = 60_000;
const LOOK_EVERY = 1_000;
const MEMORY = 512;
/** Of this, for what is new: three halves of the least size. */
const YOUNG_MB = 3;

/** As many as there are cores, from 2 to 4: more wait for the disk and for whoever takes what they find. */
export function defaultJobs(): number {
  return Math.min(4, Math.max(2, availableParallelism()));
}

/** Makes workers when the first batch comes; none before. */
export function scanWorkers(options: ScanWorkersOptions): ScanWorkers {
  return new Pool(options);
}

/** Files of a batch that one worker reads in one go. */
interface Piece {
  readonly task: Task;
  readonly refs: readonly FileRef[];
  /** Facts of these that were taken already. */
  skip: number;
}

/** A batch: what is still to be read of it, in order, and the results so far. */
interface Task {
  readonly batch: ReadBatch;
  readonly queue: BatchQueue;
  readonly todo: (Piece | ScanResult)[];
  readonly done: ScanResult[];
  /** Who reads a piece of it. */
  thread: Thread | undefined;
}

interface Thread {
  readonly worker: Worker;
  readonly progress: Int32Array;
  piece: Piece | undefined;
  steps: number;
  /** When it made its last step, as far as somebody looked. */
  since: number;
}

class Pool implements ScanWorkers {
  readonly size: number;
  readonly #options: ScanWorkersOptions;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Piece[] = [];
  #watch: NodeJS.Timeout | undefined;

  constructor(options: ScanWorkersOptions) {
    this.size = options.jobs;
    this.#options = options;
  }

  read(batch: ReadBatch): BatchReading {
    const queue = new BatchQueue(() => task.thread?.worker.postMessage({ kind: 'taken' } satisfies ScanRequest));
    const task: Task = { batch, queue, todo: [], done: [], thread: undefined };
    this.#waiting.push({ task, refs: batch.refs, skip: 0 });
    this.#assign();
    return queue;
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const idle = [...this.#threads].find(({ piece }) => piece === undefined);
      const thread = idle ?? (this.#threads.size < this.size ? this.#start() : undefined);
      if (thread === undefined) return;
      const piece = this.#waiting.shift();
      if (piece !== undefined) this.#give(thread, piece);
    }
  }

  #give(thread: Thread, piece: Piece): void {
    thread.piece = piece;
    thread.since = performance.now();
    Atomics.store(thread.progress, CURRENT_FILE, 0);
    piece.task.thread = thread;
    const batch = { ...sendable(piece.task.batch), refs: piece.refs };
    thread.worker.postMessage({ kind: 'read', batch, skip: piece.skip } satisfies ScanRequest);
  }

  #start(): Thread {
    const progress = new SharedArrayBuffer(8);
    const { settings, key, memory = MEMORY } = this.#options;
    const workerData: ScanWorkerData = { settings, key, progress };
    const entry = new URL(`./scan-worker${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(entry, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const thread: Thread = {
      worker,
      progress: new Int32Array(progress),
      piece: undefined,
      steps: 0,
      since: performance.now(),
    };
    this.#threads.add(thread);
    worker.on('message', (response: ScanResponse) => this.#receive(thread, response));
    worker.on('error', (error) => this.#lose(thread, reasonOf(error)));
    worker.on('exit', () => this.#lose(thread, 'ended the thread that read it'));
    this.#watch ??= setInterval(() => this.#look(), LOOK_EVERY).unref();
    return thread;
  }

  #receive(thread: Thread, response: ScanResponse): void {
    const { piece } = thread;
    if (piece === undefined) return;
    const { task } = piece;
    if (response.kind === 'facts') {
      piece.skip += response.facts.length;
      task.queue.add(response.facts);
      return;
    }
    thread.piece = undefined;
    task.thread = undefined;
    if (response.kind === 'failed') task.queue.fail(new AppError(response.code, response.message));
    else {
      task.done.push(response.result);
      this.#continue(task);
    }
    this.#assign();
  }

  /** Goes on with what is left of a batch of which a worker was lost. */
  #continue(task: Task): void {
    for (let next = task.todo.shift(); next !== undefined; next = task.todo.shift()) {
      if ('refs' in next) {
        this.#waiting.unshift(next);
        return;
      }
      task.done.push(next);
    }
    task.queue.end(mergeResults(task.done));
  }

  /** The file that a lost worker read is a problem; the others of the batch are read anew, or for the first time. */
  #lose(thread: Thread, reason: string): void {
    if (!this.#threads.delete(thread)) return;
    const { piece } = thread;
    thread.piece = undefined;
    if (piece !== undefined && Atomics.load(thread.progress, STEPS) === 0) {
      // Nothing is wrong with a file: no thread will do better.
      piece.task.queue.fail(new AppError('ERR_INTERNAL', 'a thread that was to read files could not start'));
    } else if (piece !== undefined) {
      const { task, refs, skip } = piece;
      task.thread = undefined;
      const at = Math.min(Atomics.load(thread.progress, CURRENT_FILE), refs.length - 1);
      const lost = refs[at];
      const before: Piece = { task, refs: refs.slice(0, at), skip };
      const after: Piece = { task, refs: refs.slice(at + 1), skip: 0 };
      task.todo.unshift(
        ...(before.refs.length > 0 ? [before] : []),
        ...(lost === undefined ? [] : [lostFile(lost, task.batch, reason)]),
        ...(after.refs.length > 0 ? [after] : []),
      );
      this.#continue(task);
    }
    this.#assign();
  }

  #look(): void {
    const { patience = PATIENCE } = this.#options;
    const now = performance.now();
    for (const thread of this.#threads) {
      const steps = Atomics.load(thread.progress, STEPS);
      if (thread.piece === undefined || steps !== thread.steps) {
        thread.steps = steps;
        thread.since = now;
        continue;
      }
      const limit =
        steps === 0 ? START_PATIENCE : patience + thread.piece.task.batch.source.maxFileSize * PATIENCE_PER_BYTE;
      if (now - thread.since < limit) continue;
      void thread.worker.terminate();
      this.#lose(thread, `took more than ${Math.round(limit / 1_000)} s without a step`);
    }
  }
}

/** A repository is opened here; a thread only reads what is in it. */
function sendable(batch: ReadBatch): ReadBatch {
  const { repository } = batch.source;
  if (repository === undefined) return batch;
  const { close: _, ...plain } = repository;
  return { ...batch, source: { ...batch.source, repository: plain as GitRepository } };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'needed more memory than a worker may have' : 'made a worker fail';
}

/** No scanner got to its end: what else the file holds is not known. */
function lostFile({ path, unit }: FileRef, { scanners }: ReadBatch, reason: string): ScanResult {
  const message = `${path}: reading it ${reason}`;
  return {
    files: { seen: 1, read: 0, bytes: 0 },
    skipped: { unreadable: 1 },
    scanners: Object.fromEntries(scanners.map((id) => [id, { formats: {}, files: 0, facts: {} }])),
    problems: [{ code: 'ERR_SCAN_LIMIT', message, location: { path }, unit }],
    notices: [],
    used: [],
    whole: [],
    complete: false,
    scopes: [],
  };
}
