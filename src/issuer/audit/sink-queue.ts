import type { AuditEvent } from '../../model/audit-event.ts';
import type { AuditSink } from './audit-sink.ts';

interface Waiter {
  readonly seq: number;
  resolve(): void;
  reject(error: unknown): void;
}

export interface SinkQueueOptions {
  readonly chain: string;
  /** Events behind `seq`, oldest first. */
  eventsAfter(seq: number, limit: number): Promise<readonly AuditEvent[]>;
  onFailure(sink: AuditSink, error: unknown): void;
  readonly retryFirst: number;
  readonly retryMost: number;
}

const BATCH = 500;

/**
 * Delivers the chain to one sink, in order, from where the sink stopped. The store is the queue, so it is never full and survives
 * restarts. A sink that hangs keeps only its own queue: one write is under way at a time, and who waits for it has a time-out.
 */
export class SinkQueue {
  readonly sink: AuditSink;
  readonly #options: SinkQueueOptions;
  readonly #waiters = new Set<Waiter>();
  #cursor: number | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #failures = 0;
  #late = false;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(sink: AuditSink, options: SinkQueueOptions) {
    this.sink = sink;
    this.#options = options;
  }

  /** Sequence number up to which the sink has everything. */
  get cursor(): number {
    return this.#cursor ?? 0;
  }

  /** The last write failed, or somebody waited in vain for it. */
  get failing(): boolean {
    return this.#failures > 0 || this.#late;
  }

  /** There is something new. A sink that fails is left alone until its next attempt is due, unless somebody waits for it. */
  notify(awaited = false): void {
    if (this.#closed) return;
    this.#again = true;
    if (this.#running !== undefined || (this.#failures > 0 && !awaited)) return;
    clearTimeout(this.#retry);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again && this.#failures === 0) this.notify();
    });
  }

  /** Resolves when the sink has everything up to `seq`; rejects when it fails or does not take it within `timeout`. */
  reached(seq: number, timeout: number): Promise<void> {
    if (this.cursor >= seq) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#late = true;
        settle(() => reject(new Error(`no answer within ${timeout} ms`)));
      }, timeout);
      const settle = (how: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        how();
      };
      const waiter: Waiter = {
        seq,
        resolve: () => settle(resolve),
        reject: (error) => settle(() => reject(error)),
      };
      this.#waiters.add(waiter);
      this.notify(true);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#running;
    await this.sink.close();
  }

  async #run(): Promise<void> {
    try {
      this.#cursor ??= await this.sink.lastSeq(this.#options.chain);
      while (this.#again) {
        this.#again = false;
        for (;;) {
          const events = await this.#options.eventsAfter(this.#cursor, BATCH);
          const last = events.at(-1);
          if (last === undefined) break;
          await this.sink.write(events);
          this.#cursor = last.seq;
          this.#failures = 0;
          this.#late = false;
          for (const waiter of [...this.#waiters]) if (waiter.seq <= last.seq) waiter.resolve();
        }
      }
      this.#failures = 0;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failures += 1;
    // Where the sink stands is asked again: a write that failed may have been taken in part.
    this.#cursor = undefined;
    for (const waiter of [...this.#waiters]) waiter.reject(error);
    if (this.#failures === 1) this.#options.onFailure(this.sink, error);
    if (this.#closed) return;
    const pause = Math.min(this.#options.retryFirst * 2 ** (this.#failures - 1), this.#options.retryMost);
    this.#retry = setTimeout(() => this.notify(true), pause);
    this.#retry.unref();
  }
}
