import type { Migration } from '../../migrate.ts';

/** What the last scan need not do again: what was found of subjects, and files that were read whole. See `docs/storage.md`. */
export const memory: Migration = {
  version: 2,
  statements: [
    `create table remembered (
      what text not null,
      subject text not null,
      digest text not null,
      body text not null,
      primary key (what, subject)
    )`,
    `create table read_file (
      root text not null,
      path text not null,
      digest text not null,
      outcome text not null,
      primary key (root, path)
    )`,
  ],
};
