import { AppError } from '../errors.ts';
import type { Requester } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
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
  { leases }: IssuerTables,
  quotas: Quotas,
  requester: Requester,
  target: string,
  now: Date,
): Promise<void> {
  refuseAbove('active leases of this requester', await leases.countHeld({ requester }), quotas.activeLeasesPerSubject);
  refuseAbove(`active leases on "${target}"`, await leases.countHeld({ target }), quotas.activeLeasesPerTarget);
  refuseAbove('active leases of this issuer', await leases.countHeld(), quotas.activeLeases);
  refuseAbove(
    'leases of this requester within a minute',
    await leases.countBegun(requester, new Date(now.getTime() - MINUTE)),
    quotas.leasesPerMinutePerSubject,
  );
  const overdue = await leases.countOverdue(new Date(now.getTime() - OVERDUE_GRACE_MS), target);
  if (overdue >= quotas.overdueLeasesPerTarget)
    throw new AppError(
      'ERR_TARGET_UNREACHABLE',
      `target "${target}" has ${overdue} leases past their time that could not be taken back`,
      { hint: 'no new leases until it can be cleaned: see `lapse leases`' },
    );
}

/** @throws {AppError} ERR_QUOTA_EXCEEDED */
export async function checkPendingQuota({ requests }: IssuerTables, quotas: Quotas, requester: Requester) {
  refuseAbove(
    'requests of this requester that wait for approval',
    await requests.countPending(requester),
    quotas.openRequestsPerSubject,
  );
}

function refuseAbove(what: string, count: number, most: number): void {
  if (count >= most) throw new AppError('ERR_QUOTA_EXCEEDED', `too many ${what}: the limit is ${most}`);
}
