const HOUR = 3_600_000;

/** Counts within fixed hours: enough to keep a flood out of somebody's pager, and simple to foretell. */
export class RateLimit {
  readonly #perHour: number;
  readonly #now: () => Date;
  readonly #counts = new Map<string, { hour: number; count: number }>();

  constructor(perHour: number, now: () => Date) {
    this.#perHour = perHour;
    this.#now = now;
  }

  /** @returns `last` for the one behind which nothing more goes out in this hour. */
  take(key: string): 'send' | 'last' | 'drop' {
    const hour = Math.floor(this.#now().getTime() / HOUR);
    const known = this.#counts.get(key);
    const count = known?.hour === hour ? known.count + 1 : 1;
    this.#counts.set(key, { hour, count });
    if (count > this.#perHour) return 'drop';
    return count === this.#perHour ? 'last' : 'send';
  }
}
