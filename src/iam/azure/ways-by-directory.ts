import { type Answer, and, or } from '../../model/answer.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import type { AzureAccess, DirectoryRule } from './access.ts';
import { tierOf } from './admin.ts';
import { evidenceOf } from './decision.ts';
import { DIRECTORY_ACTIONS, DIRECTORY_ROLES, type DirectoryWay } from './directory-roles.ts';
import { DANGEROUS_SCOPES, GRAPH_PERMISSIONS, type GraphPermission, MICROSOFT_GRAPH } from './graph-permissions.ts';
import type { MemberSet, Population } from './population.ts';
import { type Way, way } from './way.ts';

/** What the search for ways in the directory looks at. */
export interface DirectorySurroundings {
  readonly principal: Principal;
  readonly rules: readonly DirectoryRule[];
  /** Trusts `owner-of` whose subject is the principal or a group of it. */
  readonly owned: readonly Trust[];
  readonly access: AzureAccess;
  readonly population: Population;
}

/** Ways by application permissions, by roles that are less than tier 0 or for a part of the directory, and by owning something. */
export function waysInDirectory(surroundings: DirectorySurroundings): readonly Way[] {
  return [
    ...surroundings.rules.flatMap((rule) => {
      if (rule.action.startsWith('app-role:')) return byPermission(rule, surroundings);
      return rule.action.startsWith('scope:') ? byDelegation(rule) : byRole(rule, surroundings);
    }),
    ...surroundings.owned.flatMap((trust) => byOwning(trust, surroundings)),
  ];
}

/** A permission of Microsoft Graph, unless the resource that it is of turns out to be another application. */
export function graphPermission(rule: DirectoryRule, access: AzureAccess): GraphPermission | undefined {
  const permission = GRAPH_PERMISSIONS.get(rule.action.slice('app-role:'.length));
  if (permission === undefined) return undefined;
  const resource = access.inventory.principals.get(access.resolve(`azure:service-principal:${rule.scope}`));
  return resource?.seen === 'listed' && resource.nativeId !== MICROSOFT_GRAPH ? undefined : permission;
}

function byPermission(rule: DirectoryRule, { access, population }: DirectorySurroundings): readonly Way[] {
  const permission = graphPermission(rule, access);
  if (permission === undefined) return [];
  const { name, provided } = permission;
  const found = decisionOf(rule, provided);
  const uses = [`Microsoft Graph ${name}`];
  const toSet = (id: string, set: MemberSet) => way(id, found, uses, { kind: 'set', set });
  switch (permission.opens) {
    case 'any-role':
      return way('graph-role-assign', found, uses, { kind: 'self' });
    case 'any-app-role':
      return way('graph-app-role-assign', found, uses, { kind: 'self' });
    case 'application-credentials':
      return toSet('graph-application-credential', population.applications);
    case 'service-principal-owners':
      return toSet('graph-service-principal-owner', population.servicePrincipals);
    case 'group-members':
      return toSet('graph-group-member', population.groups);
    case 'privileged-group-members':
      return toSet('graph-privileged-group-member', population.anyGroup);
    default:
      return [];
  }
}

/** Delegated permissions act as somebody: what they open is open when that somebody is an administrator. */
function byDelegation(rule: DirectoryRule): readonly Way[] {
  const name = rule.action.slice('scope:'.length);
  if (!DANGEROUS_SCOPES.has(name)) return [];
  const found = decisionOf(rule, 'an administrator signs in to it');
  return way('graph-delegated', found, [`Microsoft Graph ${name}, delegated`], { kind: 'self' });
}

function byRole(rule: DirectoryRule, surroundings: DirectorySurroundings): readonly Way[] {
  const role = rule.action.slice('directory-role:'.length);
  const tier = tierOf(rule.action);
  const whole = rule.scope === '/';
  if (tier === 0 && whole) {
    return rule.eligible ? way('pim-activate', decisionOf(rule, undefined), [nameOf(role)], { kind: 'self' }) : [];
  }
  return opened(role, surroundings.access).flatMap(({ opens, evidence }) => {
    const found = decisionOf(rule, undefined);
    return over(opens, { ...found, grants: [...found.grants, ...evidence] }, nameOf(role), rule, surroundings);
  });
}

/** What a role opens: by the table, or by the actions of one that the tenant made itself. */
function opened(
  role: string,
  access: AzureAccess,
): readonly { readonly opens: DirectoryWay; readonly evidence: readonly string[] }[] {
  const known = DIRECTORY_ROLES.get(role);
  if (known !== undefined) return (known.opens ?? []).map((opens) => ({ opens, evidence: [] }));
  const found = new Map<DirectoryWay, string[]>();
  for (const grant of access.directoryActionsOf(role)) {
    for (const action of grant.actions) {
      const opens = DIRECTORY_ACTIONS[action.toLowerCase()];
      if (opens !== undefined) found.set(opens, [...(found.get(opens) ?? []), grant.id]);
    }
  }
  return [...found].map(([opens, evidence]) => ({ opens, evidence: [...new Set(evidence)] }));
}

function over(
  opens: DirectoryWay,
  found: ReturnType<typeof decisionOf>,
  name: string,
  rule: DirectoryRule,
  { access, population }: DirectorySurroundings,
): readonly Way[] {
  const id = WAY_IDS[opens];
  const set = {
    'application-credentials': population.applications,
    'service-principal-credentials': population.servicePrincipals,
    'group-members': population.groups,
  }[opens];
  if (rule.scope === '/') return way(id, found, [name], { kind: 'set', set });
  if (rule.scope.startsWith('/administrativeunits/')) {
    // Which groups are in the unit is in no export that is read.
    if (opens !== 'group-members') return [];
    const answer = and(found.answer, { if: [`the group is in ${rule.scope}`] });
    return way(id, { ...found, answer }, [`${name} in ${rule.scope}`], { kind: 'set', set });
  }
  const target = access
    .resolve(`azure:object:${rule.scope.slice(1)}`)
    .replace(/^azure:application:/, 'azure:service-principal:');
  const member = set.members.find((one) => one.id === target);
  return member === undefined
    ? []
    : way(id, found, [`${name} on ${rule.scope}`], { kind: 'set', set: { members: [member] } });
}

const WAY_IDS: Readonly<Record<DirectoryWay, string>> = {
  'application-credentials': 'entra-application-credential',
  'service-principal-credentials': 'entra-service-principal-credential',
  'group-members': 'entra-group-member',
};

/**
 * Owners of applications and service principals put credentials on them, owners of groups put members into them. A service principal
 * that owns something needs a permission besides, since it has none by default.
 *
 * Source: Microsoft Learn, "Overview of enterprise application ownership"; Microsoft Graph permissions reference,
 * Application.ReadWrite.OwnedBy.
 */
function byOwning(trust: Trust, { principal, rules, access, population }: DirectorySurroundings): readonly Way[] {
  const owned = access.resolve(trust.principal);
  const row = access.inventory.principals.get(owned);
  const kind = row?.kind ?? owned.split(':')[1];
  const isProgram = principal.kind === 'service-principal' || principal.kind === 'workload';
  const asProgram = (...wanted: readonly GraphPermission['opens'][]): Answer =>
    isProgram ? permitted(rules, access, wanted) : 'yes';
  const found = (answer: Answer) => ({ answer, grants: [], trusts: [trust.id] });
  const name = row?.name ?? owned;
  if (kind === 'group') {
    const dynamic = row?.attributes?.membership_rule !== undefined || row?.attributes?.on_premises === true;
    return way('entra-group-owner', found(dynamic ? 'no' : asProgram('group-members')), [`owner of ${name}`], {
      kind: 'one',
      id: owned,
    });
  }
  if (kind !== 'application' && kind !== 'service-principal') return [];
  const target = kind === 'application' ? owned.replace('azure:application:', 'azure:service-principal:') : owned;
  const identity = access.inventory.principals.get(target);
  if (identity?.attributes?.managed_identity !== undefined) return [];
  const lock = kind === 'application' || identity === undefined ? 'yes' : population.lockOf(identity);
  return way(
    'entra-owner-credential',
    found(and(lock, asProgram('owned-applications', 'application-credentials'))),
    [`owner of ${kind === 'application' ? 'the application ' : ''}${name}`],
    { kind: 'one', id: target },
  );
}

function permitted(
  rules: readonly DirectoryRule[],
  access: AzureAccess,
  wanted: readonly GraphPermission['opens'][],
): Answer {
  const has = rules.flatMap((rule): readonly Answer[] => {
    const opens = rule.action.startsWith('app-role:') ? graphPermission(rule, access)?.opens : undefined;
    return opens !== undefined && wanted.includes(opens) ? [rule.given] : [];
  });
  return or({ if: ['it has the permission to change what it owns'] }, ...has);
}

function decisionOf(rule: DirectoryRule, provided: string | undefined) {
  const answer = provided === undefined ? rule.given : and(rule.given, { if: [provided] });
  return { answer, ...evidenceOf([rule], []) };
}

function nameOf(role: string): string {
  return DIRECTORY_ROLES.get(role)?.name ?? `directory role ${role}`;
}
