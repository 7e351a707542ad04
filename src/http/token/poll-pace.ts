export const POLL_INTERVAL_SECONDS = 5;
const MAX_TRACKED = 10_000;

interface Pace {
  readonly last: number;
  readonly interval: number;
}

/**
 * Who polls too fast must slow down (CIBA Core 1.0 §11, RFC 8628 §3.5): each such call makes the interval 5 s longer. Kept in
 * memory: forgetting it costs a few polls.
 */
export class PollPace {
  readonly #paces = new Map<string, Pace>();

  /** @returns seconds to wait between polls from now on when this one came too early; undefined when it was in time. */
  tooFast(poller: string, now: Date): number | undefined {
    const at = now.getTime();
    const known = this.#paces.get(poller);
    const early = known !== undefined && at - known.last < known.interval * 1000;
    const interval = (known?.interval ?? POLL_INTERVAL_SECONDS) + (early ? POLL_INTERVAL_SECONDS : 0);
    this.#paces.delete(poller);
    this.#paces.set(poller, { last: at, interval });
    const [oldest] = this.#paces.keys();
    if (this.#paces.size > MAX_TRACKED && oldest !== undefined) this.#paces.delete(oldest);
    return early ? interval : undefined;
  }

  forget(poller: string): void {
    this.#paces.delete(poller);
  }
}
