import { AppError } from '../errors.ts';
import type { AccessDetail, AccessRequest, Decision, Requester } from '../model/access-request.ts';
import type { NewAuditEvent } from '../store/issuer/audit-table.ts';
import { actorOf } from './actor.ts';
import type { CallContext } from './issuer.ts';
import type { IssuerParts } from './parts.ts';
import type { BreakGlassSettings } from './settings.ts';

/** What policy says with an allow that is meant for emergencies. */
export const EMERGENCY_REASON = 'break-glass';
/** A clock may be ahead of ours by so many seconds. */
const SKEW_SECONDS = 60;

/**
 * What must be true of emergency access whatever policy says: a person, who gives a reason, just signed in strongly, and owes no review.
 * It skips prior approval and nothing else.
 *
 * @returns a reason id why not; undefined when policy may be asked.
 * @throws {AppError} ERR_STEP_UP_REQUIRED when signing in (again, or better) would help (RFC 9470).
 */
export async function emergencyRefusal(
  parts: IssuerParts,
  requester: Requester,
  detail: AccessDetail,
  context: CallContext,
): Promise<string | undefined> {
  if (requester.kind !== 'operator') return 'not-a-person';
  if ((detail.reason ?? '').trim() === '') return 'reason-required';
  const { breakGlass } = parts.settings;
  if (!isStrong(requester.claims, breakGlass, parts.now())) {
    await parts.write(({ audit }, now) => audit.append(refusedEvent(requester, detail, context), now));
    throw stepUp(breakGlass);
  }
  if (!breakGlass.blockOverdue) return undefined;
  const overdue = await parts.store.read(async ({ operators, reviews }) => {
    const operator = await operators.find(requester.subject);
    return await reviews.hasOverdue(operator?.human ?? requester.subject, parts.now());
  });
  return overdue ? 'review-overdue' : undefined;
}

/** Allowed because a rule is for emergencies, and not because some other rule happens to allow as much. */
export function allowsEmergency(decision: Decision): boolean {
  return decision.effect === 'allow' && decision.reasons.includes(EMERGENCY_REASON);
}

/** Emergency access is an event of its own: an alert comes of it. */
export function emergencyEvent(request: AccessRequest, decision: Decision, review: string): NewAuditEvent {
  const { reason, ticket, target, actions } = request.detail;
  const { acr, amr } = request.requester.claims;
  return {
    event: 'break_glass.used',
    actor: actorOf(request.requester),
    target,
    request: request.id,
    detail: {
      rule: decision.rule,
      reasons: decision.reasons,
      policy_revision: decision.policy_revision,
      actions,
      reason,
      ticket,
      review,
      acr,
      amr,
      notify: decision.notify,
    },
  };
}

/** By how the person signed in, as the session says: OpenID Connect's `acr`, `amr` and `auth_time`. */
function isStrong(claims: Requester['claims'], settings: BreakGlassSettings, now: Date): boolean {
  const { acr, amr, auth_time: seen } = claims;
  const methods = Array.isArray(amr) ? amr : [];
  const strong =
    (typeof acr === 'string' && settings.acrValues.includes(acr)) ||
    methods.some((method) => typeof method === 'string' && settings.amr.includes(method));
  if (!strong || typeof seen !== 'number') return false;
  const age = now.getTime() / 1000 - seen;
  return age >= -SKEW_SECONDS && age * 1000 <= settings.maxAge;
}

function stepUp({ acrValues, maxAge }: BreakGlassSettings): AppError {
  const seconds = Math.floor(maxAge / 1000);
  return new AppError('ERR_STEP_UP_REQUIRED', 'emergency access takes a strong sign-in that is recent', {
    hint: 'sign in again with a second factor: lapse login --code; "lapse operator totp" sets one up',
    details: { answer: { acr_values: acrValues.join(' '), max_age: seconds } },
  });
}

function refusedEvent(requester: Requester, detail: AccessDetail, context: CallContext): NewAuditEvent {
  const { acr, amr, auth_time } = requester.claims;
  return {
    event: 'break_glass.refused',
    actor: actorOf(requester),
    target: detail.target,
    detail: {
      reason: 'sign-in',
      acr,
      amr,
      auth_time,
      source_ip: context.sourceIp,
      correlation_id: context.correlationId,
    },
  };
}
