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
  return { effect, rule, reasons, ttl_max, scope, source_cidrs, approvals, notify };
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

/** The larger number of people where both ask the same group. */
function uniteApprovals(approvals: PolicyDecision['approvals']): PolicyDecision['approvals'] {
  const counts = new Map<string, number>();
  for (const { from, count } of approvals) counts.set(from, Math.max(counts.get(from) ?? 0, count));
  return [...counts].map(([from, count]) => ({ from, count })).sort((one, other) => (one.from < other.from ? -1 : 1));
}

function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return [...new Set([...one, ...other])].sort();
}
