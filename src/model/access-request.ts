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
}

/** Who asks, after its proof was checked. */
export interface Requester {
  /** `workload` (an OIDC token), `static-key` (a bound key), `operator` (a signed-in person). */
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
}

export type RequestState = 'pending' | 'approved' | 'denied' | 'rejected' | 'expired' | 'cancelled' | 'fulfilled';

export interface AccessRequest {
  /** `req_…`, random. */
  readonly id: string;
  readonly requester: Requester;
  readonly detail: AccessDetail;
  readonly sourceIp: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** While pending: when it stops waiting. */
  readonly pendingExpiresAt?: string;
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
  /** Approver groups and how many distinct people of each; empty unless the effect is `escalate`. */
  readonly approvals: readonly { readonly from: string; readonly count: number }[];
  readonly notify: readonly string[];
  /** Hash of the policies and data that decided. */
  readonly policy_revision: string;
}

export interface Approval {
  /** The operator's name. */
  readonly approver: string;
  readonly verdict: 'approve' | 'reject';
  readonly reason?: string;
  /** Of the request as the approver saw it; both must still match when the credential is minted. */
  readonly canonicalHash: string;
  readonly policyRevision: string;
  /** ISO 8601. */
  readonly at: string;
}
