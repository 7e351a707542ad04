import type { Lease } from '../model/lease.ts';
import type { LeaseSelector } from '../store/issuer/lease-table.ts';
import type { CallContext, RevokedLeases } from './issuer.ts';
import type { IssuerParts } from './parts.ts';
import { markRevoking, REVOKE_WAIT_MS, type Revoker } from './revoker.ts';

/** Leases that are marked in one transaction. */
const BATCH = 200;

/**
 * Takes back all that fits: first everything is marked, batch by batch, so that nothing stays usable behind a slow target; then attempts
 * are made for all of it, and waited for together.
 */
export async function revokeAll(
  parts: IssuerParts,
  revoker: Revoker,
  selector: LeaseSelector,
  by: { readonly actor: string; readonly reason: 'ended' | 'revoked' },
  context: CallContext,
): Promise<RevokedLeases> {
  const taken = new Map<string, Lease>();
  for (let after = ''; ; ) {
    const batch = await parts.write(async (tables, now) => {
      const found = await tables.leases.selected(selector, after, BATCH);
      for (const lease of found) {
        const marked = await markRevoking(tables, lease.id, by.reason, by.actor, now, {
          correlation_id: context.correlationId,
        });
        taken.set(lease.id, marked ?? lease);
      }
      return found;
    });
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  const end = performance.now() + REVOKE_WAIT_MS;
  const left = await Promise.all(
    [...taken.values()].map(async (lease) => {
      const { lease: now, done } = await revoker.attemptFor(lease, Math.max(0, end - performance.now()));
      // Children that do not fit the selector go with their parents.
      await revoker.startChildren(lease);
      return done ? [] : [now];
    }),
  );
  return { found: taken.size, left: left.flat() };
}
