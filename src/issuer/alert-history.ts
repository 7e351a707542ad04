import type { Requester } from '../model/access-request.ts';
import type { AuditEvent } from '../model/audit-event.ts';
import type { JsonObject } from '../model/json.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';
import { accessHistory } from './access-history.ts';
import type { Quotas } from './settings.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days behind the last hour that say what is usual. */
const USUAL_DAYS = 14;
/** Leases of one requester that are counted. */
const MOST_COUNTED = 2_000;

/**
 * What went before an event, as alert rules read it (`history` of `schemas/alert-input.json`). What is not known is left out.
 *
 * @param withHabits - whether to look at habits and quotas too, which takes more reading.
 */
export async function alertHistory(
  tables: Pick<IssuerTables, 'audit' | 'leases' | 'requests'>,
  event: AuditEvent,
  quotas: Quotas,
  now: Date,
  withHabits: boolean,
): Promise<JsonObject> {
  const { audit, leases, requests } = tables;
  const repeats = await audit.countLike(event, new Date(now.getTime() - HOUR));
  const request = event.request === undefined ? undefined : await requests.origin(event.request);
  const granted = event.event === 'lease.active' && event.lease !== undefined ? event.lease : undefined;
  return {
    ...(repeats === 0 ? {} : { repeats }),
    ...(granted === undefined ? {} : { earlier_leases: await leases.countEarlier(granted) }),
    ...(request === undefined
      ? {}
      : {
          source_ip: request.sourceIp,
          requesting_people: [
            ...(request.requester.kind === 'operator' ? [request.requester.subject] : []),
            ...request.requester.owners,
          ],
        }),
    ...(request === undefined || granted === undefined || event.target === undefined || !withHabits
      ? {}
      : {
          habits: await habits(tables, request.requester, event.target, new Date(request.createdAt), now),
          quotas: await quotaUse(tables, request.requester, event.target, quotas),
        }),
  };
}

/** How the requester used this target before the request at hand. */
async function habits(
  tables: Pick<IssuerTables, 'leases' | 'requests'>,
  requester: Requester,
  target: string,
  until: Date,
  now: Date,
): Promise<JsonObject> {
  const { recent_requests, earlier } = await accessHistory(tables, requester, target, now, until);
  const since = new Date(now.getTime() - USUAL_DAYS * DAY);
  const before = await tables.leases.countBegun(requester, since, MOST_COUNTED);
  const recent = await tables.leases.countBegun(requester, new Date(now.getTime() - HOUR), MOST_COUNTED);
  return {
    uses: earlier.uses,
    sources: earlier.sources,
    hours: earlier.hours,
    recent_requests,
    recent_leases: recent,
    // Leases in an hour, on average of the days before; of whoever has more than can be counted, nothing is usual.
    usual_leases: before >= MOST_COUNTED ? 0 : Math.max(0, before - recent) / (USUAL_DAYS * 24 - 1),
  };
}

async function quotaUse(
  { leases }: Pick<IssuerTables, 'leases'>,
  requester: Requester,
  target: string,
  quotas: Quotas,
): Promise<JsonObject> {
  return {
    requester: { used: await leases.countHeld({ requester }), limit: quotas.activeLeasesPerSubject },
    target: { used: await leases.countHeld({ target }), limit: quotas.activeLeasesPerTarget },
    issuer: { used: await leases.countHeld(), limit: quotas.activeLeases },
  };
}
