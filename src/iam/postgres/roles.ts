import { type Answer, and, or } from '../../model/answer.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import { type ServerFacts, serverFacts } from './server.ts';

/** Somebody who is a member of something, with what the membership allows. */
export interface Membership {
  readonly trust: Trust;
  readonly group: string;
  /** The privileges of the group count without asking. */
  readonly inherit: Answer;
  /** `SET ROLE` to the group is allowed. */
  readonly set: Answer;
  /** Membership in the group may be given to others. */
  readonly admin: Answer;
}

/** A role that is reached over memberships. */
export interface Reached {
  readonly answer: Answer;
  /** Ids of the memberships on the way. */
  readonly trusts: readonly string[];
}

type Reach = ReadonlyMap<string, Reached>;

/**
 * Roles and memberships of all clusters of a view. Attributes are never inherited; privileges are, over memberships that inherit
 * at every step; `SET ROLE` needs memberships that allow it at every step (PostgreSQL documentation, "Role Membership", GRANT).
 */
export class Roles {
  readonly #inventory: Inventory;
  readonly #memberships = new Map<string, Membership[]>();
  readonly #inherited = new Map<string, Reach>();
  readonly #settable = new Map<string, Reach>();
  readonly #servers = new Map<string, ServerFacts>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    for (const trust of inventory.trusts.values()) {
      if (trust.platform !== 'postgres' || trust.how !== 'member-of' || trust.subject.kind !== 'principal') continue;
      const list = this.#memberships.get(trust.subject.id) ?? [];
      this.#memberships.set(trust.subject.id, list);
      list.push(this.#membership(trust, trust.subject.id));
    }
  }

  server(cluster: string): ServerFacts {
    const known = this.#servers.get(cluster) ?? serverFacts(this.#inventory, cluster);
    this.#servers.set(cluster, known);
    return known;
  }

  /** Of a role itself, as its own record says; a role without one leaves it open. */
  attribute(id: string, name: string): Answer {
    const principal = this.#inventory.principals.get(id);
    if (principal !== undefined && principal.kind !== 'role') return 'no';
    const value = principal?.attributes?.[name];
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    return { if: [`${principal?.name ?? id} is ${name.replace('_', '')} (not read)`] };
  }

  memberships(id: string): readonly Membership[] {
    return this.#memberships.get(id) ?? [];
  }

  /** Roles whose privileges a role has, itself among them. A superuser has those of all, which are not listed. */
  inherited(id: string): Reach {
    return this.#reach(this.#inherited, id, ({ inherit }) => inherit);
  }

  /** Roles that a session of the role may become, itself among them. */
  settable(id: string): Reach {
    return this.#reach(this.#settable, id, ({ set }) => set);
  }

  hasPrivilegesOf(id: string, other: string): Reached {
    const reached = this.inherited(id).get(other) ?? { answer: this.#otherwise(id), trusts: [] };
    const superuser = this.attribute(id, 'superuser');
    return superuser === 'yes' ? { answer: 'yes', trusts: [] } : { ...reached, answer: or(reached.answer, superuser) };
  }

  maySetRole(id: string, other: string): Reached {
    const reached = this.settable(id).get(other) ?? { answer: this.#otherwise(id), trusts: [] };
    const superuser = this.attribute(id, 'superuser');
    return superuser === 'yes' ? { answer: 'yes', trusts: [] } : { ...reached, answer: or(reached.answer, superuser) };
  }

  /** By its privileges or by becoming it. */
  mayUse(id: string, other: string): Reached {
    const found = [this.inherited(id).get(other), this.settable(id).get(other)].filter((one) => one !== undefined);
    const sure = found.find(({ answer }) => answer === 'yes') ?? found[0];
    return { answer: or('no', ...found.map(({ answer }) => answer)), trusts: sure?.trusts ?? [] };
  }

  /** What is concluded where no membership leads on: nothing, when memberships were not read. */
  #otherwise(id: string): Answer {
    const principal = this.#inventory.principals.get(id);
    const cluster = principal?.scope[0] ?? '';
    return this.server(cluster).memberships ? 'no' : { if: [`memberships of ${principal?.name ?? id} (not read)`] };
  }

  #membership(trust: Trust, member: string): Membership {
    const options = (trust.condition ?? {}) as JsonObject;
    const inherit = options.inherit;
    return {
      trust,
      group: trust.principal,
      // Before 16, and in what was written for it, the member's own attribute decides when it is used.
      inherit: typeof inherit === 'boolean' ? yesNo(inherit) : this.attribute(member, 'inherit'),
      set: yesNo(options.set !== false),
      admin: yesNo(options.admin === true),
    };
  }

  #reach(memory: Map<string, Reach>, start: string, step: (membership: Membership) => Answer): Reach {
    const known = memory.get(start);
    if (known !== undefined) return known;
    const found = new Map<string, Reached>([[start, { answer: 'yes', trusts: [] }]]);
    const walk = (usable: (answer: Answer) => boolean) => {
      // A map is walked in the order of its entries, also those that are added meanwhile: nearest first.
      for (const [id, { answer, trusts }] of found) {
        for (const membership of this.memberships(id)) {
          const allowed = step(membership);
          if (!usable(allowed) || found.has(membership.group)) continue;
          found.set(membership.group, { answer: and(answer, allowed), trusts: [...trusts, membership.trust.id] });
        }
      }
    };
    walk((answer) => answer === 'yes');
    walk((answer) => answer !== 'no');
    memory.set(start, found);
    return found;
  }
}

function yesNo(value: boolean): Answer {
  return value ? 'yes' : 'no';
}

/** The roles that act, which were read themselves. */
export function listedRoles(inventory: Inventory): readonly Principal[] {
  return [...inventory.principals.values()].filter(
    ({ platform, kind, seen }) => platform === 'postgres' && kind === 'role' && seen === 'listed',
  );
}
