import type { AccessDetail } from './access-request.ts';

/** INTENT → CREATING → ACTIVE → REVOKING → DEAD; see `docs/architecture.md` for what each promises. */
export type LeaseState = 'INTENT' | 'CREATING' | 'ACTIVE' | 'REVOKING' | 'DEAD';

/** `missing`: the target no longer had it. */
export type LeaseEnd = 'ended' | 'expired' | 'revoked' | 'superseded' | 'abandoned' | 'missing';

/** A time-boxed credential that is out, or on its way out or back. The secret itself is never here. */
export interface Lease {
  /** `lse_…`, random. */
  readonly id: string;
  readonly request: string;
  readonly broker: string;
  readonly target: string;
  /** Name at the target, chosen and stored before anything is created there. */
  readonly externalId: string;
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
