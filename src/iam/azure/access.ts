import type { Answer } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import { azureAliases } from './aliases.ts';
import { BUILT_IN_ROLES } from './built-in-roles.ts';
import { type Condition, parseCondition } from './condition.ts';
import { DIRECTORY_ROLES } from './directory-roles.ts';
import { abacOf, type Permission, permissionFrom, permissionOf } from './permission.ts';
import { Hierarchy, scopePath } from './scope.ts';

/** Everybody, of whom deny assignments speak. */
const EVERYONE = 'azure:group:00000000-0000-0000-0000-000000000000';

/** A role of Azure RBAC. */
export interface Role {
  readonly id: string;
  readonly name: string;
  readonly custom: boolean;
  readonly assignableScopes: readonly string[];
  /** Undefined where neither the inventory nor the table of built-in roles has it. */
  readonly permissions: readonly Permission[] | undefined;
}

/** An assignment as it reaches a principal, by itself or by its groups. */
export interface Rule {
  readonly grant: Grant;
  /** Memberships that lead to it. */
  readonly via: readonly Trust[];
  readonly scope: string;
  readonly role: Role;
  /** `yes`, or what must be so before it is in force: activation, a time. */
  readonly given: Answer;
  /** It must be activated first, so that it is no standing right. */
  readonly eligible: boolean;
  readonly condition: Condition | undefined;
}

/** A deny assignment as it reaches a principal. */
export interface Denial {
  readonly grant: Grant;
  readonly scope: string;
  readonly permission: Permission;
  /** It does not speak of what is below its scope. */
  readonly only: boolean;
  readonly answer: Answer;
}

/** A role or permission in the directory as it reaches a principal. */
export interface DirectoryRule {
  readonly grant: Grant;
  readonly via: readonly Trust[];
  readonly action: string;
  readonly scope: string;
  readonly given: Answer;
  readonly eligible: boolean;
}

/** Assignments, roles and groups of a view, joined: what reaches whom. */
export class AzureAccess {
  readonly inventory: Inventory;
  readonly hierarchy: Hierarchy;
  readonly resolve: (id: string) => string;
  readonly #grants: ReadonlyMap<string, readonly Grant[]>;
  readonly #memberships: ReadonlyMap<string, readonly Trust[]>;
  readonly #roles = new Map<string, Role>();
  readonly #conditions = new Map<string, Condition>();
  readonly #holders = new Map<string, ReadonlyMap<string, readonly Trust[]>>();
  /** What a schedule says of an assignment: a plain one beside it is the same, seen without its end. */
  readonly #timed: ReadonlySet<string>;

  constructor(inventory: Inventory) {
    this.inventory = inventory;
    this.hierarchy = new Hierarchy(inventory);
    this.resolve = azureAliases(inventory);
    this.#grants = groupBy(inventory.grants.select('azure'), (grant) => this.resolve(grant.principal));
    const memberships = [...inventory.trusts.values()].filter(
      (trust) => trust.platform === 'azure' && trust.how === 'member-of' && trust.effect === 'allow',
    );
    this.#memberships = groupBy(memberships, (trust) =>
      trust.subject.kind === 'principal' ? this.resolve(trust.subject.id) : '',
    );
    this.#timed = this.#timedAssignments(inventory.grants.select('azure'));
  }

  /** Whether something is assigned to it, apart from its groups. */
  holds(id: string): boolean {
    return this.#grants.has(id);
  }

  /** The principal and the groups it is in, each with the memberships that lead there. */
  holdersOf(id: string): ReadonlyMap<string, readonly Trust[]> {
    const known = this.#holders.get(id);
    if (known !== undefined) return known;
    const holders = new Map<string, readonly Trust[]>([[id, []]]);
    // A map is walked in the order of its entries, also those that are added meanwhile; a circle ends by itself.
    for (const [holder, via] of holders) {
      for (const trust of this.#memberships.get(holder) ?? []) {
        const group = this.resolve(trust.principal);
        if (!holders.has(group)) holders.set(group, [...via, trust]);
      }
    }
    this.#holders.set(id, holders);
    return holders;
  }

  rulesOf(id: string): readonly Rule[] {
    return this.#reaching(id, 'role:').map(({ grant, via, native }) => ({
      ...this.#schedule(grant, this.roleOf(native).name),
      grant,
      via,
      scope: scopePath(grant.resources[0] ?? grant.scope),
      role: this.roleOf(native),
      condition: this.#condition(grant),
    }));
  }

  directoryRulesOf(id: string): readonly DirectoryRule[] {
    return ['directory-role:', 'app-role:', 'scope:'].flatMap((prefix) =>
      this.#reaching(id, prefix).map(({ grant, via, native }) => ({
        ...this.#schedule(grant, DIRECTORY_ROLES.get(native)?.name ?? native),
        grant,
        via,
        action: `${prefix}${prefix === 'directory-role:' ? this.#directoryRole(native) : native}`,
        scope: grant.resources[0] ?? '/',
      })),
    );
  }

  /** Deny assignments that name the principal, one of its groups or everybody, less those that make an exception of it. */
  denialsOf(principal: Principal): readonly Denial[] {
    const holders = this.holdersOf(principal.id);
    const named = new Set(
      [...holders.keys()].flatMap((holder) => objectIds(this.inventory.principals.get(holder), holder)),
    );
    return [...holders.keys(), EVERYONE].flatMap((holder) =>
      (this.#grants.get(holder) ?? []).flatMap((grant): readonly Denial[] => {
        if (grant.effect !== 'deny') return [];
        const { except = [], not_below: only = false, effect } = detailsOf(grant);
        if (effect === 'audit' || except.some((id) => named.has(id) || named.has(this.resolve(`azure:object:${id}`))))
          return [];
        const unsure: Answer = { if: ['it is no exception of the deny assignment'] };
        // Somebody whose groups are not known may be excepted by one of them.
        const answer: Answer = except.length > 0 && except.some((id) => this.#isGroup(id)) ? unsure : 'yes';
        return [{ grant, scope: scopePath(grant.resources[0] ?? '/'), permission: permissionOf(grant), only, answer }];
      }),
    );
  }

  /** A role by its id: as it was exported, else as every tenant has it, else without permissions. */
  roleOf(native: string): Role {
    const known = this.#roles.get(native);
    if (known !== undefined) return known;
    const id = `azure:role:${native}`;
    const row = this.inventory.principals.get(id);
    const own = (this.#grants.get(id) ?? []).filter(({ effect }) => effect === 'allow').map(permissionOf);
    const table = BUILT_IN_ROLES.get(native);
    const fromTable = table && [permissionFrom(table.actions, table.notActions ?? [], table.condition, undefined)];
    const scopes = row?.attributes?.assignable_scopes;
    const role: Role = {
      id,
      name: row?.name === undefined || row.name === native ? (table?.name ?? native) : row.name,
      custom: row?.attributes?.type === 'custom',
      assignableScopes: Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string').map(scopePath) : [],
      permissions: row?.seen === 'listed' ? own : fromTable,
    };
    this.#roles.set(native, role);
    return role;
  }

  /** What a role of the directory gives by itself, where it was exported. */
  directoryActionsOf(role: string): readonly Grant[] {
    return this.#grants.get(this.resolve(`azure:directory-role:${role}`)) ?? [];
  }

  /** Conditions are written once and used for many. */
  #condition(grant: Grant): Condition | undefined {
    const text = abacOf(grant);
    if (text === undefined) return undefined;
    const condition = this.#conditions.get(text) ?? parseCondition(text);
    this.#conditions.set(text, condition);
    return condition;
  }

  #isGroup(id: string): boolean {
    const kind = this.inventory.principals.get(this.resolve(`azure:object:${id}`))?.kind;
    return kind === undefined || kind === 'group' || kind === 'object';
  }

  #directoryRole(native: string): string {
    return this.resolve(`azure:directory-role:${native}`).slice('azure:directory-role:'.length);
  }

  #reaching(
    id: string,
    prefix: string,
  ): readonly { readonly grant: Grant; readonly via: readonly Trust[]; readonly native: string }[] {
    return [...this.holdersOf(id)].flatMap(([holder, via]) =>
      (this.#grants.get(holder) ?? []).flatMap((grant) => {
        if (grant.effect === 'deny' || this.#isShadow(grant)) return [];
        return grant.actions
          .filter((action) => action.startsWith(prefix))
          .map((action) => ({ grant, via, native: action.slice(prefix.length) }));
      }),
    );
  }

  #schedule(grant: Grant, role: string): { readonly given: Answer; readonly eligible: boolean } {
    const { pim } = detailsOf(grant);
    if (pim === undefined) return { given: 'yes', eligible: false };
    const until = pim.until === undefined ? [] : [`before ${pim.until}`];
    if (pim.state === 'eligible')
      return {
        given: { if: [`${role} is activated (eligible; whether that takes an approval was not read)`, ...until] },
        eligible: true,
      };
    return { given: until.length === 0 ? 'yes' : { if: until }, eligible: false };
  }

  #timedAssignments(grants: Iterable<Grant>): ReadonlySet<string> {
    const timed = new Set<string>();
    const permanent = new Set<string>();
    for (const grant of grants) {
      const { pim } = detailsOf(grant);
      if (pim === undefined || pim.state === 'eligible') continue;
      (pim.until === undefined ? permanent : timed).add(this.#keyOf(grant));
    }
    for (const key of permanent) timed.delete(key);
    return timed;
  }

  #isShadow(grant: Grant): boolean {
    return this.#timed.size > 0 && detailsOf(grant).pim === undefined && this.#timed.has(this.#keyOf(grant));
  }

  #keyOf({ principal, actions, resources }: Grant): string {
    return `${this.resolve(principal)} ${actions.join()} ${resources.join()}`;
  }
}

interface Details {
  readonly except?: readonly string[];
  readonly not_below?: boolean;
  readonly effect?: string;
  readonly pim?: { readonly state: string; readonly until?: string };
}

/** A grant's condition, as this platform's scanner writes it. */
function detailsOf({ condition }: Grant): Details {
  return typeof condition === 'object' && condition !== null && !Array.isArray(condition) ? (condition as Details) : {};
}

/** Ids that Azure itself may mean a principal by: of service principals the object id, which is an alias. */
export function objectIds(principal: Principal | undefined, id: string): readonly string[] {
  const native = principal?.nativeId ?? id.split(':').slice(2).join(':');
  return [native, id, ...(principal?.aliases ?? [])];
}

const views = new WeakMap<Inventory, AzureAccess>();

/** The access of a view, joined once. */
export function azureAccess(inventory: Inventory): AzureAccess {
  const known = views.get(inventory);
  if (known !== undefined) return known;
  const access = new AzureAccess(inventory);
  views.set(inventory, access);
  return access;
}
