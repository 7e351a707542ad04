import type { Lease } from '../model/lease.ts';
import type { CallContext } from './issuer.ts';
import type { IssuerParts } from './parts.ts';

const MINUTE = 60_000;
/** Leases whose last minute is remembered; behind that the store is asked, which knows as well. */
const MOST = 10_000;

/** Writes down that a lease is used, once in a minute each, whichever daemon hears of it, and behind the answer to who asked. */
export class LeaseUse {
  readonly #parts: IssuerParts;
  readonly #told = new Map<string, number>();
  readonly #under = new Set<Promise<void>>();

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  tell(lease: Lease, by: string, context: CallContext): void {
    const minute = Math.floor(this.#parts.now().getTime() / MINUTE);
    if (this.#told.get(lease.id) === minute) return;
    if (this.#told.size >= MOST) this.#told.clear();
    this.#told.set(lease.id, minute);
    const written = this.#write(lease, by, minute, context).finally(() => this.#under.delete(written));
    this.#under.add(written);
  }

  async idle(): Promise<void> {
    await Promise.all(this.#under);
  }

  async #write({ id, request, target }: Lease, actor: string, minute: number, context: CallContext): Promise<void> {
    const { write, logger } = this.#parts;
    const detail = { source_ip: context.sourceIp, correlation_id: context.correlationId };
    try {
      await write(async ({ audit, replay }, now) => {
        const first = await replay.use('lease.used', `${id}|${minute}`, new Date((minute + 1) * MINUTE));
        if (first) await audit.append({ event: 'lease.used', actor, target, request, lease: id, detail }, now);
      });
    } catch (error) {
      logger.error({ event: 'store.failed', err: error });
    }
  }
}
