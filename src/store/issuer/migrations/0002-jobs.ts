import type { Migration } from '../../migrate.ts';

/** Work that waits, on SQLite; on PostgreSQL pg-boss keeps it in a schema of its own. */
export const jobs: Migration = {
  version: 2,
  statements: [
    `create table job (
      id text primary key,
      queue text not null,
      key text,
      data_json text not null,
      attempt integer not null,
      created_at text not null,
      due_at text not null
    )`,
    'create index job_due on job (queue, due_at)',
    'create unique index job_waiting on job (queue, key) where key is not null and attempt = 0',
  ],
};
