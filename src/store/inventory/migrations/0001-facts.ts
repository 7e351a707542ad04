import type { Migration } from '../../migrate.ts';

/** Temporal facts: a row is valid from one snapshot up to, and without, another. See `docs/storage.md`. */
export const facts: Migration = {
  version: 1,
  statements: [
    `create table snapshot (
      id integer primary key,
      source text not null,
      at text not null,
      complete integer not null,
      units integer not null,
      problems text not null,
      revision text
    )`,
    'create table source (id integer primary key, name text not null unique)',
    `create table unit (
      id integer primary key,
      source integer not null references source (id),
      path text not null,
      unique (source, path)
    )`,
    `create table fact (
      kind text not null,
      id text not null,
      unit integer not null references unit (id),
      valid_from integer not null references snapshot (id),
      valid_to integer references snapshot (id),
      hash text not null,
      body text not null
    )`,
    'create unique index fact_entity on fact (kind, id, unit, valid_from)',
    'create index fact_current on fact (unit) where valid_to is null',
    'create index fact_valid_from on fact (valid_from)',
    'create index fact_valid_to on fact (valid_to) where valid_to is not null',
    `create table gap (
      unit integer not null references unit (id),
      valid_from integer not null references snapshot (id),
      valid_to integer references snapshot (id),
      primary key (unit, valid_from)
    )`,
  ],
};
