import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import type { Lease } from '../model/lease.ts';
import type { IssuerParts } from './parts.ts';

/** Longer than any step of a broker takes; only a crash leaves a claim so long. */
const CLAIM_MS = 60_000;
const WAIT_MS = 10_000;
const POLL_MS = 50;

/** Who else holds a shared object: how many leases, and until when the last of them does. */
export interface Sharers {
  readonly count: number;
  readonly latest?: Date;
}

/**
 * Objects at targets that several leases share: one worker at a time, in this process and among all daemons of the store. Who holds an
 * object is counted from the lease rows, every time: there is no counter that could be wrong.
 */
export class SharedObjects {
  readonly #parts: IssuerParts;
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(parts: IssuerParts) {
    this.#parts = parts;
  }

  /**
   * Works at the object of a lease, alone, and knowing who else holds it. For a lease with an object of its own, nobody does and nothing
   * is waited for.
   *
   * @throws {AppError} ERR_TARGET_UNREACHABLE when others are at it for too long.
   */
  async at<T>(lease: Pick<Lease, 'id' | 'target' | 'sharedKey'>, work: (others: Sharers) => Promise<T>): Promise<T> {
    const { sharedKey } = lease;
    if (sharedKey === undefined) return await work({ count: 0 });
    return await this.alone(sharedKey, lease.target, lease.id, work);
  }

  /** The same for a name without a lease, such as an orphan's. */
  async alone<T>(name: string, target: string, holder: string, work: (others: Sharers) => Promise<T>): Promise<T> {
    const former = this.#queues.get(name) ?? Promise.resolve();
    const mine = former.catch(() => undefined).then(() => this.#claimed(name, target, holder, work));
    const tail = mine
      .catch(() => undefined)
      .finally(() => {
        if (this.#queues.get(name) === tail) this.#queues.delete(name);
      });
    this.#queues.set(name, tail);
    return await mine;
  }

  async #claimed<T>(name: string, target: string, holder: string, work: (others: Sharers) => Promise<T>): Promise<T> {
    const end = performance.now() + WAIT_MS;
    while (!(await this.#take(name, holder))) {
      if (performance.now() > end)
        throw new AppError(
          'ERR_TARGET_UNREACHABLE',
          `target "${target}": "${name}" is being worked at by another lease`,
        );
      await pause(POLL_MS);
    }
    try {
      const { count, latest } = await this.#parts.store.read(({ leases }) => leases.sharers(name, holder));
      return await work({ count, ...(latest === undefined ? {} : { latest: new Date(latest) }) });
    } finally {
      await this.#parts.write(({ sharedClaims }) => sharedClaims.giveBack(name, holder)).catch(() => undefined);
    }
  }

  #take(name: string, holder: string): Promise<boolean> {
    return this.#parts.write(({ sharedClaims }, now) =>
      sharedClaims.take(name, holder, now, new Date(now.getTime() + CLAIM_MS)),
    );
  }
}
