import { Worker } from 'node:worker_threads';
import type { AppError } from '../errors.ts';

export interface DisposableWorkerOptions<Request> {
  /** Of the worker's entry: it answers each message with one that has the same `id`. */
  readonly url: URL;
  /** Of one call, in milliseconds. */
  readonly deadline: number;
  timedOut(request: Request): AppError;
  /** @param what - what became of the worker: `was closed`, `failed: …`. */
  failed(what: string): AppError;
  /** An idle worker does not keep the process from ending. */
  readonly background?: boolean;
}

interface PendingCall<Response> {
  resolve(response: Response): void;
  reject(error: AppError): void;
}

/**
 * One worker at a time, started by the first call. A worker that failed or ran out of time is dropped with all that it was
 * asked, and the next call starts another.
 */
export class DisposableWorker<Request extends object, Response extends { readonly id: number }> {
  readonly #options: DisposableWorkerOptions<Request>;
  readonly #pending = new Map<number, PendingCall<Response>>();
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(options: DisposableWorkerOptions<Request>) {
    this.#options = options;
  }

  /** @param deadline - for this call, instead of the one that all have. */
  call(request: Request, deadline = this.#options.deadline): Promise<Response> {
    const worker = this.#start();
    const id = ++this.#lastId;
    const answer = new Promise<Response>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    const timer = setTimeout(() => this.#drop(worker, this.#options.timedOut(request)), deadline);
    worker.postMessage({ ...request, id });
    return answer.finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#drop(worker, this.#options.failed('was closed'));
    await worker.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#options.url);
    worker.on('message', (response: Response) => {
      this.#pending.get(response.id)?.resolve(response);
      this.#pending.delete(response.id);
    });
    const failed = (what: string) => this.#drop(worker, this.#options.failed(what));
    worker.on('error', (error) => failed(`failed: ${error instanceof Error ? error.message : String(error)}`));
    worker.on('exit', (code) => failed(`ended with code ${code}`));
    // A call that is under way has a timer, which the process waits for.
    if (this.#options.background === true) worker.unref();
    this.#worker = worker;
    return worker;
  }

  #drop(worker: Worker, error: AppError): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    void worker.terminate();
    for (const call of this.#pending.values()) call.reject(error);
    this.#pending.clear();
  }
}
