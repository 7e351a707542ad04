import { and } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { AzureAccess } from './access.ts';
import { type AdminDecision, ASSIGN_ROLES, ownerAt } from './admin.ts';
import { OWNER, RBAC_ADMINISTRATOR, USER_ACCESS_ADMINISTRATOR } from './built-in-roles.ts';
import { both, type Decision, either, evidenceOf, REFUSED, type Subject } from './decision.ts';
import { isWide } from './scope.ts';
import { type Way, way } from './way.ts';

const DEFINE_ROLES = 'microsoft.authorization/roledefinitions/write';
const LIFT_DENIALS = 'microsoft.authorization/denyassignments/delete';
const GREAT_ROLES = [OWNER, USER_ACCESS_ADMINISTRATOR, RBAC_ADMINISTRATOR] as const;

/**
 * Ways in which a principal widens its own rights to those of an owner of a subscription or above: giving itself a role that can give
 * roles, rewriting a role that it has, lifting a deny assignment.
 *
 * Sources: Microsoft Learn, "Delegate Azure role assignment management to others with conditions", "Azure custom roles" (who may
 * change one: `roleDefinitions/write` on all its assignable scopes), "List Azure deny assignments".
 */
export function waysByAuthorization(
  subject: Subject,
  admin: AdminDecision,
  groups: readonly Principal[],
  access: AzureAccess,
): readonly Way[] {
  return subject.scopes
    .filter(isWide)
    .flatMap((scope) => [
      ...byAssigning(subject, scope, groups),
      ...byDefining(subject, scope),
      ...(admin.answer === 'yes' ? [] : byLifting(subject, scope, access)),
    ]);
}

function byAssigning(subject: Subject, scope: string, groups: readonly Principal[]): readonly Way[] {
  const found = GREAT_ROLES.flatMap((role) =>
    [subject.principal, ...groups].map((recipient) =>
      subject.on(ASSIGN_ROLES, scope, subject.assigning(role, recipient)),
    ),
  ).reduce(either, REFUSED);
  return way('azure-role-assign', found, [`Microsoft.Authorization/roleAssignments/write on ${scope}`], {
    kind: 'self',
  });
}

/** A role of the tenant's own that it has on the scope can be made to hold everything. */
function byDefining(subject: Subject, scope: string): readonly Way[] {
  return subject.rules.flatMap((rule) => {
    if (!rule.role.custom || rule.scope !== scope) return [];
    const scopes = rule.role.assignableScopes.length === 0 ? [scope] : rule.role.assignableScopes;
    const write = scopes.map((one) => subject.on(DEFINE_ROLES, one)).reduce(both);
    const held = { answer: rule.given, ...evidenceOf([rule], []) };
    const uses = [`Microsoft.Authorization/roleDefinitions/write on the role ${rule.role.name}`];
    return way('azure-role-definition-write', both(write, held), uses, { kind: 'self' });
  });
}

/** What is denied and would otherwise make it an owner, where it may take the denial away. */
function byLifting(subject: Subject, scope: string, access: AzureAccess): readonly Way[] {
  const there = subject.denials.filter((denial) => access.hierarchy.covers(denial.scope, scope) !== 'no');
  const free = there.length === 0 ? REFUSED : ownerAt(subject.undenied(), scope, access);
  if (free.answer === 'no') return [];
  const lifted = there.map((denial) => subject.on(LIFT_DENIALS, denial.scope)).reduce<Decision>(both, free);
  const answer = and(lifted.answer, { if: ['the deny assignment is not one that Azure manages itself'] });
  return way('azure-deny-delete', { ...lifted, answer }, [`Microsoft.Authorization/denyAssignments/delete`], {
    kind: 'self',
  });
}
