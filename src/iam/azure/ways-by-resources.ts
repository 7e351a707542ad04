import { and, not } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import { ASSIGN_ROLES } from './admin.ts';
import { BUILT_IN_ROLES, CONTRIBUTOR, OWNER } from './built-in-roles.ts';
import { both, type Decision, either, REFUSED, type Subject } from './decision.ts';
import { ESCALATION_ROWS, type EscalationRow } from './escalation-rows.ts';
import { allowed, askAction, bare, permissionFrom } from './permission.ts';
import type { Member, MemberSet, Population } from './population.ts';
import { type Way, way } from './way.ts';

/**
 * Ways over resources: a scope at a time, the widest first, and not again on what is inside of one that said yes. Where a deny
 * assignment stands somewhere inside, each resource is asked for itself.
 */
export function waysOverResources(
  subject: Subject,
  population: Population,
  groups: readonly Principal[],
): readonly Way[] {
  const given = new Map(subject.scopes.map((scope) => [scope, assignable(subject, scope, groups)]));
  return ESCALATION_ROWS.flatMap((row) => {
    const somewhere = (row.anywhere ?? [])
      .map((action) => subject.scopes.map((scope) => onScope(subject, action, scope, given)).reduce(either, REFUSED))
      .reduce<Decision>(both, { answer: 'yes', grants: [], trusts: [] });
    if (somewhere.answer === 'no') return [];
    const covered: string[] = [];
    return subject.scopes.flatMap((scope): readonly Way[] => {
      if (covered.some((wide) => wide === '/' || scope.startsWith(`${wide}/`))) return [];
      const found = row.target
        .map((action) => onScope(subject, action, scope, given))
        .reduce<Decision>(both, somewhere);
      if (found.answer === 'no') return [];
      if (found.answer === 'yes') covered.push(scope);
      return overScope(row, subject, scope, found, population);
    });
  });
}

function overScope(
  row: EscalationRow,
  subject: Subject,
  scope: string,
  found: Decision,
  population: Population,
): readonly Way[] {
  const all =
    row.over.kind === 'host' ? population.hosts(row.over.type.toLowerCase(), scope) : population.identities(scope);
  const set = subject.deniedBelow(scope) ? withoutDenied(all, row, subject) : all;
  const answer = row.provided === undefined ? found.answer : and(found.answer, { if: [row.provided] });
  const uses = [...row.target, ...(row.anywhere ?? [])];
  return way(
    row.id,
    { ...found, answer },
    uses.map((action, index) => (index === 0 ? `${action} in ${scope}` : action)),
    {
      kind: 'set',
      set,
    },
  );
}

function withoutDenied({ members }: MemberSet, row: EscalationRow, subject: Subject): MemberSet {
  return {
    members: members.flatMap((member): readonly Member[] => {
      const asked = row.target.map((action) => not(subject.deniedOn(action, member.resource ?? '/')));
      const answer = and(member.answer, ...asked);
      return answer === 'no' ? [] : [{ ...member, answer }];
    }),
  };
}

/** What a principal has on a scope, or can give itself there first by assigning a role. */
function onScope(subject: Subject, action: string, scope: string, given: ReadonlyMap<string, Assignable>): Decision {
  const own = subject.on(action, scope);
  if (own.answer === 'yes') return own;
  const { owner, contributor } = given.get(scope) ?? { owner: REFUSED, contributor: REFUSED };
  const question = askAction(action);
  const fromRole = (role: string, decision: Decision): Decision => {
    if (decision.answer === 'no' || question.text.startsWith('data:')) return REFUSED;
    // Denied is denied, whatever role one has.
    const answer = and(decision.answer, not(subject.deniedOn(action, scope)));
    const { actions = [], notActions = [] } = BUILT_IN_ROLES.get(role) ?? {};
    const held = { permission: permissionFrom(actions, notActions, undefined, undefined), answer: 'yes' as const };
    return allowed([held], question, { action: bare(question.text) }).answer === 'no'
      ? REFUSED
      : { ...decision, answer };
  };
  return [own, fromRole(OWNER, owner), fromRole(CONTRIBUTOR, contributor)].reduce(either);
}

/** Which of the great roles a principal can give itself, or a group that it is in, on a scope. */
export interface Assignable {
  readonly owner: Decision;
  readonly contributor: Decision;
}

const NONE: Assignable = { owner: REFUSED, contributor: REFUSED };

export function assignable(subject: Subject, scope: string, groups: readonly Principal[]): Assignable {
  if (subject.on(ASSIGN_ROLES, scope).answer === 'no') return NONE;
  const recipients = [subject.principal, ...groups];
  const give = (role: string) =>
    recipients
      .map((recipient) => subject.on(ASSIGN_ROLES, scope, subject.assigning(role, recipient)))
      .reduce(either, REFUSED);
  return { owner: give(OWNER), contributor: give(CONTRIBUTOR) };
}
