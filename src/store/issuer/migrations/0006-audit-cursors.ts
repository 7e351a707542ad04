import type { Migration } from '../../migrate.ts';

/** How far each audit sink is. */
export const auditCursors: Migration = {
  version: 6,
  statements: [
    `create table audit_cursor (
      sink text not null,
      chain text not null,
      seq integer not null,
      at text not null,
      primary key (sink, chain)
    )`,
  ],
};
