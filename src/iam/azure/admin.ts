import { type Answer, and, not, or } from '../../model/answer.ts';
import type { AzureAccess, DirectoryRule } from './access.ts';
import { conditionAnswer } from './condition.ts';
import { type Decision, either, evidenceOf, REFUSED, type Subject } from './decision.ts';
import { DIRECTORY_ROLES } from './directory-roles.ts';
import { allowed, askAction, denies, exceptionsOf, type Held } from './permission.ts';
import { isWide } from './scope.ts';

const EVERYTHING = askAction('*');
export const ASSIGN_ROLES = 'microsoft.authorization/roleassignments/write';

/** A decision, and what it is of, for people. */
export interface AdminDecision extends Decision {
  readonly what: string;
}

/**
 * Whether a principal is admin: what Owner has (`*`, by one role or several that leave no gap) on a subscription or above, or a
 * tier-0 role for the whole directory. With exceptions that leave it the right to assign roles it is admin "apart from" them.
 */
export function adminDecision(
  subject: Subject,
  directory: readonly DirectoryRule[],
  access: AzureAccess,
): AdminDecision {
  const owned = ownerOf(subject, access);
  const tiers = tierZeroOf(directory);
  const what = [...(owned.answer === 'no' ? [] : [owned.what]), ...(tiers.answer === 'no' ? [] : [tiers.what])];
  return { ...either(owned, tiers), what: what.join(', ') };
}

function ownerOf(subject: Subject, access: AzureAccess): AdminDecision {
  let best: AdminDecision = { ...REFUSED, what: '' };
  for (const scope of subject.scopes.filter(isWide)) {
    const found = ownerAt(subject, scope, access);
    if (found.answer === 'yes') return { ...found, what: `owner of ${scope}` };
    if (found.answer !== 'no') best = { ...either(best, found), what: `owner of ${scope}` };
  }
  return best;
}

/** Whether a principal has what Owner has on all of a scope. */
export function ownerAt(subject: Subject, scope: string, access: AzureAccess): Decision {
  const facts = { action: '*' };
  const held = new Map<Held, Subject['rules'][number]>();
  for (const rule of subject.rules) {
    const condition = rule.condition === undefined ? 'yes' : conditionAnswer(rule.condition, facts);
    const reach = and(rule.given, access.hierarchy.covers(rule.scope, scope), condition);
    if (reach === 'no') continue;
    for (const permission of rule.role.permissions ?? []) held.set({ permission, answer: reach }, rule);
  }
  const denied = or(
    'no',
    ...subject.denials.map((denial) =>
      denial.only && denial.scope !== scope
        ? 'no'
        : and(
            access.hierarchy.covers(denial.scope, scope),
            denial.answer,
            denies(denial.permission, EVERYTHING, facts),
          ),
    ),
  );
  const answers: Answer[] = [];
  const used: Held[] = [];
  for (const one of held.keys()) {
    const exceptions = exceptionsOf(one.permission);
    if (exceptions === undefined) continue;
    const others = [...held.keys()].filter((other) => other !== one);
    const left = exceptions.filter((gap) => allowed(others, askAction(gap), { action: gap }).answer !== 'yes');
    const whole: Answer = left.length === 0 ? 'yes' : apartFrom(left, subject, scope);
    const answer = and(one.answer, whole);
    if (answer === 'no') continue;
    answers.push(answer);
    used.push(one);
  }
  const answer = and(or('no', ...answers), not(denied));
  if (answer === 'no') return REFUSED;
  const rules = used.flatMap((one) => held.get(one) ?? []);
  return {
    answer,
    ...evidenceOf(
      rules,
      used.map(({ permission }) => permission),
    ),
  };
}

/** Who can assign roles can have what is left out; who cannot is no owner. */
function apartFrom(left: readonly string[], subject: Subject, scope: string): Answer {
  const shown = left.slice(0, 3).join(', ');
  const more = left.length > 3 ? ` and ${left.length - 3} more` : '';
  return and(subject.on(ASSIGN_ROLES, scope).answer, { if: [`apart from ${shown}${more}`] });
}

function tierZeroOf(directory: readonly DirectoryRule[]): AdminDecision {
  const held = directory.filter(({ action, scope, eligible }) => !eligible && scope === '/' && tierOf(action) === 0);
  const answer = or('no', ...held.map(({ given }) => given));
  const names = new Set(held.map(({ action }) => DIRECTORY_ROLES.get(nativeOf(action))?.name ?? action));
  return { answer, ...evidenceOf(held, []), what: [...names].join(', ') };
}

/** How near a directory role is to everything; undefined for other grants and for roles that are not in the table. */
export function tierOf(action: string): 0 | 1 | undefined {
  return action.startsWith('directory-role:') ? DIRECTORY_ROLES.get(nativeOf(action))?.tier : undefined;
}

function nativeOf(action: string): string {
  return action.slice(action.indexOf(':') + 1);
}
