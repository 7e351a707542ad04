import type { Grant } from '../../model/grant.ts';
import { append } from '../../model/group-by.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import { Acl } from './acl.ts';

/** What somebody's policies come to. */
export interface Holdings {
  readonly acl: Acl;
  /** Ids of the bindings. */
  readonly trusts: readonly string[];
  /** Names of its policies. */
  readonly names: readonly string[];
  /** Those whose content was not read. */
  readonly unread: readonly string[];
  readonly isRoot: boolean;
}

const BOUND = /^policy:(.+)$/s;

/** The policies of a view, and who has which; each set of policies is put together once. */
export class Policies {
  readonly #inventory: Inventory;
  readonly #grants = new Map<string, Grant[]>();
  readonly #bound = new Map<string, { readonly policy: string; readonly evidence: string }[]>();
  /** Entities and groups that somebody has the policies of as well. */
  readonly #groups = new Map<string, { readonly group: string; readonly evidence: string }[]>();
  /** Policies of which something could not be read. */
  readonly #partial = new Set<string>();
  readonly #acls = new Map<string, Acl>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    for (const grant of inventory.grants.select('vault')) {
      const name = BOUND.exec(grant.via[0] ?? '')?.[1];
      const holder = inventory.principals.get(grant.principal);
      // A configuration names policies; what they say is theirs to say.
      if (grant.unknownContent === true && name !== undefined && holder?.kind !== 'policy') {
        this.#bind(grant.principal, principalId('vault', 'policy', `${grant.scope}/${name}`), grant.id);
      } else if (grant.unknownContent === true) this.#partial.add(grant.principal);
      else append(this.#grants, grant.principal, grant);
    }
    for (const trust of inventory.trusts.values()) {
      if (trust.platform === 'vault' && trust.how === 'bound-to' && trust.subject.kind === 'principal')
        this.#bind(trust.subject.id, trust.principal, trust.id);
      if (trust.platform === 'vault' && trust.how === 'member-of' && trust.subject.kind === 'principal')
        append(this.#groups, trust.subject.id, { group: trust.principal, evidence: trust.id });
    }
  }

  of(principal: Principal): Holdings {
    const server = principal.scope[0] ?? '';
    const bound = this.#boundTo(principal.id);
    const fallback = principalId('vault', 'policy', `${server}/default`);
    // Every token has it, unless its role says no; what it says is only known where it was read.
    if (principal.attributes?.no_default_policy !== true && principal.kind !== 'policy' && this.#isRead(fallback)) {
      bound.push({ policy: fallback, evidence: '' });
    }
    const ids = principal.kind === 'policy' ? [principal.id] : [...new Set(bound.map(({ policy }) => policy))].sort();
    const prefix = principalId('vault', 'policy', `${server}/`);
    const names = ids.map((id) => (id.startsWith(prefix) ? id.slice(prefix.length) : id));
    const key = ids.join('\n');
    const acl = this.#acls.get(key) ?? new Acl(ids.flatMap((id) => this.#grants.get(id) ?? []));
    this.#acls.set(key, acl);
    return {
      acl,
      trusts: bound.map(({ evidence }) => evidence).filter((id) => id !== ''),
      names,
      unread: ids
        .filter((id) => this.#partial.has(id) || (!this.#isRead(id) && id !== `${prefix}root` && id !== fallback))
        .map((id) => id.slice(prefix.length)),
      isRoot: names.includes('root'),
    };
  }

  /** What is bound to somebody and to all that it is a member of. */
  #boundTo(id: string): { readonly policy: string; readonly evidence: string }[] {
    const memberships = new Map([[id, '']]);
    for (const [member] of memberships)
      for (const { group, evidence } of this.#groups.get(member) ?? [])
        if (!memberships.has(group)) memberships.set(group, evidence);
    return [...memberships].flatMap(([member, evidence]) => {
      const bound = this.#bound.get(member) ?? [];
      return evidence === '' || bound.length === 0 ? bound : [...bound, { policy: bound[0]?.policy ?? '', evidence }];
    });
  }

  #isRead(policy: string): boolean {
    return this.#inventory.principals.get(policy)?.seen === 'listed';
  }

  #bind(holder: string, policy: string, evidence: string): void {
    append(this.#bound, holder, { policy, evidence });
  }
}
