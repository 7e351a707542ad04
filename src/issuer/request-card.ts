import type { AccessDetail, AccessRequest, NarrowerChoice } from '../model/access-request.ts';
import type { JsonObject } from '../model/json.ts';
import type { ApprovalDesk } from './approval-desk.ts';
import { levelsOf } from './approver-slots.ts';
import type { Approvers, ValidApproval } from './approvers.ts';
import type { IssuerParts } from './parts.ts';
import { requestHash } from './request-hash.ts';
import { isRequester } from './requesting-people.ts';

const HISTORY_DAYS = 30;

/** A group that is asked, and who of it has said yes. */
export interface CardPlace {
  readonly from: string;
  readonly count: number;
  readonly level: number;
  /** Its level is the one that is asked now. */
  readonly open: boolean;
  readonly given: readonly string[];
}

/** What an approver must see of a request before answering it. */
export interface RequestCard {
  readonly request: AccessRequest;
  /** What would be granted: as asked, or what approvers have left of it so far. */
  readonly effective: AccessDetail;
  /** Of `effective`: an approval says which it is for. */
  readonly hash: string;
  readonly places: readonly CardPlace[];
  readonly choices: readonly NarrowerChoice[];
  /** Seconds until nobody can answer it any more. */
  readonly seconds_left?: number;
  /** Requests of the same requester for the same actions at the same target, of the days before. */
  readonly history: {
    readonly days: number;
    readonly requests: number;
    readonly automatic: number;
    readonly approved: number;
    readonly refused: number;
  };
  /** What the inventory says; null when it says nothing. */
  readonly risk: JsonObject | null;
  readonly risk_level: 'low' | 'medium' | 'high';
  /** Of a lease that is to last longer: until when it does, and until when it would. */
  readonly extension?: { readonly lease: string; readonly from: string; readonly until: string };
  /** Whether who looks counts as the requester. */
  readonly own: boolean;
}

/** Puts together what is known of a request; nothing here decides. */
export async function requestCard(
  parts: IssuerParts,
  approvers: Approvers,
  desk: Pick<ApprovalDesk, 'effective'>,
  id: string,
  operator: string,
): Promise<RequestCard | undefined> {
  const read = await parts.store.read(async (tables) => {
    const request = await tables.requests.find(id);
    if (request === undefined) return undefined;
    const since = new Date(parts.now().getTime() - HISTORY_DAYS * 24 * 3_600_000);
    return {
      request,
      given: await approvers.valid(tables, request),
      viewer: await tables.operators.find(operator),
      past: await tables.requests.likeIt(request, since),
      lease: request.detail.extends === undefined ? undefined : await tables.leases.find(request.detail.extends),
    };
  });
  if (read === undefined) return undefined;
  const { request, given, viewer, past, lease } = read;
  const effective = desk.effective(request, given) ?? request.detail;
  const principals = parts.targets.get(request.detail.target)?.settings.principals ?? [];
  const risk = await parts.risk(request.requester.principal, principals);
  const left = secondsLeft(request, parts.now());
  return {
    request,
    effective,
    hash: requestHash(request.requester, effective),
    places: placesOf(approvers, request, given),
    choices: request.decision?.narrower ?? [],
    ...(left === undefined ? {} : { seconds_left: left }),
    history: { days: HISTORY_DAYS, ...past },
    risk,
    risk_level: riskLevel(request, risk),
    ...(lease === undefined
      ? {}
      : {
          extension: {
            lease: lease.id,
            from: lease.expiresAt,
            until: new Date(
              Date.parse(lease.expiresAt) + (effective.duration - lease.detail.duration) * 1000,
            ).toISOString(),
          },
        }),
    own: viewer !== undefined && isRequester(viewer, request),
  };
}

function placesOf(approvers: Approvers, request: AccessRequest, given: readonly ValidApproval[]): readonly CardPlace[] {
  const { decision } = request;
  if (decision === undefined) return [];
  const open = request.state === 'pending' ? approvers.openLevel(decision, given) : undefined;
  return levelsOf(decision.approvals).flatMap(({ level, places }) =>
    places.map(({ from, count }) => ({
      from,
      count,
      level,
      open: level === open,
      given: given
        .filter((approval) => approval.level === level && approval.groups.includes(from))
        .map(({ approver }) => approver),
    })),
  );
}

function secondsLeft(request: AccessRequest, now: Date): number | undefined {
  if (request.pendingExpiresAt === undefined || (request.state !== 'pending' && request.state !== 'approved'))
    return undefined;
  return Math.max(0, Math.floor((Date.parse(request.pendingExpiresAt) - now.getTime()) / 1000));
}

/** For the eye: what is decided is decided by policy. */
function riskLevel({ decision, detail }: AccessRequest, risk: JsonObject | null): RequestCard['risk_level'] {
  const reasons = new Set(decision?.reasons);
  if (detail.break_glass === true || reasons.has('target-admin') || reasons.has('requester-admin')) return 'high';
  const signs = ['requester-findings', 'recent-denials', 'first-use', 'first-action', 'new-source', 'unusual-hour'];
  if (risk === null || signs.some((sign) => reasons.has(sign))) return 'medium';
  return 'low';
}
