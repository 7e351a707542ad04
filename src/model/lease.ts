import type { AccessDetail } from './access-request.ts';

/** INTENT → CREATING → ACTIVE → REVOKING → DEAD; see `docs/architecture.md` for what each promises. */
export type LeaseState = 'INTENT' | 'CREATING' | 'ACTIVE' | 'REVOKING' | 'DEAD';

/** `missing`: the target no longer had it; `parent-ended`: the lease that it was asked with is over. */
export type LeaseEnd = 'ended' | 'expired' | 'revoked' | 'superseded' | 'abandoned' | 'missing' | 'parent-ended';

/** A time-boxed credential or elevation that is out, or on its way out or back. The secret itself is never here. */
export interface Lease {
  /** `lse_…`, random. */
  readonly id: string;
  readonly request: string;
  readonly broker: string;
  readonly target: string;
  /** Name at the target, chosen and stored before anything is created there. */
  readonly externalId: string;
  /** Name of the object at the target, where leases share one: it goes with the last of them. */
  readonly sharedKey?: string;
  /** The lease with whose token this one was asked for: this one ends with it. */
  readonly parent?: string;
  readonly state: LeaseState;
  /** What was granted, which may be narrower than what was asked. */
  readonly detail: AccessDetail;
  /** ISO 8601, all. */
  readonly createdAt: string;
  readonly startsAt?: string;
  readonly expiresAt: string;
  readonly endReason?: LeaseEnd;
  /** First look at the target that did not find it, where one look is not enough. */
  readonly firstCleanAt?: string;
  readonly verifiedDeadAt?: string;
  readonly attempts: number;
  readonly nextAttemptAt?: string;
  readonly lastError?: string;
  /** Live sessions that were ended with it. */
  readonly sessionsEnded?: number;
}

/** What a lease's object is called at its target. */
export function objectName(lease: Pick<Lease, 'externalId' | 'sharedKey'>): string {
  return lease.sharedKey ?? lease.externalId;
}
