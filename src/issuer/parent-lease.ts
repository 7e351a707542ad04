import { AppError } from '../errors.ts';
import type { AccessDetail } from '../model/access-request.ts';
import type { Lease } from '../model/lease.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';

/** A lease, its child, and the child of that: no further. */
const MOST_GENERATIONS = 3;

/**
 * The lease with whose token another one is asked for, kept as it is until the transaction ends.
 *
 * @throws {AppError} ERR_ACCESS_DENIED when it is not alive any more, or has too many ancestors itself.
 */
export async function parentOf(
  { leases }: Pick<IssuerTables, 'leases'>,
  id: string | undefined,
  now: Date,
): Promise<Lease | undefined> {
  if (id === undefined) return undefined;
  const parent = await holdParent(leases, id, now);
  let generations = 2;
  for (let at: Lease | undefined = parent; at?.parent !== undefined; at = await leases.find(at.parent))
    generations += 1;
  if (generations > MOST_GENERATIONS) throw refused('too many leases have been asked for with one another');
  return parent;
}

/**
 * Writes the row of a parent without changing it: whoever is about to end it waits for this transaction, and finds the child; if it
 * was ended before, the child is refused.
 *
 * @throws {AppError} ERR_ACCESS_DENIED
 */
export async function holdParent(leases: IssuerTables['leases'], id: string, now: Date): Promise<Lease> {
  const parent = await leases.move(id, ['ACTIVE'], 'ACTIVE', {});
  if (parent === undefined || parent.expiresAt <= now.toISOString())
    throw refused('the lease that it was asked with is over');
  return parent;
}

/** What is granted to a child: for no longer than its parent lives. @throws {AppError} ERR_ACCESS_DENIED when too little is left. */
export function withinParent(
  { detail, target }: { readonly detail: AccessDetail; readonly target: { readonly broker: Bounds } },
  parent: Lease | undefined,
  now: Date,
): AccessDetail {
  if (parent === undefined) return detail;
  const left = Math.floor((Date.parse(parent.expiresAt) - now.getTime()) / 1000);
  const duration = Math.min(detail.duration, left);
  if (duration < target.broker.capabilities.minSeconds) throw refused('the lease that it was asked with ends too soon');
  return { ...detail, duration };
}

interface Bounds {
  readonly capabilities: { readonly minSeconds: number };
}

function refused(message: string): AppError {
  return new AppError('ERR_ACCESS_DENIED', message, { details: { answer: { reasons: ['parent-lease'] } } });
}
