import type { Kysely } from 'kysely';
import { SecretValue } from '../../model/secret-value.ts';
import { AuditCursorTable } from './audit-cursor-table.ts';
import { AuditSegmentTable } from './audit-segment-table.ts';
import { AuditTable } from './audit-table.ts';
import { BindingTable } from './binding-table.ts';
import { BucketTable } from './bucket-table.ts';
import { DelegationTable } from './delegation-table.ts';
import { DeviceGrantTable } from './device-grant-table.ts';
import { InstanceTable } from './instance-table.ts';
import type { IssuerStore, IssuerTables } from './issuer-store.ts';
import { JobTable } from './job-table.ts';
import { LeaseTable } from './lease-table.ts';
import { openPostgresIssuerStore } from './open-postgres-issuer-store.ts';
import { openSqliteIssuerStore } from './open-sqlite-issuer-store.ts';
import { OperatorTable } from './operator-table.ts';
import { ReplayTable } from './replay-table.ts';
import { RequestTable } from './request-table.ts';
import { ReviewTable } from './review-table.ts';
import type { RowLocks } from './row-locks.ts';
import type { IssuerSchema } from './schema.ts';
import { SealedTable } from './sealed-table.ts';
import { SecurityEventTable } from './security-event-table.ts';

/** Who works on the tables, and how it keeps others away from what it has read. */
export interface TableUser {
  readonly chain: string;
  readonly instance: string;
  /** No other daemon works on this store. */
  readonly alone: boolean;
  readonly locks: RowLocks;
}

import { SharedClaimTable } from './shared-claim-table.ts';

/**
 * Opens the issuer's state and brings its schema up to date: a SQLite file, made with mode 0600 where it does not exist, or a PostgreSQL
 * database that several daemons share.
 *
 * @param place - path of the file, or the `postgres://` URL, which is a secret.
 * @param options - `hostTime`: the host's clock, in milliseconds, which decides where there is no server to ask; `beat`: how often an
 * instance on PostgreSQL says that it lives, in milliseconds.
 * @throws {AppError} ERR_STORE_UNREACHABLE; ERR_STORE_VERSION when a newer lapse has written it; ERR_STORE_UNSAFE when the server would
 * lose commits.
 */
export function openIssuerStore(
  place: string | SecretValue,
  { hostTime = Date.now, beat = 5_000 }: { readonly hostTime?: () => number; readonly beat?: number } = {},
): Promise<IssuerStore> {
  return place instanceof SecretValue
    ? openPostgresIssuerStore(place, issuerTables, beat)
    : openSqliteIssuerStore(place, issuerTables, hostTime);
}

function issuerTables(db: Kysely<IssuerSchema>, { chain, instance, alone, locks }: TableUser): IssuerTables {
  return {
    requests: new RequestTable(db, locks),
    leases: new LeaseTable(db, instance, locks),
    audit: new AuditTable(db, chain),
    auditCursors: new AuditCursorTable(db),
    auditSegments: new AuditSegmentTable(db),
    replay: new ReplayTable(db),
    buckets: new BucketTable(db),
    sharedClaims: new SharedClaimTable(db),
    bindings: new BindingTable(db, locks),
    operators: new OperatorTable(db),
    devices: new DeviceGrantTable(db),
    delegations: new DelegationTable(db),
    reviews: new ReviewTable(db),
    jobs: new JobTable(db),
    instances: new InstanceTable(db, alone),
    sealed: new SealedTable(db),
    securityEvents: new SecurityEventTable(db),
    locks,
  };
}
