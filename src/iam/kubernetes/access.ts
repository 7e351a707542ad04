import type { Grant } from '../../model/grant.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import { labelsOf, selectorMatches } from './aggregation.ts';
import { groupId, groupsOf, MASTERS } from './groups.ts';
import { type Rule, ruleOf } from './rule.ts';

/** Marks grants that the scanner knows of roles that every cluster has; void where the role itself was read. */
const DEFAULT_ROLE = 'default-role';

/** A binding that hands on nothing, since its role was not in the input. */
export interface MissingRole {
  readonly role: string;
  readonly binding: Trust;
}

/** Roles and bindings of a view, joined: what reaches whom. */
export class Access {
  readonly inventory: Inventory;
  readonly #grants: ReadonlyMap<string, readonly Grant[]>;
  readonly #bindings: ReadonlyMap<string, readonly Trust[]>;
  readonly #runsAs: ReadonlyMap<string, readonly Trust[]>;
  readonly #memberships: ReadonlyMap<string, readonly Trust[]>;
  readonly #clusterRoles: ReadonlyMap<string, readonly Principal[]>;
  readonly #roleGrants = new Map<string, readonly Grant[]>();
  readonly #rules = new Map<string, readonly Rule[]>();

  constructor(inventory: Inventory) {
    this.inventory = inventory;
    this.#grants = groupBy(inventory.grants.select('kubernetes'), (grant) => grant.principal);
    this.#bindings = bySubject(inventory, 'bound-to');
    this.#runsAs = bySubject(inventory, 'runs-as');
    this.#memberships = bySubject(inventory, 'member-of');
    const roles = [...inventory.principals.values()].filter(
      ({ platform, kind }) => platform === 'kubernetes' && kind === 'cluster-role',
    );
    this.#clusterRoles = groupBy(roles, (role) => role.scope[0] ?? '');
  }

  /** Rules that reach a principal by its own bindings and those of the groups that it is in by its nature. */
  rulesOf(principal: Principal): readonly Rule[] {
    const known = this.#rules.get(principal.id);
    if (known !== undefined) return known;
    const rules = this.#holders(principal).flatMap((id) =>
      (this.#bindings.get(id) ?? []).flatMap((binding) =>
        this.grantsOfRole(binding.principal).map((grant) => ruleOf(grant, [binding], namespaceOf(binding))),
      ),
    );
    this.#rules.set(principal.id, rules);
    return rules;
  }

  /** Rules of a role, as if it were bound as widely as it can be. */
  rulesOfRole(role: Principal): readonly Rule[] {
    const namespace = role.kind === 'role' ? role.scope[1] : undefined;
    return this.grantsOfRole(role.id).map((grant) => ruleOf(grant, [], namespace));
  }

  /** Bindings whose role is neither in the input nor one that every cluster has. */
  missingRoles(principal: Principal): readonly MissingRole[] {
    return this.#holders(principal)
      .flatMap((id) => this.#bindings.get(id) ?? [])
      .filter(({ principal: id }) => {
        const role = this.inventory.principals.get(id);
        return role?.seen !== 'listed' && role?.attributes?.default_role !== true;
      })
      .map((binding) => ({ role: binding.principal, binding }));
  }

  /** The `runs-as` trusts of a workload. */
  accountsOfWorkload(id: string): readonly Trust[] {
    return this.#runsAs.get(id) ?? [];
  }

  /** Bindings that name the principal itself. */
  bindingsOf(id: string): readonly Trust[] {
    return this.#bindings.get(id) ?? [];
  }

  /**
   * A role's own grants and, for an aggregated role whose rules are empty (as in manifests, where the cluster fills them
   * in), those of the cluster roles that its selectors match.
   */
  grantsOfRole(id: string, visiting: ReadonlySet<string> = new Set()): readonly Grant[] {
    const known = this.#roleGrants.get(id);
    if (known !== undefined) return known;
    const role = this.inventory.principals.get(id);
    const listed = role?.seen === 'listed';
    const own = (this.#grants.get(id) ?? []).filter((grant) => !listed || !grant.via.includes(DEFAULT_ROLE));
    const selectors = role?.attributes?.aggregation;
    const filled = listed && own.length > 0;
    if (role === undefined || filled || !Array.isArray(selectors)) {
      this.#roleGrants.set(id, own);
      return own;
    }
    const path = new Set([...visiting, id]);
    const grants = new Map(own.map((grant) => [grant.id, grant]));
    for (const other of this.#clusterRoles.get(role.scope[0] ?? '') ?? []) {
      if (path.has(other.id)) continue;
      if (!selectors.some((selector) => selectorMatches(selector, labelsOf(other)))) continue;
      for (const grant of this.grantsOfRole(other.id, path)) grants.set(grant.id, grant);
    }
    const all = [...grants.values()];
    // Inside of a circle the answer is not complete yet.
    if (visiting.size === 0) this.#roleGrants.set(id, all);
    return all;
  }

  /** Itself, the groups that it is in by its nature, and those that a certificate of its says. */
  #holders(principal: Principal): readonly string[] {
    const said = this.#memberships.get(principal.id) ?? [];
    return [...new Set([principal.id, ...groupsOf(principal), ...said.map(({ principal: group }) => group)])];
  }

  /** Whether no authorizer is asked about it: the group of masters, and who is in it. */
  isMaster(principal: Principal): boolean {
    const masters = groupId(principal.scope[0] ?? '', MASTERS);
    return this.#holders(principal).includes(masters);
  }
}

const views = new WeakMap<Inventory, Access>();

/** The access of a view, joined once. */
export function accessOf(inventory: Inventory): Access {
  const known = views.get(inventory);
  if (known !== undefined) return known;
  const access = new Access(inventory);
  views.set(inventory, access);
  return access;
}

/** The namespace that a binding is limited to; undefined for a ClusterRoleBinding. */
export function namespaceOf(binding: Trust): string | undefined {
  const { condition } = binding;
  if (typeof condition !== 'object' || condition === null || !('namespace' in condition)) return undefined;
  return typeof condition.namespace === 'string' ? condition.namespace : undefined;
}

function bySubject(inventory: Inventory, how: string): ReadonlyMap<string, readonly Trust[]> {
  const trusts = [...inventory.trusts.values()].filter((trust) => trust.platform === 'kubernetes' && trust.how === how);
  return groupBy(trusts, ({ subject }) => (subject.kind === 'principal' ? subject.id : ''));
}
