import { AppError } from '../../errors.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { AuditSink } from './audit-sink.ts';
import { SinkQueue } from './sink-queue.ts';

export interface AuditDeliveryOptions {
  readonly store: IssuerStore;
  readonly sinks: readonly AuditSink[];
  readonly chain: string;
  /** Milliseconds that somebody who waits is kept waiting at most. */
  readonly timeout: number;
  readonly retryFirst: number;
  readonly retryMost: number;
  onFailure(sink: AuditSink, error: unknown): void;
}

/** Brings the audit chain to its sinks. One success is enough to go on; a failure is an alarm and is made good later. */
export class AuditDelivery {
  readonly #queues: readonly SinkQueue[];
  readonly #timeout: number;
  readonly #store: IssuerStore;

  constructor(options: AuditDeliveryOptions) {
    this.#store = options.store;
    this.#timeout = options.timeout;
    this.#queues = options.sinks.map(
      (sink) =>
        new SinkQueue(sink, {
          chain: options.chain,
          eventsAfter: (seq, limit) => options.store.read(({ audit }) => audit.after(seq, limit)),
          onFailure: options.onFailure,
          retryFirst: options.retryFirst,
          retryMost: options.retryMost,
        }),
    );
  }

  /** There is something new; nobody waits for it. */
  notify(): void {
    for (const queue of this.#queues) queue.notify();
  }

  /**
   * Resolves when at least one durable sink has everything up to `seq`.
   *
   * @throws {AppError} ERR_AUDIT_UNWRITABLE when none takes it in time.
   */
  async reached(seq: number): Promise<void> {
    this.notify();
    try {
      await Promise.any(this.#durable().map((queue) => queue.reached(seq, this.#timeout)));
    } catch (error) {
      throw new AppError('ERR_AUDIT_UNWRITABLE', 'no audit sink can be written, so nothing is issued', {
        hint: 'check the disk and the permissions of the audit folder',
        cause: error,
      });
    }
  }

  /**
   * Makes sure, before anything is created anywhere, that some durable sink works: only asks where all of them failed last.
   *
   * @throws {AppError} ERR_AUDIT_UNWRITABLE
   */
  async ready(): Promise<void> {
    if (this.#durable().some((queue) => !queue.failing)) return;
    await this.reached(await this.#headSeq());
  }

  /** Events that no durable sink has yet. */
  async backlog(): Promise<number> {
    const ahead = Math.max(0, ...this.#durable().map((queue) => queue.cursor));
    return Math.max(0, (await this.#headSeq()) - ahead);
  }

  async close(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  #durable(): readonly SinkQueue[] {
    return this.#queues.filter((queue) => queue.sink.durable);
  }

  async #headSeq(): Promise<number> {
    return (await this.#store.read(({ audit }) => audit.head()))?.seq ?? 0;
  }
}
