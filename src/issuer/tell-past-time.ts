import type { IssuerParts } from './parts.ts';
import { OVERDUE_GRACE_MS } from './quota.ts';

const MOST = 100;
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Writes `lease.past_time`, once for each lease that is past its time and not verified dead: there must be none. */
export async function tellPastTime(parts: IssuerParts): Promise<void> {
  const before = new Date(parts.now().getTime() - OVERDUE_GRACE_MS);
  const overdue = await parts.store.read(({ leases }) => leases.listOverdue(before, MOST));
  if (overdue.length === 0) return;
  await parts.write(async ({ audit, replay }, now) => {
    const until = new Date(now.getTime() + REMEMBERED_MS);
    for (const { id, target, request, state, expiresAt, attempts } of overdue)
      if (await replay.use('past-time', id, until))
        await audit.append(
          {
            event: 'lease.past_time',
            actor: 'system',
            target,
            request,
            lease: id,
            detail: { state, expires_at: expiresAt, attempts },
          },
          now,
        );
  });
}
