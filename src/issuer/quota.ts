import { AppError } from '../errors.ts';
import type { Requester } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { subjectKey } from '../store/issuer/subject-key.ts';
import type { Quotas } from './settings.ts';

const MINUTE = 60_000;
/** How long after its time a lease may take to be taken back before it counts as overdue. */
export const OVERDUE_GRACE_MS = 30_000;

/**
 * Checks what one more lease would come to. Call it in the transaction that writes the intent: then requests that come together
 * cannot pass together.
 *
 * @throws {AppError} ERR_QUOTA_EXCEEDED; ERR_TARGET_UNREACHABLE for a target that leases cannot be taken back from.
 */
export async function checkLeaseQuota(
  { leases, locks }: IssuerTables,
  quotas: Quotas,
  requester: Requester,
  target: string,
  now: Date,
): Promise<void> {
  const subject = subjectKey(requester);
  const limits: readonly Limit[] = [
    {
      what: 'active leases of this requester',
      name: `leases of ${subject}`,
      most: quotas.activeLeasesPerSubject,
      count: () => leases.countHeld({ requester }),
    },
    {
      what: 'leases of this requester within a minute',
      name: `rate of ${subject}`,
      most: quotas.leasesPerMinutePerSubject,
      count: () => leases.countBegun(requester, new Date(now.getTime() - MINUTE)),
    },
    {
      what: `active leases on "${target}"`,
      name: `leases on ${target}`,
      most: quotas.activeLeasesPerTarget,
      count: () => leases.countHeld({ target }),
    },
    {
      what: 'active leases of this issuer',
      name: 'leases',
      most: quotas.activeLeases,
      count: () => leases.countHeld(),
    },
  ];
  // Always in this order: two that wait for each other's lock would wait for ever.
  for (const limit of limits) await refuseAbove(locks, limit);
  const overdue = await leases.countOverdue(new Date(now.getTime() - OVERDUE_GRACE_MS), target);
  if (overdue >= quotas.overdueLeasesPerTarget)
    throw new AppError(
      'ERR_TARGET_UNREACHABLE',
      `target "${target}" has ${overdue} leases past their time that could not be taken back`,
      { hint: 'no new leases until it can be cleaned: see `lapse leases`' },
    );
}

/** @throws {AppError} ERR_QUOTA_EXCEEDED */
export async function checkPendingQuota(
  { requests, locks }: IssuerTables,
  quotas: Quotas,
  requester: Requester,
): Promise<void> {
  await refuseAbove(locks, {
    what: 'requests of this requester that wait for approval',
    name: `requests of ${subjectKey(requester)}`,
    most: quotas.openRequestsPerSubject,
    count: () => requests.countPending(requester),
  });
}

interface Limit {
  readonly what: string;
  /** Of the lock that those who come together share. */
  readonly name: string;
  readonly most: number;
  count(): Promise<number>;
}

async function refuseAbove(locks: IssuerTables['locks'], { what, name, most, count }: Limit): Promise<void> {
  if (!(await locks.below(name, most, count)))
    throw new AppError('ERR_QUOTA_EXCEEDED', `too many ${what}: the limit is ${most}`);
}
