import type { ApprovalPlace, NarrowerChoice } from '../model/access-request.ts';
import { compareTexts } from '../model/compare-texts.ts';
import type { PolicyDecision, Restriction } from './answers.ts';
import { overlapCidrs } from './overlap-cidrs.ts';

const STRICTNESS = { allow: 0, escalate: 1, deny: 2 } as const;

const NOTHING = { ttl_max: 0, scope: { actions: [], resources: [] }, source_cidrs: [], approvals: [] } as const;

/**
 * A decision under a further policy, which can only make it stricter: deny wins, then escalate; approvals unite, the
 * shorter time counts, what both grant is granted. Where nothing is left of time, scope or networks, or nobody is left to
 * ask, that is a deny.
 */
export function combineDecisions(decision: PolicyDecision, restriction: Restriction): PolicyDecision {
  const stricter = STRICTNESS[restriction.effect] > STRICTNESS[decision.effect];
  const reasons = union(decision.reasons, restriction.reasons);
  const effect = stricter ? restriction.effect : decision.effect;
  const rule = stricter ? restriction.rule : decision.rule;
  const notify = union(decision.notify, restriction.notify);
  if (effect === 'deny') return { effect, rule, reasons, ...NOTHING, notify };

  const ttl_max = Math.min(decision.ttl_max, restriction.ttl_max ?? decision.ttl_max);
  const scope = intersectScopes(decision.scope, restriction.scope ?? decision.scope);
  const source_cidrs = overlapCidrs(decision.source_cidrs, restriction.source_cidrs ?? []);
  if (ttl_max <= 0) return deny(restriction.rule, union(reasons, ['no-time']), notify);
  if (isEmpty(scope, decision.scope)) return deny(restriction.rule, union(reasons, ['no-scope']), notify);
  if (source_cidrs === 'nowhere') return deny(restriction.rule, union(reasons, ['source-not-allowed']), notify);
  const approvals = effect === 'escalate' ? uniteApprovals([...decision.approvals, ...restriction.approvals]) : [];
  if (effect === 'escalate' && approvals.length === 0)
    return deny(restriction.rule, union(reasons, ['no-approvers']), notify);
  if (effect !== 'escalate') return { effect, rule, reasons, ttl_max, scope, source_cidrs, approvals, notify };
  const waits = [decision.pending_ttl, restriction.pending_ttl].filter((wait) => wait !== undefined);
  return {
    effect,
    rule,
    reasons,
    ttl_max,
    scope,
    source_cidrs,
    approvals,
    ...(waits.length === 0 ? {} : { pending_ttl: Math.min(...waits) }),
    ...(decision.narrower === undefined
      ? {}
      : { narrower: decision.narrower.flatMap((choice) => within(choice, ttl_max, scope)) }),
    notify,
  };
}

/** What was less than the whole must be less than what is left of it. */
function within(choice: NarrowerChoice, ttl: number, scope: PolicyDecision['scope']): readonly NarrowerChoice[] {
  const actions = (choice.actions ?? scope.actions).filter((action) => scope.actions.includes(action));
  const resources = (choice.resources ?? scope.resources).filter((resource) => scope.resources.includes(resource));
  if (actions.length === 0 || (resources.length === 0 && scope.resources.length > 0)) return [];
  return [{ id: choice.id, actions, resources, duration: Math.min(choice.duration ?? ttl, ttl) }];
}

function deny(rule: string, reasons: readonly string[], notify: readonly string[]): PolicyDecision {
  return { effect: 'deny', rule, reasons, ...NOTHING, notify };
}

/** Naming no resource may mean all of them to a target: a scope that lost its last one is not narrow, it is gone. */
function isEmpty(scope: PolicyDecision['scope'], before: PolicyDecision['scope']): boolean {
  return scope.actions.length === 0 || (scope.resources.length === 0 && before.resources.length > 0);
}

function intersectScopes(one: PolicyDecision['scope'], other: PolicyDecision['scope']): PolicyDecision['scope'] {
  return {
    actions: one.actions.filter((action) => other.actions.includes(action)),
    resources: one.resources.filter((resource) => other.resources.includes(resource)),
  };
}

/** The larger number of people where both ask the same group at the same level. */
function uniteApprovals(approvals: PolicyDecision['approvals']): PolicyDecision['approvals'] {
  const places = new Map<string, ApprovalPlace>();
  for (const place of approvals) {
    const key = JSON.stringify([place.level ?? 1, place.from]);
    places.set(key, { ...place, count: Math.max(places.get(key)?.count ?? 0, place.count) });
  }
  return [...places.values()].sort(
    (one, other) => (one.level ?? 1) - (other.level ?? 1) || compareTexts(one.from, other.from),
  );
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}
