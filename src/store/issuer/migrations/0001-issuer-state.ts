import type { Migration } from '../../migrate.ts';

/** Requests, leases, the audit chain, bindings and operators; see `docs/storage.md`. Dates are ISO 8601 in UTC. */
export const issuerState: Migration = {
  version: 1,
  statements: [
    'create table meta (key text primary key, value text not null)',
    `create table request (
      id text primary key,
      subject_key text not null,
      requester_json text not null,
      target text not null,
      detail_json text not null,
      source_ip text not null,
      created_at text not null,
      pending_expires_at text,
      canonical_hash text not null,
      state text not null,
      idempotency_key text,
      correlation_id text not null
    )`,
    'create index request_waiting on request (state, pending_expires_at)',
    'create index request_by_subject on request (subject_key, created_at)',
    'create index request_by_retry on request (subject_key, idempotency_key) where idempotency_key is not null',
    `create table decision (
      request text not null references request (id),
      seq integer not null,
      at text not null,
      effect text not null,
      decision_json text not null,
      input_hash text not null,
      primary key (request, seq)
    )`,
    `create table approval (
      request text not null references request (id),
      seq integer not null,
      approver text not null,
      human text not null,
      verdict text not null,
      reason text,
      canonical_hash text not null,
      policy_revision text not null,
      at text not null,
      primary key (request, seq)
    )`,
    `create table lease (
      id text primary key,
      request text not null references request (id),
      subject_key text not null,
      broker text not null,
      target text not null,
      external_id text not null unique,
      state text not null check (state in ('INTENT', 'CREATING', 'ACTIVE', 'REVOKING', 'DEAD')),
      detail_json text not null,
      created_at text not null,
      starts_at text,
      expires_at text not null,
      end_reason text,
      first_clean_at text,
      verified_dead_at text,
      attempts integer not null default 0,
      next_attempt_at text,
      last_error text,
      sessions_ended integer
    )`,
    // DEAD is where leases pile up: what is due is always looked for among the others.
    "create index lease_expiry on lease (state, expires_at) where state <> 'DEAD'",
    "create index lease_attempt on lease (state, next_attempt_at) where state <> 'DEAD'",
    "create index lease_begun on lease (state, created_at) where state <> 'DEAD'",
    "create index lease_by_target on lease (target, state) where state <> 'DEAD'",
    'create index lease_by_subject on lease (subject_key, created_at)',
    'create index lease_by_request on lease (request)',
    'create index lease_by_age on lease (created_at)',
    `create table audit_event (
      chain text not null,
      seq integer not null,
      prev_hash text not null,
      hash text not null,
      at text not null,
      event text not null,
      actor text not null,
      target text,
      request text,
      lease text,
      detail_json text not null,
      primary key (chain, seq)
    )`,
    'create index audit_event_by_actor on audit_event (actor, event, at)',
    'create index audit_event_by_lease on audit_event (lease) where lease is not null',
    `create table checkpoint (
      chain text not null,
      seq integer not null,
      hash text not null,
      at text not null,
      signature text not null,
      primary key (chain, seq)
    )`,
    'create table replay (space text not null, value text not null, until text not null, primary key (space, value))',
    'create index replay_until on replay (until)',
    `create table static_key_binding (
      id text primary key,
      secret text not null,
      fingerprint text not null,
      principal text,
      target text not null,
      source_cidrs_json text not null,
      until text not null,
      stage text not null check (stage in ('planned', 'bound', 'swapped', 'disabled', 'gone')),
      created_by text not null,
      created_at text not null,
      last_used_at text,
      unique (fingerprint, target)
    )`,
    `create table operator (
      name text primary key,
      human text not null,
      password_hash text,
      groups_json text not null,
      created_at text not null
    )`,
    `create table session (
      token_hash text primary key,
      operator text not null references operator (name),
      created_at text not null,
      expires_at text not null
    )`,
    'create index session_expiry on session (expires_at)',
  ],
};
