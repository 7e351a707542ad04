import { createHash } from 'node:crypto';
import type { AccessDetail, AccessRequest, Decision } from '../model/access-request.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import { accessHistory } from './access-history.ts';
import { type AccessFacts, accessInput } from './access-input.ts';
import { widens } from './narrowing.ts';
import type { IssuerParts, Target } from './parts.ts';

export interface Evaluated {
  readonly decision: Decision;
  /** SHA-256 of the canonical input, so that the log can show what was decided on. */
  readonly inputHash: string;
}

/**
 * Asks policy. Never throws for what policy does: an error, a time-out, a malformed or self-contradictory answer is a deny, with
 * the cause in the log and a reason id for the requester.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE
 */
export async function decide(
  parts: IssuerParts,
  target: Target,
  request: Pick<AccessRequest, 'id' | 'requester' | 'detail' | 'sourceIp'>,
  approvals: AccessFacts['approvals'],
): Promise<Evaluated> {
  const now = parts.now();
  const { requester, detail } = request;
  const history = await parts.store.read((tables) => accessHistory(tables, requester, detail.target, now));
  let { revision } = parts.policy;
  try {
    const risk = await parts.risk(requester.principal, target.settings.principals);
    const input = accessInput({ ...request, target: target.settings, risk, history, approvals }, now);
    const inputHash = createHash('sha256').update(canonicalJson(input), 'utf8').digest('hex');
    // Policies may be replaced while they are asked.
    revision = parts.policy.revision;
    const decision = await within(parts.settings.policyTimeout, parts.policy.decide(input));
    const flaw = flawOf(decision, detail);
    if (flaw === undefined) return { decision, inputHash };
    parts.logger.error(
      { event: 'policy.flawed', request: request.id, flaw },
      'policy answered what cannot be acted on',
    );
    return { decision: refusal(decision.policy_revision, 'policy-flawed'), inputHash };
  } catch (error) {
    parts.logger.error(
      { event: 'policy.failed', request: request.id, err: error },
      'policy failed, so access is denied',
    );
    return { decision: refusal(revision, 'policy-error'), inputHash: '' };
  }
}

function refusal(revision: string, rule: string): Decision {
  return {
    effect: 'deny',
    rule,
    reasons: [rule],
    ttl_max: 0,
    scope: { actions: [], resources: [] },
    source_cidrs: [],
    approvals: [],
    notify: [],
    policy_revision: revision,
  };
}

/** Policy may narrow what was asked, never widen it. */
function flawOf(decision: Decision, detail: AccessDetail): string | undefined {
  if (decision.effect === 'deny') return undefined;
  if (!(decision.ttl_max > 0)) return 'ttl_max is not positive';
  if (decision.scope.actions.length === 0) return 'no action is granted';
  if (!decision.scope.actions.every((action) => detail.actions.includes(action)))
    return 'grants an action that was not asked';
  if (!decision.scope.resources.every((resource) => detail.resources.includes(resource)))
    return 'grants a resource that was not asked';
  if (detail.resources.length > 0 && decision.scope.resources.length === 0)
    return 'grants no resource, which a target may read as all of them';
  if (decision.effect === 'escalate' && !decision.approvals.some(({ count }) => count > 0))
    return 'escalates to nobody';
  if (!decision.approvals.every(({ count }) => Number.isInteger(count) && count >= 0))
    return 'asks for a number of people that is none';
  if (!decision.approvals.every(({ level = 1 }) => Number.isInteger(level) && level > 0))
    return 'asks at a level that is none';
  for (const { id, ...choice } of decision.narrower ?? []) {
    const problem = widens(detail, choice);
    if (problem !== undefined) return `offers "${id}", which is not narrower: ${problem}`;
  }
  return undefined;
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
