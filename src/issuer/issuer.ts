import type { Broker, MintedCredential } from '../brokers/broker.ts';
import type { AccessDetail, AccessRequest, Narrowing, Requester } from '../model/access-request.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { Delegation } from '../model/delegation.ts';
import type { JsonObject } from '../model/json.ts';
import type { Lease, LeaseState } from '../model/lease.ts';
import type { Review } from '../model/review.ts';
import type { SecretValue } from '../model/secret-value.ts';
import type { StaticKeyBinding } from '../model/static-key-binding.ts';
import type { AuditFilter } from '../store/issuer/audit-filter.ts';
import type { LeaseSelector } from '../store/issuer/lease-table.ts';
import type { SinkState } from './audit/audit-delivery.ts';
import type { NewDelegation } from './delegations.ts';
import type { Readiness } from './readiness.ts';
import type { RequestCard } from './request-card.ts';
import type { IssuerSettings } from './settings.ts';

/** What a request came to. */
export type RequestOutcome =
  | {
      readonly kind: 'granted';
      readonly request: AccessRequest;
      readonly lease: Lease;
      readonly detail: AccessDetail;
      readonly credential: MintedCredential;
    }
  /** A lease that was out already lasts longer. */
  | {
      readonly kind: 'extended';
      readonly request: AccessRequest;
      readonly lease: Lease;
      readonly detail: AccessDetail;
    }
  /** A human must answer, or the time that was asked for has not come; poll with `claim`. */
  | { readonly kind: 'pending'; readonly request: AccessRequest; readonly expiresAt: Date }
  | { readonly kind: 'denied'; readonly request: AccessRequest; readonly reasons: readonly string[] };

/** Where a call came from, for audit and policy. */
export interface CallContext {
  readonly sourceIp: string;
  /** Correlates log, audit and error answer. */
  readonly correlationId: string;
  /** A retry with the same key by the same requester gets a new lease, and the former one is taken back as superseded. */
  readonly idempotencyKey?: string;
  /** The answer is fetched later, by `claim`, even where nobody must be asked. */
  readonly later?: {
    /** Milliseconds that the request may wait for people, where that is less than policy lets it. */
    readonly expiry?: number;
    /** What both sides show, so that a person knows one request from another. */
    readonly bindingMessage?: string;
  };
}

/** What taking back many leases came to. */
export interface RevokedLeases {
  /** How many fitted, with those that were on their way out already. */
  readonly found: number;
  /** Those that are inactive, and not verified gone at their targets yet. */
  readonly left: readonly Lease[];
}

/** An approver's answer to a request. */
export interface ApprovalOptions {
  readonly reason?: string;
  /** Of the request as it was looked at; one that has changed since is not approved. */
  readonly hash?: string;
  /** Less than was asked. */
  readonly narrow?: Narrowing;
  /** Id of a narrower choice of policy's. */
  readonly choice?: string;
  /** Name of the operator whose place is filled; when absent, one's own if there is any. */
  readonly inPlaceOf?: string;
  /** How the approver signed in. */
  readonly amr?: readonly string[];
}

/** By how much a lease should last longer, and why. */
export interface Extension {
  readonly seconds: number;
  readonly reason?: string;
  readonly ticket?: string;
}

/** Numbers for metrics and health; `alivePastTime` must be 0. */
export interface IssuerGauges {
  /** Of those that are not dead. */
  readonly leases: Readonly<Record<Exclude<LeaseState, 'DEAD'>, number>>;
  /** The same, by target. */
  readonly leasesByTarget: readonly { readonly state: LeaseState; readonly target: string; readonly count: number }[];
  readonly pendingRequests: number;
  /** Leases that are past their time by more than the grace of the settings and not yet verified dead. */
  readonly alivePastTime: number;
  /** Leases whose taking back has failed at least once and goes on. */
  readonly revocationsFailing: number;
  /** Events that no durable audit sink has taken yet. */
  readonly auditBacklog: number;
  readonly auditSinks: readonly SinkState[];
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
  /**
   * Asks for a lease to last longer: a new decision on the whole of its time, of the same holder.
   *
   * @throws {AppError} ERR_LEASE_NOT_FOUND, ERR_LEASE_NOT_EXTENDABLE.
   */
  extend(leaseId: string, requester: Requester, extension: Extension, context: CallContext): Promise<RequestOutcome>;
  /**
   * Resolves when somebody has answered a request, or after so many milliseconds, or when `signal` says that it is no use any more.
   */
  answered(requestId: string, milliseconds: number, signal: AbortSignal): Promise<void>;
  /**
   * @throws {AppError} ERR_APPROVAL_SELF, ERR_APPROVAL_NOT_ELIGIBLE, ERR_APPROVAL_NARROWING, ERR_REQUEST_CHANGED,
   * ERR_REQUEST_NOT_FOUND, ERR_REQUEST_STATE.
   */
  approve(requestId: string, operator: string, options: ApprovalOptions, context: CallContext): Promise<AccessRequest>;
  deny(requestId: string, operator: string, options: ApprovalOptions, context: CallContext): Promise<AccessRequest>;
  /** What an approver must see of a request. @param operator - who looks. */
  card(requestId: string, operator: string): Promise<RequestCard | undefined>;

  /** @throws {AppError} ERR_DELEGATION_INVALID */
  delegate(operator: string, asked: NewDelegation, context: CallContext): Promise<Delegation>;
  /** @throws {AppError} ERR_DELEGATION_NOT_FOUND */
  withdrawDelegation(id: string, operator: string, context: CallContext): Promise<Delegation>;
  delegations(): Promise<readonly Delegation[]>;
  /** Reviews of emergency access, newest first; those that are open unless told otherwise. */
  reviews(filter?: { all?: boolean }): Promise<readonly Review[]>;
  /** @throws {AppError} ERR_REVIEW_NOT_FOUND, ERR_REVIEW_REFUSED */
  closeReview(
    id: string,
    operator: string,
    said: { verdict: 'ok' | 'incident'; note: string },
    context: CallContext,
  ): Promise<Review>;
  requests(filter?: { id?: string; state?: AccessRequest['state'] }): Promise<readonly AccessRequest[]>;
  leases(filter?: { states?: readonly Lease['state'][]; target?: string }): Promise<readonly Lease[]>;
  findRequest(requestId: string): Promise<AccessRequest | undefined>;
  lease(leaseId: string): Promise<Lease | undefined>;
  /**
   * Takes a lease back: REVOKING is durable when this returns, and inactive from then on. `done` tells whether nothing is left
   * to do at the target: absence is verified, or the target (such as a holder of a JWT) keeps nothing that could be removed;
   * otherwise the issuer goes on by itself.
   *
   * @throws {AppError} ERR_LEASE_NOT_FOUND.
   */
  revoke(
    leaseId: string,
    by: { actor: string; reason: 'ended' | 'revoked' },
    context: CallContext,
  ): Promise<{ lease: Lease; done: boolean }>;
  /**
   * Takes back every lease that fits the selector: all of them are REVOKING when this returns, each in the log under the correlation id of
   * the call. What is not verified gone within a short wait goes on by itself.
   */
  revokeAll(
    selector: LeaseSelector,
    by: { actor: string; reason: 'ended' | 'revoked' },
    context: CallContext,
  ): Promise<RevokedLeases>;
  /** Whether a lease is alive for introspection: ACTIVE and not past its time. */
  isActive(leaseId: string): Promise<boolean>;
  /** A lease is used: somebody who serves it has asked whether it is good. In the log once in a minute, behind the answer. */
  used(lease: Lease, by: Requester, context: CallContext): void;
  /** One round: overdue leases are taken back, abandoned ones ended, orphans at targets removed, DEAD verified. */
  reconcile(): Promise<{ revoked: number; orphansRemoved: number; failed: number }>;
  /**
   * Does what is due now: expiry of leases and pending requests, retries of taking back. For the timer in `src/jobs`.
   *
   * @returns when something is due next.
   */
  runDue(): Promise<Date | undefined>;
  /** Calls `listener` with every new moment at which something will be due; returns how to stop that. */
  onDeadline(listener: (at: Date) => void): () => void;
  /** Calls `reader` with the events of each transaction, after it is on disk; returns how to stop that. */
  onEvents(reader: (events: readonly AuditEvent[]) => void): () => void;
  gauges(): Promise<IssuerGauges>;
  readiness(): Promise<Readiness>;

  /**
   * Finds out whose static key this is, by fingerprint: it must be bound to `target`, come from a bound network, before the
   * cut-off. The caller has made sure that it came over TLS or loopback. Writes `static_key.used` or, as an alert,
   * `static_key.refused`.
   *
   * @returns the requester, when the key was bound, and the cut-off.
   * @throws {AppError} ERR_STATIC_KEY_REFUSED whatever the reason: it is told to the audit log only.
   */
  authenticateStaticKey(
    key: SecretValue,
    target: string,
    context: CallContext,
  ): Promise<{ readonly requester: Requester; readonly since: Date; readonly until: Date }>;
  /** @throws {AppError} ERR_SECRET_UNKNOWN when the inventory has no such secret, ERR_TARGET_UNKNOWN. */
  bindStaticKey(
    binding: Pick<StaticKeyBinding, 'secret' | 'target' | 'sourceCidrs' | 'until'>,
    operator: string,
    context: CallContext,
  ): Promise<StaticKeyBinding>;
  bindings(filter?: { secret?: string }): Promise<readonly StaticKeyBinding[]>;
  /** Moves a binding one stage on or back. @throws {AppError} ERR_BINDING_NOT_FOUND. */
  moveBinding(
    id: string,
    stage: StaticKeyBinding['stage'],
    operator: string,
    context: CallContext,
  ): Promise<StaticKeyBinding>;

  /**
   * Records the first use of a single-use value (`space` = issuer, `value` = jti). Durable, shared by all daemons on the store.
   *
   * @returns false when it was used before.
   * @throws {AppError} ERR_STORE_UNREACHABLE: then the caller refuses.
   */
  useOnce(space: string, value: string, until: Date): Promise<boolean>;
  /** As `useOnce`, but whoever used it first may use it again. @returns false when somebody else did. */
  useBy(space: string, value: string, holder: string, until: Date): Promise<boolean>;
  /** Public keys, current and next (RFC 7517). */
  jwks(): Promise<{ readonly keys: readonly JsonObject[] }>;
  /** The lease behind what a requester holds: a lease id, or a token that we signed; undefined when it is none of ours. */
  leaseOfToken(token: string): Promise<Lease | undefined>;
  /** Writes one audit event durably; for what happens before the core is asked: sign-ins, refused tokens. */
  record(
    event: Pick<AuditEvent, 'event' | 'actor' | 'detail'> & { readonly target?: string },
    context: CallContext,
  ): Promise<void>;
  /** The newest `limit` events, oldest first; with `after`, those behind that sequence number. */
  audit(options: { limit: number; after?: number }): Promise<readonly AuditEvent[]>;
  /** The newest `limit` events that fit, of all chains; oldest first. */
  searchAudit(filter: AuditFilter, limit: number): Promise<readonly AuditEvent[]>;
  /**
   * An issuer of the same leases with other settings and targets. From `takeOver` on, whatever runs by itself goes by them; what was begun
   * through this one goes on with what it had. A target that is left out makes nothing new and lives on until its leases are dead; brokers
   * that were replaced are closed later.
   *
   * @throws {AppError} ERR_CONFIG_INVALID when a target has no broker.
   */
  reconfigured(
    settings: IssuerSettings,
    brokers: ReadonlyMap<string, Broker>,
  ): { readonly successor: Issuer; takeOver(): void };
  close(): Promise<void>;
}
