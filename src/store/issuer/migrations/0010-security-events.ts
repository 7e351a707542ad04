import type { Migration } from '../../migrate.ts';

/** Security events that wait for a receiver to fetch them. */
export const securityEvents: Migration = {
  version: 10,
  statements: [
    `create table security_event (
      receiver text not null,
      jti text not null,
      claims_json text not null,
      at text not null,
      primary key (receiver, jti)
    )`,
    'create index security_event_by_age on security_event (receiver, at, jti)',
  ],
};
