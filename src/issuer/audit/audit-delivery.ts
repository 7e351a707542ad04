import { AppError } from '../../errors.ts';
import { codeOf } from '../../net/post.ts';
import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { AuditSink } from './audit-sink.ts';
import { ChainAdoption } from './chain-adoption.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { SinkQueue } from './sink-queue.ts';

export interface AuditDeliveryOptions {
  readonly store: IssuerStore;
  readonly sinks: readonly AuditSink[];
  /** Milliseconds that somebody who waits is kept waiting at most. */
  readonly timeout: number;
  readonly retryFirst: number;
  readonly retryMost: number;
  /** Milliseconds after which a daemon that was not heard of is dead, and what it owed the sinks is anybody's. */
  readonly deadAfter: number;
  now(): Date;
  /** `error` is a short code: never the text of a foreign error. */
  onTrouble(trouble: SinkTrouble, cause?: unknown): void;
}

/** What is worth an event about a sink. */
export type SinkTrouble =
  | { readonly kind: 'sink_failed'; readonly sink: string; readonly error: string }
  | { readonly kind: 'sink_recovered'; readonly sink: string; readonly missed: number }
  | { readonly kind: 'chain_adopted'; readonly chain: string; readonly events: number; readonly sinks: string[] }
  | { readonly kind: 'adoption_failed'; readonly chain: string; readonly sink: string; readonly error: string }
  | { readonly kind: 'sink_space_low'; readonly sink: string; readonly free_bytes: number };

/** How one sink does. */
export interface SinkState {
  readonly sink: string;
  readonly failing: boolean;
  /** Events that it does not have yet. */
  readonly lag: number;
  /** Age of the oldest of them. */
  readonly lagSeconds: number;
  readonly freeBytes?: number;
}

/** Brings the audit chain to its sinks. One success is enough to go on; a failure is an alarm and is made good later. */
export class AuditDelivery {
  readonly #options: AuditDeliveryOptions;
  readonly #queues: readonly SinkQueue[];
  readonly #adoption: ChainAdoption;
  readonly #saved = new Map<string, number>();
  readonly #lowSpace = new Set<string>();

  constructor(options: AuditDeliveryOptions) {
    this.#options = options;
    const { store, onTrouble } = options;
    const sinks = options.sinks.map(oneAtATime);
    this.#adoption = new ChainAdoption({
      store,
      sinks,
      deadAfter: options.deadAfter,
      now: options.now,
      onAdopted: (adopted) => onTrouble({ kind: 'chain_adopted', ...adopted, sinks: [...adopted.sinks] }),
      onFailure: (chain, sink, error) =>
        onTrouble({ kind: 'adoption_failed', chain, sink, error: codeOf(error) }, error),
    });
    this.#queues = sinks.map(
      (sink) =>
        new SinkQueue(sink, {
          chain: store.chain,
          eventsAfter: (seq, limit) => store.read(({ audit }) => audit.after(seq, limit)),
          headSeq: () => this.#headSeq(),
          storedSeq: () => store.read(({ auditCursors }) => auditCursors.find(sink.name, store.chain)),
          onFailure: (error) => onTrouble({ kind: 'sink_failed', sink: sink.name, error: codeOf(error) }, error),
          onRecovered: (missed) => onTrouble({ kind: 'sink_recovered', sink: sink.name, missed }),
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
      await Promise.any(this.#durable().map((queue) => queue.reached(seq, this.#options.timeout)));
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

  async states(): Promise<readonly SinkState[]> {
    const head = await this.#headSeq();
    return await Promise.all(
      this.#queues.map(async ({ sink, cursor, failing }) => {
        const [oldest] = cursor >= head ? [] : await this.#options.store.read(({ audit }) => audit.after(cursor, 1));
        const age = oldest === undefined ? 0 : this.#options.now().getTime() - Date.parse(oldest.at);
        const free = (await sink.space?.().catch(() => undefined))?.free;
        return {
          sink: sink.name,
          failing,
          lag: Math.max(0, head - cursor),
          lagSeconds: Math.max(0, age / 1000),
          ...(free === undefined ? {} : { freeBytes: free }),
        };
      }),
    );
  }

  /** For now and then: remembers how far each sink is, and looks whether there is room left. */
  async upkeep(): Promise<void> {
    await this.#saveCursors();
    for (const { sink } of this.#queues) await this.#checkSpace(sink);
    // Nobody waits for what others have left.
    void this.adopt();
  }

  /** Delivers what writers that are gone still owe the sinks. */
  adopt(): Promise<void> {
    return this.#adoption.round();
  }

  async #saveCursors(): Promise<void> {
    const moved = this.#queues.filter(({ sink, cursor }) => cursor > (this.#saved.get(sink.name) ?? 0));
    const { store, now } = this.#options;
    if (moved.length > 0)
      await store.write(async ({ auditCursors }) => {
        for (const { sink, cursor } of moved) await auditCursors.save(sink.name, store.chain, cursor, now());
      });
    for (const { sink, cursor } of moved) this.#saved.set(sink.name, cursor);
  }

  async close(): Promise<void> {
    await this.#adoption.close();
    await Promise.all(this.#queues.map((queue) => queue.close()));
    await this.#saveCursors().catch(() => undefined);
  }

  async #checkSpace(sink: AuditSink): Promise<void> {
    const space = await sink.space?.().catch(() => undefined);
    if (space?.low !== true) this.#lowSpace.delete(sink.name);
    else if (!this.#lowSpace.has(sink.name)) {
      this.#lowSpace.add(sink.name);
      this.#options.onTrouble({ kind: 'sink_space_low', sink: sink.name, free_bytes: space.free });
    }
  }

  #durable(): readonly SinkQueue[] {
    return this.#queues.filter((queue) => queue.sink.durable);
  }

  async #headSeq(): Promise<number> {
    return (await this.#options.store.read(({ audit }) => audit.head()))?.seq ?? 0;
  }
}
