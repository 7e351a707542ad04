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
  { leases, buckets, locks }: IssuerTables,
  quotas: Quotas,
  requester: Requester,
  target: string,
  now: Date,
): Promise<void> {
  const subject = subjectKey(requester);
  // Buckets before locks, and always in this order: two that wait for each other would wait for ever.
  await takeToken(buckets, `subject:${subject}`, quotas.leasesPerMinutePerSubject, 'this requester', now);
  if (quotas.leasesPerMinutePerTarget !== undefined)
    await takeToken(buckets, `target:${target}`, quotas.leasesPerMinutePerTarget, `target "${target}"`, now);
  const limits: readonly Limit[] = [
    {
      what: 'active leases of this requester',
      name: `leases of ${subject}`,
      most: quotas.activeLeasesPerSubject,
      count: () => leases.countHeld({ requester }),
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

/**
 * A bucket holds what may be begun at once, and a minute fills it (token bucket). Its row is written even where nothing is taken, so those
 * who come together take one after another.
 */
async function takeToken(
  buckets: IssuerTables['buckets'],
  key: string,
  perMinute: number,
  whose: string,
  now: Date,
): Promise<void> {
  const level = await buckets.hold(key, perMinute, now);
  // A clock that was set back neither fills nor empties it.
  const passed = Math.max(0, now.getTime() - Date.parse(level.at));
  const tokens = Math.min(perMinute, level.tokens + (passed * perMinute) / MINUTE);
  if (tokens < 1)
    throw new AppError('ERR_QUOTA_EXCEEDED', `too many leases of ${whose}: the limit is ${perMinute} a minute`, {
      details: { retryAfter: ((1 - tokens) * MINUTE) / perMinute / 1000 },
    });
  await buckets.set(key, { tokens: tokens - 1, at: new Date(Date.parse(level.at) + passed).toISOString() });
}
