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
  /** The newest event that there is. */
  headSeq(): Promise<number>;
  /** How far the sink was, for one that cannot tell. */
  storedSeq(): Promise<number>;
  /** Told once for each outage. */
  onFailure(error: unknown): void;
  /** @param missed - events that it gets later than it should have. */
  onRecovered(missed: number): void;
  readonly retryFirst: number;
  readonly retryMost: number;
}

/**
 * Delivers the chain to one sink, in order, from where the sink stopped. The store is the queue, so it is never full and survives
 * restarts. A sink that hangs keeps only its own queue: one write is under way at a time, and who waits for it has a time-out.
 */
export class SinkQueue {
  readonly sink: AuditSink;
  readonly #options: SinkQueueOptions;
  readonly #waiters = new Set<Waiter>();
  #cursor: number | undefined;
  /** Of a sink that cannot tell: what it is known to have. */
  #known: number | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #failures = 0;
  #late = false;
  /** Where the sink stood when its outage was told of. */
  #alarmedAt: number | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(sink: AuditSink, options: SinkQueueOptions) {
    this.sink = sink;
    this.#options = options;
  }

  /** Sequence number up to which the sink has everything. */
  get cursor(): number {
    return this.#cursor ?? this.#known ?? 0;
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
    if (this.#cursor !== undefined && this.#cursor >= seq) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#late = true;
        settle(() => reject(lateError(timeout)));
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
      this.#cursor ??= await this.#begin();
      this.#settle(this.#cursor);
      while (this.#again) {
        this.#again = false;
        for (;;) {
          const events = await this.#options.eventsAfter(this.#cursor, this.sink.batch);
          const last = events.at(-1);
          if (last === undefined) break;
          await this.#write(events);
          this.#cursor = last.seq;
          this.#known = last.seq;
          this.#failures = 0;
          this.#late = false;
          this.#settle(last.seq);
        }
      }
      this.#failures = 0;
      this.#recovered();
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Where to go on. A sink that has more than there is, behind a store that was put back from a backup, goes on where the store
   * remembers it: else nothing of what is new would be anywhere but in the store.
   */
  async #begin(): Promise<number> {
    const { chain, headSeq, storedSeq } = this.#options;
    const said = (await this.sink.lastSeq(chain)) ?? this.#known;
    return said === undefined || said > (await headSeq()) ? await storedSeq() : said;
  }

  async #write(events: readonly AuditEvent[]): Promise<void> {
    const { timeout } = this.sink;
    const watchdog = setTimeout(() => {
      this.#late = true;
      this.#alarm(lateError(timeout));
    }, timeout);
    try {
      await this.sink.write(events);
    } finally {
      clearTimeout(watchdog);
    }
  }

  #settle(seq: number): void {
    for (const waiter of [...this.#waiters]) if (waiter.seq <= seq) waiter.resolve();
  }

  #fail(error: unknown): void {
    this.#failures += 1;
    // Where the sink stands is asked again: a write that failed may have been taken in part.
    this.#cursor = undefined;
    for (const waiter of [...this.#waiters]) waiter.reject(error);
    this.#alarm(error);
    if (this.#closed) return;
    const pause = Math.min(this.#options.retryFirst * 2 ** (this.#failures - 1), this.#options.retryMost);
    this.#retry = setTimeout(() => this.notify(true), pause);
    this.#retry.unref();
  }

  #alarm(error: unknown): void {
    if (this.#alarmedAt !== undefined) return;
    this.#alarmedAt = this.cursor;
    this.#options.onFailure(error);
  }

  #recovered(): void {
    if (this.#alarmedAt === undefined) return;
    const missed = Math.max(0, this.cursor - this.#alarmedAt);
    this.#alarmedAt = undefined;
    this.#options.onRecovered(missed);
  }
}

function lateError(timeout: number): Error {
  return Object.assign(new Error(`no answer within ${timeout} ms`), { code: 'TIMEOUT' });
}
