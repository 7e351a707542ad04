import { isExternalId } from '../brokers/external-id.ts';
import { AppError } from '../errors.ts';
import type { Lease } from '../model/lease.ts';
import type { IssuerParts, Target } from './parts.ts';
import type { Reviews } from './reviews.ts';
import { claimedUntil, markRevoking, PARALLEL_PER_TARGET, type Revoker } from './revoker.ts';
import type { WaitingRequests } from './waiting-requests.ts';

export interface Reconciled {
  readonly revoked: number;
  readonly orphansRemoved: number;
  readonly failed: number;
}

const BATCH = 200;

/**
 * Keeps store and targets the same: what is due is taken back, what is at a target without a lease is removed, what a lease says and
 * the target does not have is reported. The rows are the only schedule, so nothing is forgotten by a restart.
 */
export class Reconciler {
  readonly #parts: IssuerParts;
  readonly #revoker: Revoker;
  readonly #waiting: WaitingRequests;
  readonly #reviews: Reviews;
  /** Orphans that are in the log already, and could not be removed yet. */
  readonly #known = new Set<string>();
  #round: Promise<Reconciled> | undefined;

  constructor(parts: IssuerParts, revoker: Revoker, waiting: WaitingRequests, reviews: Reviews) {
    this.#parts = parts;
    this.#revoker = revoker;
    this.#waiting = waiting;
    this.#reviews = reviews;
  }

  /** Starts everything that is due and says when something is due next. */
  async runDue(): Promise<Date | undefined> {
    while ((await this.#waiting.expireOverdue()) >= BATCH);
    await this.#reviews.tellOverdue();
    for (const lease of await this.#markDue()) this.#revoker.start(lease);
    for (const lease of await this.#claimRetries()) this.#revoker.start(lease);
    return await this.#nextDue();
  }

  /** One whole round, waiting for its end; calls that come meanwhile share it. */
  reconcile(): Promise<Reconciled> {
    this.#round ??= this.#reconcile().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #reconcile(): Promise<Reconciled> {
    while ((await this.#waiting.expireOverdue()) >= BATCH);
    await this.#reviews.tellOverdue();
    await this.#markDue();
    const taken = await this.#takeBackAll();
    const targets = await Promise.all([...this.#parts.targets.values()].map((target) => this.#compare(target)));
    return targets.reduce(
      (sum, one) => ({
        revoked: sum.revoked + one.revoked,
        orphansRemoved: sum.orphansRemoved + one.orphansRemoved,
        failed: sum.failed + one.failed,
      }),
      taken,
    );
  }

  /**
   * Puts to REVOKING what is past its time and what was begun and never handed out: not before `abandonAfter` while the daemon that began it
   * lives, at once when it is dead. On SQLite there is one daemon, so what another has begun is a dead one's.
   */
  async #markDue(): Promise<readonly Lease[]> {
    const marked: Lease[] = [];
    for (;;) {
      const batch = await this.#parts.write(async (tables, now) => {
        const moved: Lease[] = [];
        for (const { id } of await tables.leases.expired(now, BATCH)) {
          const lease = await markRevoking(tables, id, 'expired', 'system', now);
          if (lease !== undefined) moved.push(lease);
        }
        const living = await tables.instances.living(new Date(now.getTime() - this.#parts.settings.deadAfter));
        const abandonedBefore = new Date(now.getTime() - this.#parts.settings.abandonAfter);
        for (const { id } of await tables.leases.abandoned(abandonedBefore, living, BATCH)) {
          const lease = await markRevoking(tables, id, 'abandoned', 'system', now);
          if (lease !== undefined) moved.push(lease);
        }
        return moved;
      });
      if (batch.length === 0) return marked;
      marked.push(...batch);
    }
  }

  async #claimRetries(): Promise<readonly Lease[]> {
    if (!(await this.#parts.store.read(({ leases }) => leases.isRevocationDue(this.#parts.now())))) return [];
    return await this.#parts.write(({ leases }, now) => leases.claimRevocations(now, claimedUntil(now), BATCH));
  }

  /** Every lease that must go, whatever its pause; a target that does not answer is left alone for the rest of the round. */
  async #takeBackAll(): Promise<Reconciled> {
    const due = await this.#parts.store.read(({ leases }) => leases.list({ states: ['REVOKING'], limit: 100_000 }));
    const queues = new Map<string, Lease[]>();
    for (const lease of due.filter((one) => !awaitsNativeExpiry(one, this.#parts))) {
      const queue = queues.get(lease.target) ?? [];
      queues.set(lease.target, queue);
      queue.push(lease);
    }
    let revoked = 0;
    let failed = 0;
    const work = async (queue: Lease[]): Promise<void> => {
      for (let listed = queue.shift(); listed !== undefined; listed = queue.shift()) {
        const lease = await this.#claim(listed);
        // Another daemon has taken it meanwhile.
        if (lease === undefined) continue;
        const { error, done } = await this.#revoker.attempt(lease);
        if (error === undefined) revoked += done ? 1 : 0;
        else failed += 1;
        if (error instanceof AppError && error.code === 'ERR_TARGET_UNREACHABLE') queue.length = 0;
      }
    };
    const workers = Array.from({ length: PARALLEL_PER_TARGET });
    await Promise.all([...queues.values()].flatMap((queue) => workers.map(() => work(queue))));
    return { revoked, orphansRemoved: 0, failed };
  }

  async #claim(lease: Lease): Promise<Lease | undefined> {
    return await this.#parts.write(({ leases }, now) => leases.claimRevocation(lease, claimedUntil(now)));
  }

  /** Both ways: what the target has without a lease, and what a lease says that the target does not have. */
  async #compare(target: Target): Promise<Reconciled> {
    if (!target.broker.capabilities.lists) return { revoked: 0, orphansRemoved: 0, failed: 0 };
    try {
      const before = await this.#parts.store.read(({ leases }) => leases.activeNames(target.settings.id));
      const listed = (await target.broker.list()).filter((name) => isExternalId(this.#parts.store.issuerId, name));
      const orphans = await this.#removeOrphans(target, listed);
      const there = new Set(listed);
      const lost = new Set(await target.broker.lost?.());
      const missing = before.filter(({ name }) => !there.has(name) || lost.has(name));
      return {
        revoked: await this.#endMissing(target, missing, lost),
        orphansRemoved: orphans.removed,
        failed: orphans.failed,
      };
    } catch (error) {
      this.#parts.logger.error({ event: 'reconcile.failed', target: target.settings.id, err: error });
      return { revoked: 0, orphansRemoved: 0, failed: 1 };
    }
  }

  async #removeOrphans(target: Target, listed: readonly string[]): Promise<{ removed: number; failed: number }> {
    // Asked after the listing: every object's lease was on disk before the object was there.
    const leases = await this.#parts.store.read((tables) => tables.leases.withNames(listed));
    let removed = 0;
    let failed = 0;
    for (const name of listed) {
      const lease = leases.get(name);
      if (lease !== undefined && lease.state !== 'DEAD') continue;
      try {
        removed += (await this.#removeOrphan(target, name, lease)) ? 1 : 0;
      } catch (error) {
        // One that cannot be removed keeps none of the others.
        failed += 1;
        this.#parts.logger.error({ event: 'orphan.remove_failed', target: target.settings.id, name, err: error });
      }
    }
    return { removed, failed };
  }

  async #removeOrphan(target: Target, name: string, lease: Lease | undefined): Promise<boolean> {
    if ((await target.broker.verify(name)) === 'dead') return false;
    if (!this.#known.has(name)) {
      this.#known.add(name);
      await this.#tell(target, 'orphan.found', name, lease);
    }
    const removed = await this.#revoker.shared.alone(name, target.settings.id, 'reconciler', async ({ count }) => {
      // Somebody may have come to share it since.
      if (count > 0) return false;
      await target.broker.disable(name);
      await target.broker.endSessions(name);
      await target.broker.remove(name);
      return true;
    });
    this.#known.delete(name);
    if (!removed) return false;
    await this.#tell(target, 'orphan.removed', name, lease);
    return true;
  }

  async #endMissing(
    target: Target,
    missing: readonly { id: string; name: string }[],
    lost: ReadonlySet<string>,
  ): Promise<number> {
    let ended = 0;
    for (const { id, name } of missing) {
      if (!lost.has(name) && (await target.broker.verify(name)) !== 'dead') continue;
      const lease = await this.#parts.write(async (tables, now) => {
        const moved = await markRevoking(tables, id, 'missing', 'system', now);
        if (moved !== undefined)
          await tables.audit.append(
            {
              event: 'lease.missing',
              actor: 'system',
              target: moved.target,
              request: moved.request,
              lease: moved.id,
              detail: { external_id: name },
            },
            now,
          );
        return moved;
      });
      if (lease === undefined) continue;
      const { done } = await this.#revoker.attempt(lease);
      ended += done ? 1 : 0;
    }
    return ended;
  }

  async #tell(target: Target, event: string, name: string, lease: Lease | undefined): Promise<void> {
    await this.#parts.write(({ audit }, now) =>
      audit.append(
        { event, actor: 'system', target: target.settings.id, lease: lease?.id, detail: { external_id: name } },
        now,
      ),
    );
  }

  async #nextDue(): Promise<Date | undefined> {
    const { expiry, attempt, begun, pending, review } = await this.#parts.store.read(
      async ({ leases, requests, reviews }) => ({
        ...(await leases.nextDue()),
        pending: await requests.nextExpiry(),
        review: await reviews.nextDue(),
      }),
    );
    const abandoned = begun === undefined ? [] : [new Date(begun).getTime() + this.#parts.settings.abandonAfter];
    const dates = [expiry, attempt, pending, review].flatMap((at) =>
      at === undefined ? [] : [new Date(at).getTime()],
    );
    const next = Math.min(...dates, ...abandoned);
    return Number.isFinite(next) ? new Date(next) : undefined;
  }
}

/** Nothing can be done at such a target before the credential ends by itself. */
function awaitsNativeExpiry(lease: Lease, parts: IssuerParts): boolean {
  const lists = parts.targets.get(lease.target)?.broker.capabilities.lists ?? true;
  return !lists && lease.expiresAt > parts.now().toISOString() && (lease.nextAttemptAt ?? '') >= lease.expiresAt;
}
