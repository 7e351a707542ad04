import type { Grant } from '../../model/grant.ts';
import { append } from '../../model/group-by.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import { Hierarchy } from './hierarchy.ts';
import { Roles } from './roles.ts';

/** A role that somebody holds at a node. */
export interface Holding {
  readonly grant: Grant;
  readonly role: string;
  readonly node: string;
  /** Ids of the memberships through which it is held; none where it names the principal itself. */
  readonly via: readonly string[];
}

/** A deny rule, as it names one principal. */
export interface Denial {
  readonly grant: Grant;
  readonly node: string;
  readonly exceptPrincipals: ReadonlySet<string>;
  readonly exceptPermissions: readonly string[];
}

const CONVENIENCE: Readonly<Record<string, string>> = {
  'roles/owner': 'projectOwner',
  'roles/editor': 'projectEditor',
  'roles/viewer': 'projectViewer',
};

/** Kinds that stand for what never acts. */
const NEVER_ACT: ReadonlySet<string> = new Set([
  'organization',
  'folder',
  'project',
  'role',
  'workload',
  'workload-identity-pool',
  'workload-identity-provider',
]);

export const EVERYBODY = principalId('gcp', 'public', 'allUsers');
export const AUTHENTICATED = principalId('gcp', 'public', 'allAuthenticatedUsers');

/** Policies of a view, joined: who holds which role where, and what is denied to whom. */
export class Access {
  readonly inventory: Inventory;
  readonly hierarchy: Hierarchy;
  readonly roles: Roles;
  /** Principals that can act, or that hold something for others. */
  readonly acting: readonly Principal[];
  /** Deny policies that are known to be there, by node, without their rules. */
  readonly unreadDenials: readonly Grant[];
  readonly hasDenyPolicies: boolean;
  readonly #holdings = new Map<string, Holding[]>();
  readonly #denials = new Map<string, Denial[]>();
  readonly #memberships = new Map<string, Trust[]>();
  readonly #groups = new Set<string>();
  readonly #ids = new Map<string, string>();

  constructor(inventory: Inventory) {
    this.inventory = inventory;
    this.hierarchy = new Hierarchy(inventory);
    this.roles = new Roles(inventory);
    const principals = [...inventory.principals.values()].filter(({ platform }) => platform === 'gcp');
    for (const { id, kind, aliases = [] } of principals) {
      for (const alias of aliases) this.#ids.set(principalId('gcp', kind, alias), id);
    }
    this.acting = principals.filter(({ id, kind }) => !NEVER_ACT.has(kind) && this.idOf(id) === id);
    for (const trust of inventory.trusts.values()) this.#member(trust);
    const unread: Grant[] = [];
    for (const grant of inventory.grants.select('gcp', 'identity')) {
      if (grant.effect === 'allow') this.#hold(grant);
      else if (grant.unknownContent === true) unread.push(grant);
      else this.#deny(grant);
    }
    // A policy that was listed in one export and got in another one was read.
    const read = new Set([...this.#denials.values()].flat().map(({ grant }) => grant.via[0]));
    this.unreadDenials = unread.filter(({ via }) => !read.has(via[0]));
    this.hasDenyPolicies = read.size > 0 || unread.length > 0;
  }

  /** The id of a listed principal behind one of its other names. */
  idOf(id: string): string {
    return this.#ids.get(id) ?? id;
  }

  /** Roles that a principal holds, by itself and by what it is a member of. Deleted principals hold nothing. */
  holdingsOf(principal: Principal): readonly Holding[] {
    return [...this.membershipsOf(principal)].flatMap(([id, via]) =>
      (this.#holdings.get(id) ?? []).map((holding) => (via.length === 0 ? holding : { ...holding, via })),
    );
  }

  /** What is held by everybody, for whoever has an account or none. */
  publicHoldings(principal: Principal): readonly Holding[] {
    const ids = ['federated-identity', 'principal-set'].includes(principal.kind)
      ? [EVERYBODY]
      : [EVERYBODY, AUTHENTICATED];
    return ids.flatMap((id) => this.#holdings.get(id) ?? []);
  }

  /** Roles of groups whose members no export shows, with the group. */
  holdingsOfUnreadGroups(): readonly { readonly group: Principal; readonly holdings: readonly Holding[] }[] {
    return this.acting
      .filter(({ id, kind }) => kind === 'group' && !this.#groups.has(id))
      .map((group) => ({ group, holdings: this.#holdings.get(group.id) ?? [] }))
      .filter(({ holdings }) => holdings.length > 0);
  }

  /** Deny rules that name a principal or everybody, and those that name a group or a set of which it may be a part. */
  denialsFor(principal: Principal): readonly { readonly denial: Denial; readonly certain: boolean }[] {
    const holders = this.membershipsOf(principal);
    const found: { denial: Denial; certain: boolean }[] = [];
    for (const [id, denials] of this.#denials) {
      const certain = holders.has(id) || id === EVERYBODY;
      if (certain || this.#mayBeIn(id, principal)) found.push(...denials.map((denial) => ({ denial, certain })));
    }
    return found;
  }

  /** Whether a principal may be part of another one, where nothing says that it is not. */
  mayBe(id: string, principal: Principal): 'yes' | 'no' | 'maybe' {
    if (this.membershipsOf(principal).has(id) || id === EVERYBODY) return 'yes';
    return this.#mayBeIn(id, principal) ? 'maybe' : 'no';
  }

  /** A principal and what it is a member of, with the memberships that lead there. */
  membershipsOf(principal: Principal): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>();
    if (isDeleted(principal)) return found;
    found.set(principal.id, []);
    const domain = principal.kind === 'user' ? /@(.+)$/.exec(principal.nativeId)?.[1] : undefined;
    if (domain !== undefined) found.set(principalId('gcp', 'domain', domain), []);
    for (const [id, via] of found) {
      for (const trust of this.#memberships.get(id) ?? []) {
        const group = this.idOf(trust.principal);
        if (!found.has(group)) found.set(group, [...via, trust.id]);
      }
    }
    for (const [id, via] of [...found]) {
      for (const { role, node } of this.#holdings.get(id) ?? []) {
        const convenience = CONVENIENCE[role];
        if (convenience === undefined || !node.startsWith('projects/')) continue;
        for (const name of [node.slice('projects/'.length), ...this.hierarchy.otherNames(node)]) {
          found.set(principalId('gcp', 'project-role', `${convenience}:${name}`), via);
        }
      }
    }
    return found;
  }

  /** By its id alone: exceptions of a deny rule may name groups that nothing else does. */
  #mayBeIn(id: string, principal: Principal): boolean {
    if (id === principal.id) return false;
    const [, kind] = id.split(':');
    const isPerson = principal.kind === 'user' || principal.kind === 'service-account';
    if (kind === 'group') return (isPerson || principal.kind === 'group') && !this.#groups.has(id);
    // Sets by organization, folder, project or pool: which of ours are in them is not worked out.
    return kind === 'principal-set' || kind === 'unknown';
  }

  #hold(grant: Grant): void {
    const role = grant.actions[0]?.startsWith('role:') ? grant.actions[0].slice('role:'.length) : undefined;
    if (role === undefined || this.roles.isOff(role)) return;
    for (const resource of grant.resources) {
      const node = this.hierarchy.nodeOf(resource);
      this.hierarchy.attach(node, grant.scope);
      append(this.#holdings, this.idOf(grant.principal), { grant, role, node, via: [] });
    }
  }

  #deny(grant: Grant): void {
    const exceptPrincipals = new Set(textsAt(grant, 'exception_principals').map((id) => this.idOf(id)));
    const exceptPermissions = textsAt(grant, 'exception_permissions');
    for (const resource of grant.resources) {
      const node = this.hierarchy.nodeOf(resource);
      append(this.#denials, this.idOf(grant.principal), { grant, node, exceptPrincipals, exceptPermissions });
    }
  }

  #member(trust: Trust): void {
    if (trust.how !== 'member-of' || trust.subject.kind !== 'principal' || !trust.principal.startsWith('gcp:')) return;
    append(this.#memberships, this.idOf(trust.subject.id), trust);
    this.#groups.add(this.idOf(trust.principal));
  }
}

/** `deleted:…` members, whose bindings stand and give nothing. */
export function isDeleted({ attributes }: Principal): boolean {
  return attributes?.deleted === true;
}

function textsAt({ condition }: Grant, member: string): readonly string[] {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return [];
  const list = (condition as Readonly<Record<string, unknown>>)[member];
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
