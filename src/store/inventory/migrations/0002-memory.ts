import type { Migration } from '../../migrate.ts';

/** What the last scan need not do again: subjects that were judged, and files that were read whole. See `docs/storage.md`. */
export const memory: Migration = {
  version: 2,
  statements: [
    'create table judged (subject text primary key, digest text not null, fingerprints text not null)',
    `create table read_file (
      root text not null,
      path text not null,
      digest text not null,
      outcome text not null,
      primary key (root, path)
    )`,
  ],
};
