import type { Migration } from '../../migrate.ts';

/** Elevations, shared objects, children of leases, what leases are taken back by, token buckets. */
export const elevations: Migration = {
  version: 3,
  statements: [
    'alter table lease add column shared_key text',
    'alter table lease add column parent text',
    'alter table lease add column subject text',
    'alter table lease add column principal text',
    'alter table lease add column elevated text',
    "create index lease_shared on lease (shared_key) where state <> 'DEAD'",
    "create index lease_children on lease (parent) where state <> 'DEAD'",
    'create table shared_claim (name text primary key, holder text not null, until text not null)',
    'create table issue_bucket (key text primary key, tokens double precision not null, at text not null)',
    'create index issue_bucket_age on issue_bucket (at)',
  ],
};
