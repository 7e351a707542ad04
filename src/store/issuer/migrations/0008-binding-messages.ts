import type { Migration } from '../../migrate.ts';

/** What a requester and its approvers both see (CIBA Core 1.0 section 7.1). */
export const bindingMessages: Migration = {
  version: 8,
  statements: ['alter table request add column binding_message text'],
};
