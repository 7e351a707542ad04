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
/** Of so many writers of the past the outbox knows that it need not tell what they did. */
const MOST_CHAINS = 10_000;

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
  readonly #cursors = new Map<string, number>();

  constructor(options: EventOutboxOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async lastSeq(chain: string): Promise<number> {
    const seq = this.#cursors.get(chain) ?? (await this.#begin(chain));
    this.#cursors.set(chain, seq);
    return seq;
  }

  async write(events: readonly AuditEvent[]): Promise<void> {
    const { store, take, now } = this.#options;
    for (const event of events) {
      const worked = await take(event);
      this.#cursors.set(event.chain, event.seq);
      // Before the usual upkeep, so that a crash repeats little.
      if (worked) await store.write(({ auditCursors }) => auditCursors.save(this.name, event.chain, event.seq, now()));
    }
  }

  async close(): Promise<void> {}

  /**
   * The first time on an old store it begins where the chains end: nobody wants to hear of last year. A young chain is read whole, and so
   * is every one that begins later.
   */
  async #begin(chain: string): Promise<number> {
    const { store, now } = this.#options;
    const known = (await store.read(({ auditCursors }) => auditCursors.list())).filter(
      ({ sink }) => sink === this.name,
    );
    if (known.length > 0) return known.find((one) => one.chain === chain)?.seq ?? 0;
    return await store.write(async ({ audit, auditCursors, instances }) => {
      for (const other of new Set([chain, ...(await instances.recentChains(MOST_CHAINS))])) {
        const [oldest] = await audit.after(0, 1, other);
        const young = oldest === undefined || now().getTime() - Date.parse(oldest.at) < YOUNG;
        await auditCursors.save(this.name, other, young ? 0 : ((await audit.head(other))?.seq ?? 0), now());
      }
      return await auditCursors.find(this.name, chain);
    });
  }
}
