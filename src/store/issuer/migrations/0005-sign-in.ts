import type { Migration } from '../../migrate.ts';

/**
 * People by way of an identity provider, sessions that can be listed, and device sign-ins (RFC 8628) that wait for a person.
 */
export const signIn: Migration = {
  version: 5,
  statements: [
    'alter table operator add column identity text',
    'create unique index operator_by_identity on operator (identity) where identity is not null',
    "alter table session add column id text not null default ''",
    "alter table session add column method text not null default 'password'",
    "alter table session add column source_ip text not null default ''",
    "alter table session add column client text not null default ''",
    "create unique index session_by_id on session (id) where id <> ''",
    'create index session_by_operator on session (operator, created_at)',
    `create table device_grant (
      device_hash text primary key,
      user_code text not null unique,
      client_id text not null,
      machine text not null,
      source_ip text not null,
      created_at text not null,
      expires_at text not null,
      state text not null check (state in ('pending', 'approved', 'denied', 'used')),
      operator text,
      session text
    )`,
    'create index device_grant_expiry on device_grant (expires_at)',
  ],
};
