import type { IssuerStore } from '../../store/issuer/issuer-store.ts';
import type { AuditSink } from './audit-sink.ts';

/** A claim outlives the longest round, so that it need not be renewed. */
const CLAIM = 10 * 60_000;
const ROUND = 2 * 60_000;

export interface ChainAdoptionOptions {
  readonly store: IssuerStore;
  /** Such that others may write to them meanwhile. */
  readonly sinks: readonly AuditSink[];
  /** Milliseconds after which a daemon that was not heard of is dead. */
  readonly deadAfter: number;
  now(): Date;
  onAdopted(adopted: AdoptedChain): void;
  /** Goes on in the next round. */
  onFailure(chain: string, sink: string, error: unknown): void;
}

/** What was brought to the sinks of a chain whose writer is gone. */
export interface AdoptedChain {
  readonly chain: string;
  readonly events: number;
  readonly sinks: readonly string[];
}

/**
 * Brings to the sinks what writers that are gone still owed them: daemons that were killed, and commands, which end before anybody could
 * deliver. Each chain is claimed, so that only one of several daemons does it; a claim whose holder dies ends by itself.
 */
export class ChainAdoption {
  readonly #options: ChainAdoptionOptions;
  /** Chains that nobody owes anything of any more. */
  readonly #settled = new Set<string>();
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: ChainAdoptionOptions) {
    this.#options = options;
  }

  /** Looks for such chains; calls that come meanwhile share the round. Never fails: a sink that does is tried again the next time. */
  round(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #round(): Promise<void> {
    const { store, now, deadAfter } = this.#options;
    const until = performance.now() + ROUND;
    const gone = await store
      .read(({ instances }) => instances.gone(new Date(now().getTime() - deadAfter)))
      .catch(() => []);
    for (const { chain, ended } of gone) {
      if (this.#closed || performance.now() > until) return;
      if (chain === store.chain || this.#settled.has(chain)) continue;
      try {
        const whole = await this.#adopt(chain, until);
        // Who has not said goodbye may come back, and have more to say.
        if (whole && ended) this.#settled.add(chain);
      } catch (error) {
        this.#options.onFailure(chain, 'store', error);
        return;
      }
    }
  }

  /** @returns whether all sinks have all of it. */
  async #adopt(chain: string, until: number): Promise<boolean> {
    const { store, now, sinks, onAdopted } = this.#options;
    const { head, cursors } = await store.read(async ({ audit, auditCursors }) => ({
      head: (await audit.head(chain))?.seq ?? 0,
      cursors: (await auditCursors.list()).filter((cursor) => cursor.chain === chain),
    }));
    const has = (sink: AuditSink) => (cursors.find((cursor) => cursor.sink === sink.name)?.seq ?? 0) >= head;
    if (sinks.every(has)) return true;
    const claim = `audit:${chain}`;
    const taken = await store.write(({ sharedClaims }) =>
      sharedClaims.take(claim, store.instance, now(), new Date(now().getTime() + CLAIM)),
    );
    if (!taken) return false;
    try {
      const brought = await Promise.all(
        sinks.map(async (sink) => ({ sink, ...(await this.#bring(chain, sink, until)) })),
      );
      const events = Math.max(0, ...brought.map(({ count }) => count));
      const reached = brought.filter(({ count }) => count > 0).map(({ sink }) => sink.name);
      if (events > 0) onAdopted({ chain, events, sinks: reached });
      return brought.every(({ whole }) => whole);
    } finally {
      await store.write(({ sharedClaims }) => sharedClaims.giveBack(claim, store.instance));
    }
  }

  async #bring(chain: string, sink: AuditSink, until: number): Promise<{ count: number; whole: boolean }> {
    const { store, now } = this.#options;
    let count = 0;
    try {
      let seq = await this.#begin(chain, sink);
      while (!this.#closed && performance.now() < until) {
        const events = await store.read(({ audit }) => audit.after(seq, sink.batch, chain));
        const last = events.at(-1);
        if (last !== undefined) {
          await inTime(sink.write(events), sink.timeout);
          count += events.length;
          seq = last.seq;
        }
        await store.write(({ auditCursors }) => auditCursors.save(sink.name, chain, seq, now()));
        if (last === undefined) return { count, whole: true };
      }
    } catch (error) {
      this.#options.onFailure(chain, sink.name, error);
    }
    return { count, whole: false };
  }

  /** What the store remembers, or what the sink itself has where that is more: the writer may have died before it said so. */
  async #begin(chain: string, sink: AuditSink): Promise<number> {
    const { store } = this.#options;
    const said = (await inTime(sink.lastSeq(chain), sink.timeout)) ?? 0;
    return await store.read(async ({ audit, auditCursors }) => {
      const stored = await auditCursors.find(sink.name, chain);
      const head = (await audit.head(chain))?.seq ?? 0;
      return said > head ? stored : Math.max(stored, said);
    });
  }
}

async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'TIMEOUT' })), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
