import type { Migration } from '../../migrate.ts';

/** Several daemons on one database: who they are, what each has begun, and the keys that they share. */
export const instances: Migration = {
  version: 7,
  statements: [
    `create table instance (
      id text primary key,
      chain text not null,
      started_at text not null,
      last_seen_at text not null,
      ended_at text
    )`,
    'create index instance_seen on instance (last_seen_at)',
    'alter table lease add column instance text',
    'create index audit_event_of_lease on audit_event (lease, at, seq) where lease is not null',
    'drop index audit_event_by_lease',
    `create table sealed (
      name text primary key,
      version integer not null,
      body text not null,
      at text not null
    )`,
  ],
};
