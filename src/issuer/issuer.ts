import type { MintedCredential } from '../brokers/broker.ts';
import type { AccessDetail, AccessRequest, Requester } from '../model/access-request.ts';
import type { Lease } from '../model/lease.ts';

/** What a request came to. */
export type RequestOutcome =
  | {
      readonly kind: 'granted';
      readonly request: AccessRequest;
      readonly lease: Lease;
      readonly detail: AccessDetail;
      readonly credential: MintedCredential;
    }
  /** A human must answer; poll with `claim`. */
  | { readonly kind: 'pending'; readonly request: AccessRequest; readonly expiresAt: Date }
  | { readonly kind: 'denied'; readonly request: AccessRequest; readonly reasons: readonly string[] };

/** Where a call came from, for audit and policy. */
export interface CallContext {
  readonly sourceIp: string;
  /** Correlates log, audit and error answer. */
  readonly correlationId: string;
}

/**
 * The credential authority, without any HTTP in it. Every method writes its audit event to disk before it returns; when
 * that is not possible it fails with ERR_AUDIT_UNWRITABLE and hands nothing out.
 */
export interface Issuer {
  /** Decides, and mints when policy allows at once. `requester` has been authenticated by the caller. */
  request(requester: Requester, detail: AccessDetail, context: CallContext): Promise<RequestOutcome>;
  /**
   * Asks again for a pending request, by its requester only; mints once it is approved. Policy runs again first.
   *
   * @throws {AppError} ERR_REQUEST_NOT_FOUND when unknown, of somebody else, or already answered.
   */
  claim(requestId: string, requester: Requester, context: CallContext): Promise<RequestOutcome>;
  /** @throws {AppError} ERR_APPROVAL_SELF, ERR_APPROVAL_NOT_ELIGIBLE, ERR_REQUEST_NOT_FOUND, ERR_REQUEST_STATE. */
  approve(
    requestId: string,
    operator: string,
    options: { reason?: string },
    context: CallContext,
  ): Promise<AccessRequest>;
  deny(requestId: string, operator: string, options: { reason?: string }, context: CallContext): Promise<AccessRequest>;
  requests(filter?: { state?: AccessRequest['state'] }): Promise<readonly AccessRequest[]>;
  leases(filter?: { states?: readonly Lease['state'][]; target?: string }): Promise<readonly Lease[]>;
  lease(leaseId: string): Promise<Lease | undefined>;
  /**
   * Takes a lease back: REVOKING is durable when this returns, and inactive from then on. `done` tells whether absence at the
   * target is verified already; otherwise the issuer goes on by itself.
   */
  revoke(
    leaseId: string,
    by: { actor: string; reason: 'ended' | 'revoked' },
    context: CallContext,
  ): Promise<{ lease: Lease; done: boolean }>;
  /** Whether a lease is alive for introspection: ACTIVE and not past its time. */
  isActive(leaseId: string): Promise<boolean>;
  /** One round: overdue leases are taken back, abandoned ones ended, orphans at targets removed, DEAD verified. */
  reconcile(): Promise<{ revoked: number; orphansRemoved: number; failed: number }>;
  close(): Promise<void>;
}
