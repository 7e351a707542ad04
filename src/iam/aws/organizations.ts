import type { Grant } from '../../model/grant.ts';
import { groupBy } from '../../model/group-by.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import { type Ceiling, type Guard, NO_GUARD, readCeiling, statementsOf } from './policies.ts';
import { StatementSet } from './statement.ts';

/** What is known of the organization that an account is in. */
export interface Membership {
  /** `o-…`; undefined when no export shows one. */
  readonly organization: string | undefined;
  /** `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` has it; undefined when the way up is not known. */
  readonly path: string | undefined;
  /** What its service control policies leave to whoever acts in the account. */
  readonly guard: Guard;
  /** What its resource control policies deny on resources of the account. */
  readonly resourceDeny: StatementSet;
  /** Ceilings that were not seen and could change an answer. */
  readonly unseen: readonly string[];
}

const NOTHING = new StatementSet([]);
const UNKNOWN: Membership = {
  organization: undefined,
  path: undefined,
  guard: NO_GUARD,
  resourceDeny: NOTHING,
  unseen: ['organization policies'],
};

type PolicyType = 'scp' | 'rcp';

/** Kinds of principals whose settings say what an organization comes to. */
const LEVELS = /^(?:account|organi[sz]ation.*)$/;

/**
 * Organizations of a view. A policy that is attached to a level adds up with the others there; the levels from root to account
 * each must allow. A level of which not every policy was seen is no ceiling, since what is missing may allow; its Deny
 * statements count all the same.
 *
 * Source: AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation".
 */
export class Organizations {
  readonly #inventory: Inventory;
  readonly #grants: ReadonlyMap<string, readonly Grant[]>;
  /** Ids of the units above, by id; more than one where exports contradict each other. */
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #attached: ReadonlyMap<string, readonly string[]>;
  readonly #policies: readonly Principal[];
  readonly #memberships = new Map<string, Membership>();
  readonly #levels = new Map<string, Ceiling | undefined>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    const ofPolicies = inventory.grants.select('aws', 'scp', 'rcp');
    this.#grants = groupBy(ofPolicies, ({ principal }) => principal);
    const up = (how: string) => {
      const pairs = [...inventory.trusts.values()].flatMap((trust) =>
        trust.platform === 'aws' && trust.how === how && trust.subject.kind === 'principal'
          ? [{ from: trust.subject.id, to: trust.principal }]
          : [],
      );
      return new Map([...groupBy(pairs, ({ from }) => from)].map(([from, all]) => [from, all.map(({ to }) => to)]));
    };
    this.#parents = up('child-of');
    this.#attached = up('attached-to');
    this.#policies = [...inventory.principals.values()].filter(
      ({ platform, kind }) => platform === 'aws' && kind === 'organization-policy',
    );
  }

  /** Everything that memberships are made of, wherever it stands. */
  *sources(): Generator<unknown> {
    const { grants, trusts, principals } = this.#inventory;
    for (const policy of this.#policies) yield grants.digest(policy.id);
    for (const { platform, how, id } of trusts.values())
      if (platform === 'aws' && (how === 'child-of' || how === 'attached-to')) yield id;
    for (const { locations: _, ...principal } of principals.values())
      if (principal.platform === 'aws' && LEVELS.test(principal.kind)) yield principal;
  }

  of(account: string): Membership {
    const known = this.#memberships.get(account);
    if (known !== undefined) return known;
    const membership = this.#read(account);
    this.#memberships.set(account, membership);
    return membership;
  }

  #read(account: string): Membership {
    const { chain, broken } = this.#chain(principalId('aws', 'account', account));
    const attribute = (name: string) =>
      chain.map((id) => this.#inventory.principals.get(id)?.attributes?.[name]).find((value) => value !== undefined);
    const organization = attribute('organization');
    if (typeof organization !== 'string') return UNKNOWN;
    const top = chain.at(-1) ?? '';
    const whole = !broken && top.startsWith('aws:organization-root:');
    const path = whole ? [organization, ...chain.slice(1).map(nativeIdOf).reverse(), ''].join('/') : undefined;
    const base = { organization, path };
    // Organization policies do not affect the management account.
    if (attribute('management_account') === account) {
      return { ...base, guard: NO_GUARD, resourceDeny: NOTHING, unseen: [] };
    }
    const enabled = whole ? this.#inventory.principals.get(top)?.attributes?.policy_types : undefined;
    const inForce = (type: string) => !Array.isArray(enabled) || enabled.includes(type);
    const scp = inForce('SERVICE_CONTROL_POLICY');
    const rcp = inForce('RESOURCE_CONTROL_POLICY');
    const levels = scp ? chain.flatMap((id) => this.#level(id, organization) ?? []) : [];
    return {
      ...base,
      guard: { levels, deny: this.#denies(scp ? chain : [], 'scp') },
      resourceDeny: this.#denies(rcp ? chain : [], 'rcp'),
      unseen: [
        ...(whole || (!scp && !rcp) ? [] : [`organization policies above ${nativeIdOf(top)}`]),
        ...(scp ? chain : []).flatMap((id) =>
          this.#complete(id, organization, 'scp') ? [] : [`service control policies of ${nativeIdOf(id)}`],
        ),
        ...(rcp && chain.some((id) => !this.#complete(id, organization, 'rcp')) ? ['resource control policies'] : []),
      ],
    };
  }

  /** From the account upwards, as far as each level has one unit above it. */
  #chain(account: string): { readonly chain: readonly string[]; readonly broken: boolean } {
    const chain = [account];
    for (let at = account; ; ) {
      const above = [...new Set(this.#parents.get(at) ?? [])];
      const [next] = above;
      if (next === undefined) return { chain, broken: false };
      if (above.length > 1 || chain.includes(next)) return { chain, broken: true };
      chain.push(next);
      at = next;
    }
  }

  #attachedTo(target: string, type: PolicyType): readonly Principal[] {
    return (this.#attached.get(target) ?? []).flatMap((id) => {
      const policy = this.#inventory.principals.get(id);
      return policy !== undefined && typeOf(policy) === type ? [policy] : [];
    });
  }

  /** Whether every policy of a level was seen: its own listing, or the listings of all policies and of their targets. */
  #complete(target: string, organization: string, type: PolicyType): boolean {
    if (this.#inventory.principals.get(target)?.attributes?.[`${type}_seen`] === true) return true;
    const listing = this.#inventory.principals.get(principalId('aws', 'organization', organization));
    if (listing?.attributes?.[`${type}_listed`] !== true) return false;
    const all = this.#policies.filter((policy) => {
      const of = policy.attributes?.organization;
      return typeOf(policy) === type && (of === undefined || of === organization);
    });
    return all.length > 0 && all.every(({ attributes }) => attributes?.targets_seen === true);
  }

  #level(target: string, organization: string): Ceiling | undefined {
    if (this.#levels.has(target)) return this.#levels.get(target);
    const policies = this.#attachedTo(target, 'scp');
    // Where service control policies are on, every level has at least one.
    const full = policies.some(({ nativeId }) => nativeId === FULL_ACCESS);
    const counts = policies.length > 0 && !full && this.#complete(target, organization, 'scp');
    const level = counts ? this.#readLevel(policies) : undefined;
    this.#levels.set(target, level);
    return level;
  }

  #readLevel(policies: readonly Principal[]): Ceiling {
    const { allow, unread } = readCeiling(policies.flatMap(({ id }) => this.#grants.get(id) ?? []));
    const unseen = policies.filter(({ attributes }) => attributes?.content_seen !== true);
    return { allow, unread: [...unread, ...unseen.map(({ name }) => ({ grant: undefined, what: `policy:${name}` }))] };
  }

  #denies(chain: readonly string[], type: PolicyType): StatementSet {
    const grants = chain.flatMap((id) =>
      this.#attachedTo(id, type).flatMap((policy) => this.#grants.get(policy.id) ?? []),
    );
    const denies = statementsOf([...new Set(grants)], 'deny');
    return denies.length === 0 ? NOTHING : new StatementSet(denies);
  }
}

/** Lets everything through: a level that has it limits by its Deny statements only. */
const FULL_ACCESS = 'p-FullAWSAccess';

function typeOf({ nativeId, attributes }: Principal): PolicyType | undefined {
  if (attributes?.type === 'SERVICE_CONTROL_POLICY' || nativeId === FULL_ACCESS) return 'scp';
  return attributes?.type === 'RESOURCE_CONTROL_POLICY' || nativeId === 'p-RCPFullAWSAccess' ? 'rcp' : undefined;
}

/** `ou-…` of `aws:organizational-unit:ou-…`. */
function nativeIdOf(id: string): string {
  return id.split(':').at(-1) ?? id;
}
