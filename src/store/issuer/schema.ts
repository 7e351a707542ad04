import type { RequestState } from '../../model/access-request.ts';
import type { LeaseEnd, LeaseState } from '../../model/lease.ts';
import type { StaticKeyBinding } from '../../model/static-key-binding.ts';

/**
 * The tables of the issuer's store. Dates are ISO 8601 in UTC with milliseconds, so that text order is time order;
 * `*_json` columns hold the model's own objects.
 */
export interface IssuerSchema {
  meta: { key: string; value: string };
  request: {
    id: string;
    /** JSON of [kind, issuer, subject]: who counts as the same requester. */
    subject_key: string;
    requester_json: string;
    target: string;
    detail_json: string;
    source_ip: string;
    created_at: string;
    pending_expires_at: string | null;
    approved_at: string | null;
    canonical_hash: string;
    state: RequestState;
    idempotency_key: string | null;
    correlation_id: string;
    binding_message: string | null;
  };
  /** One row per evaluation of policy; the newest counts. */
  decision: { request: string; seq: number; at: string; effect: string; decision_json: string; input_hash: string };
  approval: {
    request: string;
    seq: number;
    approver: string;
    /** Two accounts of one person are one. */
    human: string;
    verdict: 'approve' | 'reject';
    reason: string | null;
    canonical_hash: string;
    policy_revision: string;
    at: string;
    level: number;
    narrowed_json: string | null;
    /** Name of the operator whose place was filled. */
    in_place_of: string | null;
    /** Words of RFC 8176, separated by spaces. */
    amr: string | null;
  };
  lease: {
    id: string;
    request: string;
    subject_key: string;
    broker: string;
    target: string;
    external_id: string;
    /** Name of the object at the target where leases share one. */
    shared_key: string | null;
    /** The lease with whose token it was asked for. */
    parent: string | null;
    /** Who asked, as its token names it; the inventory's id of it; who was elevated at the target. */
    subject: string | null;
    principal: string | null;
    elevated: string | null;
    state: LeaseState;
    detail_json: string;
    created_at: string;
    starts_at: string | null;
    expires_at: string;
    end_reason: LeaseEnd | null;
    /** First time that the target was seen without it, where one look is not enough. */
    first_clean_at: string | null;
    verified_dead_at: string | null;
    attempts: number;
    next_attempt_at: string | null;
    last_error: string | null;
    sessions_ended: number | null;
    /** Which instance began it. */
    instance: string | null;
  };
  /** Who works at an object that leases share, and until when nobody else may. */
  shared_claim: { name: string; holder: string; until: string };
  /** Token buckets of issue rates: what was left at a moment. */
  issue_bucket: { key: string; tokens: number; at: string };
  audit_event: {
    chain: string;
    seq: number;
    prev_hash: string;
    hash: string;
    at: string;
    event: string;
    actor: string;
    target: string | null;
    request: string | null;
    lease: string | null;
    detail_json: string;
  };
  checkpoint: { chain: string; seq: number; hash: string; at: string; signature: string };
  /** What was archived: where each part of a chain began and ended, and the file that it is in. */
  audit_segment: {
    chain: string;
    from_seq: number;
    to_seq: number;
    prev_hash: string;
    hash: string;
    at: string;
    file: string;
    signature: string;
  };
  /** How far each audit sink is known to be. */
  audit_cursor: { sink: string; chain: string; seq: number; at: string };
  replay: { space: string; value: string; until: string };
  static_key_binding: {
    id: string;
    secret: string;
    fingerprint: string;
    principal: string | null;
    target: string;
    source_cidrs_json: string;
    until: string;
    stage: StaticKeyBinding['stage'];
    created_by: string;
    created_at: string;
    last_used_at: string | null;
  };
  operator: {
    name: string;
    human: string;
    /** `scrypt$N$r$p$salt$hash`, all but the numbers in base64url. */
    password_hash: string | null;
    groups_json: string;
    created_at: string;
    totp_sealed: string | null;
    totp_step: number | null;
    /** `issuer|subject` at the identity provider; null for accounts of our own. */
    identity: string | null;
  };
  /** Sign-in tokens, as SHA-256 only. */
  session: {
    token_hash: string;
    operator: string;
    created_at: string;
    expires_at: string;
    /** Words of RFC 8176, separated by spaces. */
    amr: string | null;
    acr: string | null;
    authenticated_at: string | null;
    /** `ses_…`: what a list of sessions may show. */
    id: string;
    method: 'password' | 'oidc';
    source_ip: string;
    /** Browser or machine, as it calls itself. */
    client: string;
  };
  /** Sign-ins of machines without a browser (RFC 8628). The device code as SHA-256 only. */
  device_grant: {
    device_hash: string;
    user_code: string;
    client_id: string;
    /** As it calls itself. */
    machine: string;
    source_ip: string;
    created_at: string;
    expires_at: string;
    state: 'pending' | 'approved' | 'denied' | 'used';
    /** Who confirmed it, and in which session. */
    operator: string | null;
    session: string | null;
  };
  delegation: {
    id: string;
    operator: string;
    substitute: string;
    group_name: string | null;
    from_at: string;
    until_at: string;
    created_at: string;
    withdrawn_at: string | null;
  };
  review: {
    id: string;
    request: string;
    target: string;
    operator: string;
    human: string;
    reason: string;
    ticket: string | null;
    opened_at: string;
    due_at: string;
    overdue_at: string | null;
    closed_at: string | null;
    closed_by: string | null;
    verdict: 'ok' | 'incident' | null;
    note: string | null;
  };
  /** Work that waits, on SQLite. */
  job: {
    id: string;
    queue: string;
    key: string | null;
    data_json: string;
    attempt: number;
    created_at: string;
    due_at: string;
  };
  /** A process of the issuer; `ended_at` when it said goodbye. */
  instance: { id: string; chain: string; started_at: string; last_seen_at: string; ended_at: string | null };
  /** Security events that a receiver has not fetched yet. */
  security_event: { receiver: string; jti: string; claims_json: string; at: string };
  /** Readable with the issuer's encryption key only. */
  sealed: { name: string; version: number; body: string; at: string };
}
