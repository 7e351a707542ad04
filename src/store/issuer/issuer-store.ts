import type { AuditCursorTable } from './audit-cursor-table.ts';
import type { AuditSegmentTable } from './audit-segment-table.ts';
import type { AuditTable } from './audit-table.ts';
import type { BindingTable } from './binding-table.ts';
import type { BucketTable } from './bucket-table.ts';
import type { DelegationTable } from './delegation-table.ts';
import type { DeviceGrantTable } from './device-grant-table.ts';
import type { InstanceTable } from './instance-table.ts';
import type { JobTable } from './job-table.ts';
import type { LeaseTable } from './lease-table.ts';
import type { OperatorTable } from './operator-table.ts';
import type { ReplayTable } from './replay-table.ts';
import type { RequestTable } from './request-table.ts';
import type { ReviewTable } from './review-table.ts';
import type { RowLocks } from './row-locks.ts';
import type { SealedTable } from './sealed-table.ts';
import type { SecurityEventTable } from './security-event-table.ts';
import type { SharedClaimTable } from './shared-claim-table.ts';

/** Everything the issuer keeps, as one may touch it in one transaction. */
export interface IssuerTables {
  readonly requests: RequestTable;
  readonly leases: LeaseTable;
  readonly audit: AuditTable;
  readonly auditCursors: AuditCursorTable;
  readonly auditSegments: AuditSegmentTable;
  readonly replay: ReplayTable;
  readonly buckets: BucketTable;
  readonly sharedClaims: SharedClaimTable;
  readonly bindings: BindingTable;
  readonly operators: OperatorTable;
  readonly devices: DeviceGrantTable;
  readonly delegations: DelegationTable;
  readonly reviews: ReviewTable;
  readonly jobs: JobTable;
  readonly instances: InstanceTable;
  readonly sealed: SealedTable;
  readonly securityEvents: SecurityEventTable;
  readonly locks: RowLocks;
}

/** The issuer's state on disk. */
export interface IssuerStore {
  /** Eight hex digits, made with the store: the prefix of everything that this issuer creates at targets. */
  readonly issuerId: string;
  /** Which of the processes on this store this one is. */
  readonly instance: string;
  /** Id of the audit chain that this process appends to. */
  readonly chain: string;
  /** The database's time, which every daemon on it shares and which the host's clock cannot move; see `anchored-clock.ts`. */
  now(): Date;
  /** One transaction: all of it is on disk when this resolves, or none of it happened. It may be run more than once. */
  write<T>(work: (tables: IssuerTables) => Promise<T>): Promise<T>;
  read<T>(work: (tables: IssuerTables) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
