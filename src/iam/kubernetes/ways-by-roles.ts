import { principalId } from '../../model/id.ts';
import { namespaceOf } from './access.ts';
import { anchorsOf } from './anchors.ts';
import { allFound, ask, type Need, NOTHING } from './question.ts';
import { MAKE_PODS } from './risky-permissions.ts';
import { type Surroundings, type Way, type WayEnd, way, within } from './way.ts';

const RBAC = 'rbac.authorization.k8s.io';
const WRITE = ['create', 'update', 'patch'];
const BIND: Need = { verbs: ['bind'], resources: [`${RBAC}/roles`, `${RBAC}/clusterroles`] };

/**
 * Ways by writing bindings and roles, past the guard of the API server: a binding needs `bind` on the role (or all that is
 * in it, which gains nothing), a change of a role needs `escalate`.
 */
export function waysByRoles(surroundings: Surroundings, scope: string | undefined): readonly Way[] {
  return [...waysByBinding(surroundings, scope), ...waysByChangingRoles(surroundings, scope)];
}

function waysByBinding(surroundings: Surroundings, scope: string | undefined): readonly Way[] {
  const { rules, access, cluster } = surroundings;
  const open = rules.filter((rule) => rule.names === undefined);
  const named = rules.filter((rule) => rule.names !== undefined && ask([rule], BIND, scope).answer !== 'no');
  const clusterWide =
    scope === undefined ? ask(rules, { verbs: WRITE, resources: [`${RBAC}/clusterrolebindings`] }, scope) : NOTHING;
  const local = ask(rules, { verbs: WRITE, resources: [`${RBAC}/rolebindings`] }, scope);
  const any = ask(open, BIND, scope);
  const anyClusterRole = ask(open, { ...BIND, resources: [`${RBAC}/clusterroles`] }, scope);
  const accounts: WayEnd = { kind: 'accounts', which: 'all', namespace: scope };
  const toAdmin = allFound(anyClusterRole, clusterWide);
  const ways: Way[] = [
    ...way('k8s-bind', toAdmin, ['bind any cluster role to itself'], {
      kind: 'principal',
      id: anchorsOf(cluster).clusterAdminRole,
    }),
  ];
  if (toAdmin.answer !== 'yes')
    ways.push(...way('k8s-bind', allFound(any, local), [`bind any role${inNamespace(scope)}`], accounts));
  for (const rule of named) {
    for (const name of rule.names ?? []) {
      const may = ask([rule], { ...BIND, name }, scope);
      const id = principalId('kubernetes', 'cluster-role', `${cluster}/${name}`);
      const role = access.inventory.principals.get(id);
      if (role === undefined) continue;
      ways.push(...way('k8s-bind', allFound(may, clusterWide), [`bind ${name} to itself`], { kind: 'principal', id }));
      // Bound in a namespace, a role is a way to that namespace's accounts if one can make pods with it.
      const makes = MAKE_PODS.some((need) => ask(access.rulesOfRole(role), need, undefined).answer === 'yes');
      if (makes) ways.push(...way('k8s-bind', allFound(may, local), [`bind ${name}${inNamespace(scope)}`], accounts));
    }
  }
  return ways;
}

/** Adding rules to a role that the principal is bound to. */
function waysByChangingRoles(surroundings: Surroundings, scope: string | undefined): readonly Way[] {
  const { rules, access, principal, cluster } = surroundings;
  const bound = access
    .bindingsOf(principal.id)
    .filter((binding) => namespaceOf(binding) === scope)
    .flatMap((binding) => access.inventory.principals.get(binding.principal) ?? [])
    .filter((role) => role.kind === (scope === undefined ? 'cluster-role' : 'role'));
  for (const role of bound) {
    const resources = [`${RBAC}/${scope === undefined ? 'clusterroles' : 'roles'}`];
    const may = ask(rules, { verbs: ['escalate'], resources, name: role.name }, scope);
    const change = ask(rules, { verbs: ['update', 'patch'], resources, name: role.name }, scope);
    const to: WayEnd =
      scope === undefined
        ? { kind: 'principal', id: anchorsOf(cluster).clusterAdminRole }
        : { kind: 'accounts', which: 'all', namespace: scope };
    const ways = way('k8s-escalate', allFound(may, change), [`add rules to its own role ${role.name}`], to);
    if (ways.length > 0) return ways;
  }
  return [];
}

function inNamespace(scope: string | undefined): string {
  return within(scope) || ' in any namespace';
}
