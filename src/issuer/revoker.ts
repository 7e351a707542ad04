import { AppError } from '../errors.ts';
import { type Lease, type LeaseEnd, objectName } from '../model/lease.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { limit } from './limit.ts';
import type { IssuerParts } from './parts.ts';
import { SharedObjects } from './shared-objects.ts';

/** How an attempt to take a lease back ended: `done` when nothing is left to do at the target. */
export interface TakenBack {
  readonly lease: Lease;
  readonly done: boolean;
  /** Set when the attempt failed; it goes on by itself. */
  readonly error?: unknown;
}

/** How long whoever revokes is kept waiting for the target. */
export const REVOKE_WAIT_MS = 15_000;
/** Attempts at one target at a time. */
export const PARALLEL_PER_TARGET = 4;
const LIVE = ['INTENT', 'CREATING', 'ACTIVE'] as const;
/** While one process tries, others leave the row alone for so long. */
const CLAIM_MS = 30_000;

/**
 * Takes leases back: REVOKING on disk first, then no new logins, live sessions ended, rights and object removed, absence verified,
 * DEAD. What fails is tried again with growing pauses for ever: there is no state "could not be revoked".
 */
export class Revoker {
  readonly #parts: IssuerParts;
  readonly #attempts = new Map<string, Promise<TakenBack>>();
  readonly #creations = new Map<string, Promise<unknown>>();
  readonly #gates = new Map<string, ReturnType<typeof limit>>();
  /** What leases share at targets. */
  readonly shared: SharedObjects;

  constructor(parts: IssuerParts) {
    this.#parts = parts;
    this.shared = new SharedObjects(parts);
  }

  /** Runs a creation; taking the same lease back waits until it has ended, one way or the other. */
  async whileCreating<T>(leaseId: string, work: () => Promise<T>): Promise<T> {
    const running = work();
    this.#creations.set(
      leaseId,
      running.catch(() => undefined),
    );
    try {
      return await running;
    } finally {
      this.#creations.delete(leaseId);
    }
  }

  /** A creation went wrong after its intent: whatever it may have left is taken back, in the background. */
  async abandon(lease: Lease, cause: unknown, options: { cancelRequest: boolean }): Promise<void> {
    this.#parts.logger.error({ event: 'lease.abandoned', lease: lease.id, target: lease.target, err: cause });
    try {
      const revoking = await this.#parts.write(async (tables, now) => {
        if (options.cancelRequest) await tables.requests.move(lease.request, ['approved'], 'cancelled');
        return await markRevoking(tables, lease.id, 'abandoned', 'system', now, { cause: codeOf(cause) });
      });
      if (revoking !== undefined) this.start(revoking);
    } catch (error) {
      // The store is gone: the row still says CREATING and is found at the next start. The target is cleaned now if it can be.
      this.#parts.logger.error({ event: 'lease.abandon_failed', lease: lease.id, err: error });
      void this.#takeBackAt(lease).catch(() => undefined);
    }
  }

  /** Starts an attempt and does not wait for it. */
  start(lease: Lease): void {
    void this.attempt(lease);
  }

  /** Starts attempts for all that hangs on a lease that is being taken back. */
  async startChildren(lease: Pick<Lease, 'id'>): Promise<void> {
    for (const child of await this.#parts.store.read(({ leases }) => leases.childrenOf(lease.id, ['REVOKING']))) {
      this.start(child);
      await this.startChildren(child);
    }
  }

  /** One attempt; two calls for one lease share it. Never rejects. */
  attempt(lease: Lease): Promise<TakenBack> {
    const running = this.#attempts.get(lease.id);
    if (running !== undefined) return running;
    const attempt = this.#gate(lease.target)(() => this.#attempt(lease)).then((result) => {
      this.#attempts.delete(lease.id);
      if (result.lease.nextAttemptAt !== undefined) this.#parts.wake(new Date(result.lease.nextAttemptAt));
      return result;
    });
    this.#attempts.set(lease.id, attempt);
    return attempt;
  }

  /** One attempt, waited for only so long: behind many others of a slow target it goes on alone. */
  async attemptFor(lease: Lease, milliseconds: number): Promise<TakenBack> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<TakenBack>((resolve) => {
      timer = setTimeout(() => resolve({ lease, done: false }), milliseconds);
    });
    try {
      return await Promise.race([this.attempt(lease), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when no attempt is under way. */
  async settled(): Promise<void> {
    while (this.#attempts.size > 0 || this.#creations.size > 0)
      await Promise.all([...this.#attempts.values(), ...this.#creations.values()]);
  }

  async #attempt(lease: Lease): Promise<TakenBack> {
    try {
      await this.#creations.get(lease.id);
      const { sessionsEnded, liveness } = await this.#takeBackAt(lease);
      if (liveness === 'alive')
        throw new AppError('ERR_TARGET_REFUSED', `"${objectName(lease)}" is still there after its removal`);
      return await this.#settle(lease, liveness, sessionsEnded);
    } catch (error) {
      return await this.#failed(lease, error);
    }
  }

  async #takeBackAt(lease: Lease) {
    const target = this.#parts.targets.get(lease.target);
    if (target === undefined)
      throw new AppError('ERR_TARGET_UNKNOWN', `target "${lease.target}" is not configured any more`, {
        hint: 'put it back until its leases are gone',
      });
    const { broker } = target;
    const name = objectName(lease);
    return await this.shared.at(lease, async ({ latest }) => {
      if (latest !== undefined) {
        // Others hold it: what was this lease's alone is its time.
        await broker.extend?.(name, latest);
        return { sessionsEnded: 0, liveness: 'dead' as const };
      }
      await broker.disable(name);
      const sessionsEnded = await broker.endSessions(name);
      await broker.remove(name);
      return { sessionsEnded, liveness: await broker.verify(name) };
    });
  }

  /** Writes down what a clean attempt means: DEAD, or a date at which to look again. */
  async #settle(lease: Lease, liveness: 'dead' | 'unknown', sessionsEnded: number): Promise<TakenBack> {
    const sessions = (lease.sessionsEnded ?? 0) + sessionsEnded;
    const settleMs = this.#parts.targets.get(lease.target)?.broker.capabilities.settleMs ?? 0;
    return await this.#parts.write(async (tables, now) => {
      const again = lookAgainAt(lease, liveness, settleMs, now);
      if (again === undefined) {
        const dead = await tables.leases.move(lease.id, ['REVOKING'], 'DEAD', {
          verifiedDeadAt: now.toISOString(),
          nextAttemptAt: null,
          lastError: null,
          sessionsEnded: sessions,
        });
        if (dead !== undefined)
          await tables.audit.append(
            {
              ...place(lease),
              event: 'lease.dead',
              detail: { reason: dead.endReason, sessions_ended: sessions, verified: liveness === 'dead' },
            },
            now,
          );
        return { lease: dead ?? lease, done: true };
      }
      const waiting = await tables.leases.move(lease.id, ['REVOKING'], 'REVOKING', {
        ...(liveness === 'dead' && lease.firstCleanAt === undefined ? { firstCleanAt: now.toISOString() } : {}),
        nextAttemptAt: again.toISOString(),
        lastError: null,
        sessionsEnded: sessions,
      });
      return { lease: waiting ?? lease, done: liveness === 'unknown' };
    });
  }

  async #failed(lease: Lease, cause: unknown): Promise<TakenBack> {
    const attempts = lease.attempts + 1;
    const { logger } = this.#parts;
    logger.error({ event: 'lease.revoke_failed', lease: lease.id, target: lease.target, attempts, err: cause });
    try {
      const waiting = await this.#parts.write(async (tables, now) => {
        const moved = await tables.leases.move(lease.id, ['REVOKING'], 'REVOKING', {
          attempts,
          nextAttemptAt: new Date(now.getTime() + this.#pause(attempts)).toISOString(),
          lastError: codeOf(cause),
        });
        // The first failure is an alarm; later ones are told ever more rarely, for the log must not grow with an outage.
        if (moved !== undefined && Number.isInteger(Math.log2(attempts)))
          await tables.audit.append(
            { ...place(lease), event: 'lease.revoke_failed', detail: { attempts, error: codeOf(cause) } },
            now,
          );
        return moved;
      });
      return { lease: waiting ?? lease, done: false, error: cause };
    } catch (error) {
      logger.error({ event: 'store.failed', lease: lease.id, err: error });
      return { lease, done: false, error: cause };
    }
  }

  /** Grows from attempt to attempt up to a limit, with jitter, so that many leases of one target do not come back together. */
  #pause(attempts: number): number {
    const { retryFirst, retryMost } = this.#parts.settings;
    return Math.min(retryFirst * 2 ** Math.min(attempts - 1, 20), retryMost) * (0.5 + Math.random() / 2);
  }

  #gate(target: string) {
    const gate = this.#gates.get(target) ?? limit(PARALLEL_PER_TARGET);
    this.#gates.set(target, gate);
    return gate;
  }
}

/**
 * Moves a lease to REVOKING with its audit event: inactive from the commit on, and its children with it. Start an attempt afterwards;
 * the children are due at once.
 *
 * @returns undefined when it was there or dead already.
 */
export async function markRevoking(
  tables: IssuerTables,
  leaseId: string,
  reason: LeaseEnd,
  actor: string,
  now: Date,
  detail: { readonly cause?: string; readonly correlation_id?: string; readonly parent?: string } = {},
): Promise<Lease | undefined> {
  const { leases, audit } = tables;
  const lease = await leases.move(leaseId, LIVE, 'REVOKING', {
    endReason: reason,
    nextAttemptAt: reason === 'parent-ended' ? now.toISOString() : claimedUntil(now),
  });
  if (lease === undefined) return undefined;
  await audit.append({ ...place(lease), actor, event: 'lease.revoking', detail: { reason, ...detail } }, now);
  for (const child of await leases.childrenOf(leaseId, LIVE))
    await markRevoking(tables, child.id, 'parent-ended', actor, now, { ...detail, parent: leaseId });
  return lease;
}

/** The next attempt of a lease that somebody is about to work on. */
export function claimedUntil(now: Date): string {
  return new Date(now.getTime() + CLAIM_MS).toISOString();
}

/**
 * One clean look is enough for what was handed out. What was given up half-way may still appear at the target until its call has
 * timed out there, so it needs two, further apart than that. Where the target cannot say, its own expiry decides.
 */
function lookAgainAt(lease: Lease, liveness: 'dead' | 'unknown', settleMs: number, now: Date): Date | undefined {
  if (liveness === 'unknown') {
    const expiry = new Date(lease.expiresAt);
    return expiry > now ? expiry : undefined;
  }
  if (lease.startsAt !== undefined || settleMs === 0) return undefined;
  const secondLook = new Date(
    (lease.firstCleanAt === undefined ? now : new Date(lease.firstCleanAt)).getTime() + settleMs,
  );
  return lease.firstCleanAt !== undefined && now > secondLook ? undefined : new Date(secondLook.getTime() + 1);
}

/** A code, never a text: foreign error texts may quote what they failed on. */
function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

function place(lease: Lease) {
  return { actor: 'system', target: lease.target, request: lease.request, lease: lease.id };
}
