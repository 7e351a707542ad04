import type { Requester } from '../model/access-request.ts';
import type { IssuerTables } from '../store/issuer/issuer-store.ts';

const RECENT_MS = 3_600_000;
/** Requests of one requester that are looked through for earlier uses. */
const MOST_EARLIER = 100;
/** Leases of one requester that policy hears of. */
const MOST_HELD = 100;

/** Reasons of denials that only follow from denials before: were they counted, who tries again would never be let in again. */
const OF_DENIALS: ReadonlySet<string> = new Set(['recent-denials', 'too-many-denials', 'no-approvers']);

/** What the issuer remembers of a requester, as policies read it (`input.history`). */
export interface AccessHistory {
  readonly recent_requests: number;
  readonly recent_denials: number;
  readonly first_use: boolean;
  readonly earlier: {
    readonly uses: number;
    /** ISO 8601. */
    readonly last_at?: string;
    readonly sources: readonly string[];
    /** How many began in each hour of the day, in UTC. */
    readonly hours: readonly number[];
    readonly actions: readonly string[];
  };
  readonly held: readonly {
    readonly target: string;
    readonly actions: readonly string[];
    /** ISO 8601. */
    readonly expires_at: string;
  }[];
}

/**
 * Reads what came before a request: counts within the hour, earlier leases at the target, what the requester holds now.
 *
 * @param until - uses from then on do not count as earlier.
 */
export async function accessHistory(
  { requests, leases }: Pick<IssuerTables, 'requests' | 'leases'>,
  requester: Requester,
  target: string,
  now: Date,
  until: Date = now,
): Promise<AccessHistory> {
  const { recent, denials, firstUse } = await requests.history(requester, target, new Date(now.getTime() - RECENT_MS));
  const before = until.toISOString();
  const latestUses = await requests.latestUses(requester, target, MOST_EARLIER);
  const uses = latestUses.filter(({ at }) => at < before || until === now);
  const held = await leases.heldBy(requester, MOST_HELD);
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { at } of uses) {
    const hour = new Date(at).getUTCHours();
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  const [latest] = uses;
  return {
    recent_requests: recent,
    recent_denials: denials.filter((reasons) => !onlyOfDenials(reasons)).length,
    first_use: firstUse,
    earlier: {
      uses: uses.length,
      ...(latest === undefined ? {} : { last_at: latest.at }),
      sources: distinct(uses.map(({ sourceIp }) => sourceIp)),
      hours,
      actions: distinct(uses.flatMap(({ actions }) => actions)),
    },
    held: held.map(({ target: at, detail, expiresAt }) => ({
      target: at,
      actions: detail.actions,
      expires_at: expiresAt,
    })),
  };
}

function onlyOfDenials(reasons: readonly string[]): boolean {
  const follows = reasons.includes('recent-denials') || reasons.includes('too-many-denials');
  return follows && reasons.every((reason) => OF_DENIALS.has(reason));
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
