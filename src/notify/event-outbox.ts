import type { AuditSink } from '../issuer/audit/audit-sink.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { IssuerStore } from '../store/issuer/issuer-store.ts';

export interface EventOutboxOptions {
  /** What this outbox is called where the store remembers how far it is. */
  readonly name: string;
  readonly store: Pick<IssuerStore, 'read' | 'write'>;
  now(): Date;
  /**
   * Resolves when whatever has to come of the event is on disk; may be called twice for one event after a crash.
   *
   * @returns whether anything came of it.
   */
  take(event: AuditEvent): Promise<boolean>;
}

const YOUNG = 60_000;

/**
 * Turns audit events into work for others, as one more reader of the chain: nothing is lost by a crash between the event and its
 * work, and whoever caused the event waits for none of it.
 */
export class EventOutbox implements AuditSink {
  readonly name: string;
  readonly durable = false;
  readonly timeout = 30_000;
  readonly batch = 100;
  readonly #options: EventOutboxOptions;
  #cursor: number | undefined;

  constructor(options: EventOutboxOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async lastSeq(chain: string): Promise<number> {
    this.#cursor ??= await this.#begin(chain);
    return this.#cursor;
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    const { store, take, now } = this.#options;
    for (const event of events) {
      const worked = await take(event);
      this.#cursor = event.seq;
      // Before the usual upkeep, so that a crash repeats little.
      if (worked) await store.write(({ auditCursors }) => auditCursors.save(this.name, event.chain, event.seq, now()));
    }
  }

  async close(): Promise<void> {}

  /** The first time on an old store it begins at the end: nobody wants to hear of last year. A young chain is read whole. */
  async #begin(chain: string): Promise<number> {
    const { store, now } = this.#options;
    const { known, oldest, head } = await store.read(async ({ audit, auditCursors }) => ({
      known: (await auditCursors.list()).filter(({ sink }) => sink === this.name),
      oldest: (await audit.after(0, 1, chain))[0],
      head: await audit.head(chain),
    }));
    const cursor = known.find((one) => one.chain === chain);
    if (cursor !== undefined) return cursor.seq;
    const young = oldest === undefined || now().getTime() - Date.parse(oldest.at) < YOUNG;
    const seq = young || known.length > 0 ? 0 : (head?.seq ?? 0);
    await store.write(({ auditCursors }) => auditCursors.save(this.name, chain, seq, now()));
    return seq;
  }
}
