import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyDecision, Restriction } from '../../src/policy/answers.ts';
import { combineDecisions } from '../../src/policy/combine-decisions.ts';

const ALLOW: PolicyDecision = {
  effect: 'allow',
  rule: 'ours',
  reasons: [],
  ttl_max: 900,
  scope: { actions: ['read', 'write'], resources: ['orders', 'users'] },
  source_cidrs: ['10.0.0.0/8'],
  approvals: [],
  notify: ['ann'],
};
const ESCALATE: PolicyDecision = { ...ALLOW, effect: 'escalate', approvals: [{ from: 'sre', count: 1 }] };
const DENY: PolicyDecision = {
  ...ALLOW,
  effect: 'deny',
  reasons: ['no-rule'],
  ttl_max: 0,
  scope: { actions: [], resources: [] },
  source_cidrs: [],
};
const NO_OBJECTION: Restriction = { effect: 'allow', rule: 'theirs', reasons: [], approvals: [], notify: [] };

describe('combineDecisions', () => {
  it('changes nothing without an objection', () => {
    for (const decision of [ALLOW, ESCALATE, DENY])
      expect(combineDecisions(decision, NO_OBJECTION)).toEqual(decision.effect === 'deny' ? { ...DENY } : decision);
  });

  it('lets a deny win, and drops everything that was granted', () => {
    const restriction: Restriction = { ...NO_OBJECTION, effect: 'deny', reasons: ['frozen'], notify: ['bob'] };
    for (const decision of [ALLOW, ESCALATE])
      expect(combineDecisions(decision, restriction)).toEqual({
        ...DENY,
        rule: 'theirs',
        reasons: ['frozen'],
        notify: ['ann', 'bob'],
      });
    expect(combineDecisions(DENY, restriction)).toMatchObject({
      effect: 'deny',
      rule: 'ours',
      reasons: ['frozen', 'no-rule'],
    });
  });

  it('cannot turn a deny into anything else', () => {
    const scope = { actions: ['read'], resources: ['orders'] };
    const generous: Restriction = { ...NO_OBJECTION, ttl_max: 10_000, scope };
    expect(combineDecisions(DENY, generous)).toEqual(DENY);
  });

  it('lets an escalation win over an allow, and unites approvals', () => {
    const restriction: Restriction = {
      ...NO_OBJECTION,
      effect: 'escalate',
      approvals: [
        { from: 'sre', count: 2 },
        { from: 'dba', count: 1 },
      ],
    };
    const approvals = [
      { from: 'dba', count: 1 },
      { from: 'sre', count: 2 },
    ];
    expect(combineDecisions(ALLOW, restriction)).toEqual({ ...ALLOW, effect: 'escalate', rule: 'theirs', approvals });
    expect(combineDecisions(ESCALATE, restriction)).toEqual({ ...ESCALATE, approvals });
  });

  it('takes the shorter time, the common scope and the overlap of networks', () => {
    const restriction: Restriction = {
      ...NO_OBJECTION,
      ttl_max: 60,
      scope: { actions: ['read', 'admin'], resources: ['orders', 'payments'] },
      source_cidrs: ['10.1.0.0/16', '192.168.0.0/16'],
    };
    expect(combineDecisions(ALLOW, restriction)).toEqual({
      ...ALLOW,
      ttl_max: 60,
      scope: { actions: ['read'], resources: ['orders'] },
      source_cidrs: ['10.1.0.0/16'],
    });
  });

  it.each([
    ['time', { ttl_max: 0 }, 'no-time'],
    ['actions', { scope: { actions: ['admin'], resources: ['orders'] } }, 'no-scope'],
    ['resources', { scope: { actions: ['read'], resources: ['payments'] } }, 'no-scope'],
    ['networks', { source_cidrs: ['192.168.0.0/16'] }, 'source-not-allowed'],
    ['approvers', { effect: 'escalate' as const }, 'no-approvers'],
  ])('denies where nothing is left of %s', (_, restriction, reason) => {
    expect(combineDecisions(ALLOW, { ...NO_OBJECTION, ...restriction })).toEqual({
      ...DENY,
      rule: 'theirs',
      reasons: [reason],
    });
  });

  it('keeps a request that names no resource as it is', () => {
    const none = { ...ALLOW, scope: { actions: ['read'], resources: [] } };
    expect(combineDecisions(none, { ...NO_OBJECTION, scope: { actions: ['read'], resources: [] } })).toEqual(none);
  });

  it('never grants more than either', () => {
    const names = fc.subarray(['a', 'b', 'c']);
    const effect = fc.constantFrom('allow' as const, 'escalate' as const, 'deny' as const);
    const ttl = fc.integer({ min: 0, max: 100 });
    const rank = { allow: 0, escalate: 1, deny: 2 };
    fc.assert(
      fc.property(effect, effect, ttl, ttl, names, names, (ours, theirs, one, other, actions, allowed) => {
        const decision = { ...ESCALATE, effect: ours, ttl_max: one, scope: { actions, resources: [] } };
        const combined = combineDecisions(decision, {
          ...NO_OBJECTION,
          effect: theirs,
          ttl_max: other,
          scope: { actions: allowed, resources: [] },
        });
        expect(rank[combined.effect]).toBeGreaterThanOrEqual(Math.max(rank[ours], rank[theirs]));
        expect(combined.ttl_max).toBeLessThanOrEqual(Math.min(one, other));
        expect(combined.scope.actions.every((action) => actions.includes(action) && allowed.includes(action))).toBe(
          true,
        );
      }),
    );
  });
});
