import type { DatabaseTarget } from '../postgres/database.ts';
import type { PostgresGrant } from '../postgres/postgres-target.ts';

/** A PostgreSQL server at which roles that exist become members of group roles for a time. */
export interface PostgresMembershipTarget extends DatabaseTarget {
  readonly type: 'postgres-membership';
  readonly grants: readonly PostgresGrant[];
  /** The member may `set role` to the group roles too; without it, it only inherits what they have (PostgreSQL 16 and later). */
  readonly setRole: boolean;
  /** Sessions of the member are ended with the lease. */
  readonly endSessions: boolean;
  /** Seconds. */
  readonly maxSeconds: number;
}
