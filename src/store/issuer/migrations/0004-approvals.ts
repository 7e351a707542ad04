import type { Migration } from '../../migrate.ts';

/**
 * Levels, narrower approvals, substitutes, reviews of emergency access, and how people signed in. What an approval was given for is
 * in `canonical_hash`, its narrowing included.
 */
export const approvals: Migration = {
  version: 4,
  statements: [
    'alter table request add column approved_at text',
    'alter table approval add column level integer not null default 1',
    'alter table approval add column narrowed_json text',
    'alter table approval add column in_place_of text',
    'alter table approval add column amr text',
    'alter table session add column amr text',
    'alter table session add column acr text',
    // When the person was seen, where that was before the session: an identity provider may know somebody from earlier on.
    'alter table session add column authenticated_at text',
    'alter table operator add column totp_sealed text',
    // The latest time step whose code was taken: each is good once (RFC 6238 section 5.2).
    'alter table operator add column totp_step integer',
    `create table delegation (
      id text primary key,
      operator text not null references operator (name),
      substitute text not null references operator (name),
      group_name text,
      from_at text not null,
      until_at text not null,
      created_at text not null,
      withdrawn_at text
    )`,
    'create index delegation_by_substitute on delegation (substitute, until_at)',
    'create index delegation_by_operator on delegation (operator, until_at)',
    `create table review (
      id text primary key,
      request text not null references request (id),
      target text not null,
      operator text not null,
      human text not null,
      reason text not null,
      ticket text,
      opened_at text not null,
      due_at text not null,
      overdue_at text,
      closed_at text,
      closed_by text,
      verdict text,
      note text
    )`,
    'create index review_open on review (due_at) where closed_at is null',
    'create index review_by_human on review (human, due_at) where closed_at is null',
    'create index review_by_age on review (opened_at)',
  ],
};
