import { type Answer, and, or } from '../../model/answer.ts';
import type { EffectivePermissions, Escalation } from '../../model/effective.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import type { Evaluator } from '../evaluator.ts';
import { classifyFederation } from '../federation.ts';
import { Access } from './access.ts';
import type { Area } from './area.ts';
import { askerOf } from './asker.ts';
import { delegationWays } from './delegation.ts';
import { Distances } from './distances.ts';
import { containerId } from './hierarchy.ts';
import { AccountSets } from './members.ts';
import { adminOf, ownedAreas, privilegesOf } from './privileges.ts';
import { isContainer } from './resource-name.ts';
import { Rights } from './rights.ts';
import { type Way, WayFinder } from './ways.ts';

/** How many accounts of one way are written down for one principal: those nearest to admin. */
const SHOWN = 10;

/**
 * Resolves what Google Cloud principals can do: deny policies first, then allow policies from the organization down, with
 * conditions at the time of `clock`. Groups have an entry of their own, since their members are in few exports.
 */
export function gcpEvaluatorAt(clock: () => Date): Evaluator {
  return {
    platform: 'gcp',
    evaluate: (inventory) => new Evaluation(inventory, clock()).run(),
    asker: (inventory) => askerOf(new Access(inventory), clock()),
  };
}

/** Conditions are about now: what has expired gives nothing any more. */
export const gcpEvaluator: Evaluator = gcpEvaluatorAt(() => new Date());

/** What is kept of a principal while the others are looked at: everything that its rights were asked for is not. */
interface Judged extends Pick<EffectivePermissions, 'admin' | 'privileges' | 'unseen'> {
  readonly owned: readonly Area[];
  readonly nodes: readonly string[];
  readonly unknownRoles: readonly Escalation[];
}

class Evaluation {
  readonly #access: Access;
  readonly #finder: WayFinder;
  readonly #now: Date;
  readonly #judged = new Map<string, Judged>();
  readonly #ways = new Map<string, readonly Way[]>();
  readonly #trustsInto = new Map<string, Trust[]>();
  readonly #unreadGroups: boolean;

  constructor(inventory: Inventory, now: Date) {
    this.#access = new Access(inventory);
    this.#finder = new WayFinder(this.#access, new AccountSets(this.#access));
    this.#now = now;
    this.#unreadGroups = this.#access.holdingsOfUnreadGroups().length > 0;
    for (const trust of inventory.trusts.values()) {
      if (trust.subject.kind !== 'federated' || trust.platform !== 'gcp') continue;
      const id = this.#access.idOf(trust.principal);
      this.#trustsInto.set(id, [...(this.#trustsInto.get(id) ?? []), trust]);
    }
  }

  run(): ReadonlyMap<string, EffectivePermissions> {
    const delegations = new Map<string, readonly Area[]>();
    for (const principal of this.#access.acting) {
      const rights = new Rights(this.#access, principal, this.#now);
      this.#judged.set(principal.id, this.#judge(principal, rights));
      this.#ways.set(principal.id, this.#finder.waysOf(rights));
      const areas = this.#finder.delegations(rights);
      if (areas.length > 0) delegations.set(principal.id, areas);
    }
    for (const [id, ways] of delegationWays(delegations, this.#ways, this.#access)) {
      this.#ways.set(id, [...(this.#ways.get(id) ?? []), ...ways]);
    }
    const distances = new Distances(new Map([...this.#judged].map(([id, { admin }]) => [id, admin])), this.#ways);
    const results = new Map<string, EffectivePermissions>();
    for (const principal of this.#access.acting) {
      const judged = this.#judged.get(principal.id);
      if (judged !== undefined) results.set(principal.id, this.#result(principal, judged, distances));
    }
    for (const [id, escalations] of this.#workloads()) results.set(id, { ...nothing(id), escalations });
    return results;
  }

  #judge(principal: Principal, rights: Rights): Judged {
    const owned = ownedAreas(rights);
    return {
      owned,
      admin: adminOf(owned),
      privileges: privilegesOf(rights, owned),
      unknownRoles: this.#unknownRoles(rights),
      unseen: this.#unseen(principal, rights),
      nodes: [...new Set(rights.holdings.map(({ node }) => node))],
    };
  }

  #result(principal: Principal, judged: Judged, distances: Distances): EffectivePermissions {
    const { id } = principal;
    const known = new Set<string>();
    const escalations = (this.#ways.get(id) ?? []).flatMap((way) => {
      // What one way leads to for certain, another one is told of by its nearest end only.
      const key = way.to.kind === 'accounts' ? way.to.set.key : '';
      const shown = known.has(key) ? 1 : SHOWN;
      if (way.to.kind === 'accounts' && way.answer === 'yes') known.add(key);
      return this.#escalations(way, principal, judged.owned, distances, shown);
    });
    return {
      principal: id,
      admin: judged.admin,
      privileges: judged.privileges,
      escalations: [...judged.unknownRoles, ...strongest(escalations)],
      federation: (this.#trustsInto.get(id) ?? []).flatMap((trust) => classifyFederation(trust) ?? []),
      unseen: judged.unseen,
    };
  }

  #escalations(
    way: Way,
    principal: Principal,
    owned: readonly Area[],
    distances: Distances,
    shown: number,
  ): readonly Escalation[] {
    const { row, answer, grants, uses, node, to } = way;
    const where = uses.map((use) => `${use} on ${node}`);
    const { hierarchy } = this.#access;
    // What it owns already is no gain.
    const firmly = owned.filter((area) => area.answer === 'yes');
    const isOwn = (at: string) => firmly.some((area) => hierarchy.isWithin(at, area.node));
    if (to.kind === 'self')
      return isOwn(node) ? [] : [{ id: row.id, answer, target: principal.id, uses: where, evidence: grants }];
    if (to.kind === 'things') {
      const container = hierarchy.chain(node).find(isContainer);
      if (container === undefined || isOwn(node)) return [];
      return [{ id: row.id, answer, target: containerId(container), uses: where, evidence: grants }];
    }
    const gain = (target: string) => target !== principal.id && !this.#isNoGain(target, isOwn);
    const targets = firstOf(distances.nearest(to.set), shown, ({ id }) => gain(id));
    const all = to.set.targets.length;
    const said =
      all > SHOWN ? where.map((use, index) => (index === 0 ? `${use} (one of ${all} accounts)` : use)) : where;
    return targets.map((target) => ({
      id: row.id,
      answer: and(answer, target.answer),
      target: target.id,
      uses: said,
      evidence: target.evidence.length === 0 ? grants : [...new Set([...grants, ...target.evidence])],
    }));
  }

  /** An owner gains nothing by accounts that hold nothing outside of what it owns. */
  #isNoGain(id: string, isOwn: (node: string) => boolean): boolean {
    const nodes = this.#judged.get(id)?.nodes ?? [];
    const account = this.#access.inventory.principals.get(id);
    return isOwn(`serviceAccounts/${account?.nativeId}`) && nodes.every(isOwn);
  }

  /** Roles that nobody knows can hold anything: said once, and not as every way there is. */
  #unknownRoles({ holdings, principal }: Rights): readonly Escalation[] {
    const unknown = holdings.filter(({ role, node }) => isContainer(node) && this.#access.roles.isUnknown(role));
    if (unknown.length === 0) return [];
    const names = [...new Set(unknown.map(({ role }) => role))];
    return [
      {
        id: 'unread-role',
        answer: { if: names.slice(0, SHOWN).map((role) => `${role} (not read) allows it`) },
        target: principal.id,
        uses: names,
        evidence: [...new Set(unknown.map(({ grant }) => grant.id))],
      },
    ];
  }

  #unseen(principal: Principal, { holdings }: Rights): readonly string[] {
    const { roles, hasDenyPolicies, unreadDenials } = this.#access;
    const unread = unreadDenials.filter(({ scope }) =>
      this.#concerns(
        scope,
        holdings.map(({ node }) => node),
      ),
    );
    const isPerson = principal.kind === 'user' || principal.kind === 'service-account';
    return [
      ...(hasDenyPolicies ? [] : ['deny policies']),
      ...new Set(unread.map(({ via }) => `rules of ${via[0]}`)),
      'principal access boundaries',
      ...new Set(holdings.filter(({ role }) => roles.isUnknown(role)).map(({ role }) => `role ${role}`)),
      ...(principal.kind === 'group' ? ['members of the group'] : []),
      ...(isPerson && this.#unreadGroups ? ['groups of the principal'] : []),
    ];
  }

  #concerns(scope: string, nodes: readonly string[]): boolean {
    const { hierarchy } = this.#access;
    const point = hierarchy.canonical(scope);
    return nodes.some((node) => hierarchy.isWithin(node, point) || hierarchy.isWithin(point, node));
  }

  /** What runs as an account has its tokens, as far as the scopes of an instance go. */
  #workloads(): ReadonlyMap<string, readonly Escalation[]> {
    const found = new Map<string, Escalation[]>();
    for (const trust of this.#access.inventory.trusts.values()) {
      if (trust.how !== 'runs-as' || trust.platform !== 'gcp' || trust.subject.kind !== 'principal') continue;
      const workload = this.#access.inventory.principals.get(trust.subject.id);
      if (workload?.platform !== 'gcp') continue;
      const narrow = workload.attributes?.full_access_scope === false;
      const answer: Answer = narrow ? { if: ['the scopes of the instance cover it'] } : 'yes';
      const escalation = {
        id: 'runs-as',
        answer,
        target: this.#access.idOf(trust.principal),
        uses: ['runs as'],
        evidence: [trust.id],
      };
      found.set(workload.id, [...(found.get(workload.id) ?? []), escalation]);
    }
    return found;
  }
}

/** How many of a long list are looked at: of an owner's accounts nearly all are no gain. */
const LOOKED_AT = 1_000;

function firstOf<T>(items: readonly T[], count: number, wanted: (item: T) => boolean): readonly T[] {
  const found: T[] = [];
  for (const item of items.slice(0, LOOKED_AT)) {
    if (found.length === count) break;
    if (wanted(item)) found.push(item);
  }
  return found;
}

/** Several bindings can open one way to one target: that is one way. */
function strongest(escalations: readonly Escalation[]): readonly Escalation[] {
  const byEnd = new Map<string, Escalation>();
  for (const escalation of escalations) {
    const key = `${escalation.id} ${escalation.target}`;
    const known = byEnd.get(key);
    if (known === undefined) byEnd.set(key, escalation);
    else if (known.answer !== 'yes') {
      byEnd.set(
        key,
        escalation.answer === 'yes'
          ? escalation
          : {
              ...known,
              answer: or(known.answer, escalation.answer),
              evidence: [...new Set([...known.evidence, ...escalation.evidence])],
            },
      );
    }
  }
  return [...byEnd.values()];
}

function nothing(principal: string): EffectivePermissions {
  return { principal, admin: 'no', privileges: [], escalations: [], federation: [], unseen: [] };
}
