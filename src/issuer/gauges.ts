import type { IssuerGauges } from './issuer.ts';
import type { IssuerParts } from './parts.ts';
import { OVERDUE_GRACE_MS } from './quota.ts';

export async function gauges(parts: IssuerParts): Promise<IssuerGauges> {
  const overdueBefore = new Date(parts.now().getTime() - OVERDUE_GRACE_MS);
  const counts = await parts.store.read(async ({ leases, requests }) => ({
    leasesByTarget: await leases.countByStateAndTarget(),
    pendingRequests: await requests.countPending(),
    alivePastTime: await leases.countOverdue(overdueBefore),
    revocationsFailing: await leases.countFailing(),
  }));
  const leases = { INTENT: 0, CREATING: 0, ACTIVE: 0, REVOKING: 0 };
  for (const { state, count } of counts.leasesByTarget) leases[state] += count;
  return {
    ...counts,
    leases,
    auditBacklog: await parts.delivery.backlog(),
    auditSinks: await parts.delivery.states(),
  };
}
