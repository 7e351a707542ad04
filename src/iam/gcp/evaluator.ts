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

interface Judged {
  readonly rights: Rights;
  readonly owned: readonly Area[];
  readonly admin: Answer;
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
    for (const principal of this.#access.acting) {
      const rights = new Rights(this.#access, principal, this.#now);
      const owned = ownedAreas(rights);
      this.#judged.set(principal.id, { rights, owned, admin: adminOf(owned) });
      this.#ways.set(principal.id, this.#finder.waysOf(rights));
    }
    this.#addDelegations();
    const distances = new Distances(new Map([...this.#judged].map(([id, { admin }]) => [id, admin])), this.#ways);
    const results = new Map<string, EffectivePermissions>();
    for (const principal of this.#access.acting) {
      const judged = this.#judged.get(principal.id);
      if (judged !== undefined) results.set(principal.id, this.#result(principal, judged, distances));
    }
    for (const [id, escalations] of this.#workloads()) results.set(id, { ...nothing(id), escalations });
    return results;
  }

  #addDelegations(): void {
    const areas = new Map<string, readonly Area[]>();
    for (const [id, { rights }] of this.#judged) {
      const found = this.#finder.delegations(rights);
      if (found.length > 0) areas.set(id, found);
    }
    for (const [id, ways] of delegationWays(areas, this.#ways, this.#access)) {
      this.#ways.set(id, [...(this.#ways.get(id) ?? []), ...ways]);
    }
  }

  #result(principal: Principal, { rights, owned, admin }: Judged, distances: Distances): EffectivePermissions {
    const { id } = principal;
    const escalations = (this.#ways.get(id) ?? []).flatMap((way) =>
      this.#escalations(way, principal, owned, distances),
    );
    return {
      principal: id,
      admin,
      privileges: privilegesOf(rights, owned),
      escalations: [...this.#unknownRoles(rights), ...strongest(escalations)],
      federation: (this.#trustsInto.get(id) ?? []).flatMap((trust) => classifyFederation(trust) ?? []),
      unseen: this.#unseen(principal, rights),
    };
  }

  #escalations(way: Way, principal: Principal, owned: readonly Area[], distances: Distances): readonly Escalation[] {
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
    const targets = distances
      .nearest(to.set)
      .filter((target) => target.id !== principal.id && !this.#isNoGain(target.id, isOwn));
    const many = targets.length > SHOWN ? ` (one of ${targets.length} accounts)` : '';
    return targets.slice(0, SHOWN).map((target) => ({
      id: row.id,
      answer: and(answer, target.answer),
      target: target.id,
      uses: where.map((use, index) => (index === 0 ? `${use}${many}` : use)),
      evidence: [...new Set([...grants, ...target.evidence])],
    }));
  }

  /** An owner gains nothing by accounts that hold nothing outside of what it owns. */
  #isNoGain(id: string, isOwn: (node: string) => boolean): boolean {
    const holdings = this.#judged.get(id)?.rights.holdings ?? [];
    const account = this.#access.inventory.principals.get(id);
    return isOwn(`serviceAccounts/${account?.nativeId}`) && holdings.every(({ node }) => isOwn(node));
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
