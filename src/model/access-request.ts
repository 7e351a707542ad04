import type { Confirmation } from './confirmation.ts';
import type { JsonObject } from './json.ts';

/** What is asked for: one member of `authorization_details` (RFC 9396), as the issuer has checked it. */
export interface AccessDetail {
  /** `db_credential`, `api_token`: the types that the configured brokers serve. */
  readonly type: string;
  /** Id of the target in the configuration. */
  readonly target: string;
  readonly actions: readonly string[];
  /** What the actions are for, in the target's own words: tables, audiences. */
  readonly resources: readonly string[];
  /** Of an elevation: who gets it, by the name that the target knows a principal of its own by. */
  readonly principal?: string;
  /** Seconds. */
  readonly duration: number;
  readonly source_cidrs?: readonly string[];
  readonly reason?: string;
  readonly ticket?: string;
  /** ISO 8601: asked for ahead, and good for nothing before. */
  readonly not_before?: string;
  /** Emergency access: without prior approval, and looked at by somebody else afterwards. */
  readonly break_glass?: true;
  /** Id of the lease that is to last longer; `duration` is then its whole length, from its beginning. */
  readonly extends?: string;
}

/** What an approver makes of a request: less than was asked. What is absent stays as it was asked. */
export interface Narrowing {
  /** Seconds. */
  readonly duration?: number;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
}

/** A narrowing that policy offers to approvers. */
export interface NarrowerChoice extends Narrowing {
  readonly id: string;
}

/** Who asks, after its proof was checked. */
export interface Requester {
  /** `workload` (a token, certificate or signed identity of a machine), `static-key` (a bound key), `operator` (a signed-in person). */
  readonly kind: 'workload' | 'static-key' | 'operator';
  readonly issuer: string;
  readonly subject: string;
  /** Inventory id of the principal behind it, when there is one. */
  readonly principal?: string;
  /** People who count as the requester: the owner of the workload, the person who started it. */
  readonly owners: readonly string[];
  /** Claims that were attested by the issuer of the token, and only those. */
  readonly claims: JsonObject;
  /** The lease whose token was shown, where it was one of our own: what is granted is a child of that lease. */
  readonly lease?: string;
  /** The OAuth client that presented the proof, when it authenticated as one of its own. */
  readonly client?: string;
  /** Who acts for the subject, where the subject's token allows it (RFC 8693 §4.1). Never somebody who approves. */
  readonly actor?: Actor;
  /** The key that the caller proved to hold: what it is given is bound to it. */
  readonly cnf?: Confirmation;
}

/** The current actor of a delegation; `act` is the history before it, which decides nothing. */
export interface Actor {
  readonly issuer: string;
  readonly subject: string;
  readonly act?: JsonObject;
}

export type RequestState = 'pending' | 'approved' | 'denied' | 'rejected' | 'expired' | 'cancelled' | 'fulfilled';

export interface AccessRequest {
  /** `req_…`, random. */
  readonly id: string;
  readonly requester: Requester;
  readonly detail: AccessDetail;
  readonly sourceIp: string;
  /** What the requester shows too (CIBA Core 1.0 section 7.1), so that a person knows one request from another. */
  readonly bindingMessage?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** While pending or approved: when it stops waiting. */
  readonly pendingExpiresAt?: string;
  /** When the last approval that it took was given: the clock of its lease starts then. */
  readonly approvedAt?: string;
  /** SHA-256 over the canonical JSON of everything that an approver approves. */
  readonly canonicalHash: string;
  readonly state: RequestState;
  readonly decision?: Decision;
  readonly approvals: readonly Approval[];
}

/** What policy answers to a request. */
export interface Decision {
  readonly effect: 'allow' | 'escalate' | 'deny';
  /** Id of the rule that decided. */
  readonly rule: string;
  /** Reason ids, safe to show to the requester: never expected values. */
  readonly reasons: readonly string[];
  /** Seconds; the lease is never longer. */
  readonly ttl_max: number;
  /** What of the request is granted: a subset of what was asked. */
  readonly scope: { readonly actions: readonly string[]; readonly resources: readonly string[] };
  readonly source_cidrs: readonly string[];
  /** Who must say yes; empty unless the effect is `escalate`. */
  readonly approvals: readonly ApprovalPlace[];
  /** Seconds that the request may wait for people; the issuer's own setting when absent. */
  readonly pending_ttl?: number;
  /** What approvers may choose instead of the whole. */
  readonly narrower?: readonly NarrowerChoice[];
  readonly notify: readonly string[];
  /** Hash of the policies and data that decided. */
  readonly policy_revision: string;
}

/** So many distinct people of a group. */
export interface ApprovalPlace {
  readonly from: string;
  readonly count: number;
  /** From 1, which it is when absent. A level is asked when all below it are satisfied. */
  readonly level?: number;
}

export interface Approval {
  /** The operator's name. */
  readonly approver: string;
  /** Name of the operator whose place the approver fills as a substitute. */
  readonly inPlaceOf?: string;
  /** Of the places that it counts for. */
  readonly level?: number;
  /** What the approver made of the request. */
  readonly narrowed?: Narrowing;
  /** How the approver was signed in (RFC 8176). */
  readonly amr?: readonly string[];
  readonly verdict: 'approve' | 'reject';
  readonly reason?: string;
  /** Of the request as the approver granted it, `narrowed` and all; both must still match when the credential is minted. */
  readonly canonicalHash: string;
  readonly policyRevision: string;
  /** ISO 8601. */
  readonly at: string;
}
