import type { Answer } from '../../model/answer.ts';
import { and, or } from '../../model/answer.ts';
import type { EffectivePermissions, Escalation, Privilege } from '../../model/effective.ts';
import { append } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import type { Evaluator } from '../evaluator.ts';
import { classifyFederation } from '../federation.ts';
import { type AzureAccess, azureAccess } from './access.ts';
import { adminDecision } from './admin.ts';
import { askerOf } from './asker.ts';
import { Subject } from './decision.ts';
import { Distances } from './distances.ts';
import { Population } from './population.ts';
import { privilegesOf } from './privileges.ts';
import { type Way, way } from './way.ts';
import { waysByAuthorization } from './ways-by-authorization.ts';
import { waysInDirectory } from './ways-by-directory.ts';
import { waysOverResources } from './ways-by-resources.ts';

const HOLDERS: ReadonlySet<string> = new Set(['service-principal', 'user', 'group', 'object']);

/**
 * Resolves what principals of Azure and Entra can do: roles on scopes of Azure, roles and application permissions in the directory,
 * ownership. A group's entry says what its members have by it. What must be activated first (PIM) is an escalation and no standing
 * right. Access policies of vaults and keys of accounts are not in the inventory.
 */
export const azureEvaluator: Evaluator = {
  platform: 'azure',
  evaluate(inventory) {
    return new Evaluation(inventory).run();
  },
  asker: askerOf,
};

/** How many targets of one way are written down: those nearest to admin, so that no path is lost. */
const SHOWN = 10;

class Evaluation {
  readonly #access: AzureAccess;
  readonly #population: Population;
  readonly #holders: readonly Principal[];
  readonly #owned = new Map<string, Trust[]>();
  readonly #federated = new Map<string, Trust[]>();
  readonly #running = new Map<string, Trust[]>();
  readonly #admins = new Map<string, Answer>();
  readonly #privileges = new Map<string, readonly Privilege[]>();
  readonly #unread = new Map<string, readonly string[]>();
  readonly #ways = new Map<string, readonly Way[]>();
  readonly #unseen: readonly string[];

  constructor(inventory: Inventory) {
    this.#access = azureAccess(inventory);
    this.#population = new Population(this.#access);
    const { resolve } = this.#access;
    this.#holders = [...inventory.principals.values()].filter(
      ({ id, platform, kind }) => platform === 'azure' && HOLDERS.has(kind) && resolve(id) === id,
    );
    for (const trust of inventory.trusts.values()) {
      if (trust.platform !== 'azure') continue;
      if (trust.subject.kind === 'federated') append(this.#federated, resolve(trust.principal), trust);
      if (trust.subject.kind !== 'principal') continue;
      if (trust.how === 'owner-of') append(this.#owned, resolve(trust.subject.id), trust);
      if (trust.how === 'runs-as' || trust.how === 'signs-in-as')
        append(this.#running, resolve(trust.subject.id), trust);
    }
    this.#unseen = unseenOf(inventory);
  }

  run(): ReadonlyMap<string, EffectivePermissions> {
    for (const holder of this.#holders) this.#look(new Subject(holder, this.#access));
    for (const [id, trusts] of this.#running) {
      const ways = trusts.flatMap((trust) => this.#signsIn(trust));
      this.#ways.set(id, [...(this.#ways.get(id) ?? []), ...ways]);
    }
    const distances = new Distances(this.#admins, this.#ways);
    const results = new Map<string, EffectivePermissions>();
    for (const { id } of this.#holders) {
      const result = this.#result(id, distances);
      if (result !== undefined) results.set(id, result);
    }
    for (const id of this.#running.keys()) {
      if (!results.has(id)) results.set(id, { ...this.#nothing(id), escalations: this.#escalations(id, distances) });
    }
    return results;
  }

  /** Everything that needs no other principal; what it was found with is not kept. */
  #look(subject: Subject): void {
    const { id } = subject.principal;
    const directory = this.#access.directoryRulesOf(id);
    const standing = subject.standing();
    const admin = adminDecision(standing, directory, this.#access);
    this.#admins.set(id, admin.answer);
    this.#privileges.set(id, privilegesOf(standing, admin, directory, this.#access));
    const unread = unreadRoles(subject);
    if (unread.length > 0) this.#unread.set(id, unread);
    // Who is admin gains nothing any more.
    if (admin.answer === 'yes') return;
    const groups = [...this.#access.holdersOf(id).keys()]
      .filter((holder) => holder !== id)
      .flatMap((holder) => this.#access.inventory.principals.get(holder) ?? []);
    const owned = [...this.#access.holdersOf(id).keys()].flatMap((holder) => this.#owned.get(holder) ?? []);
    this.#ways.set(id, [
      ...(subject === standing ? [] : this.#activation(subject)),
      ...waysByAuthorization(subject, admin, groups, this.#access),
      ...waysOverResources(subject, this.#population, groups),
      ...waysInDirectory({
        principal: subject.principal,
        rules: directory,
        owned,
        access: this.#access,
        population: this.#population,
      }),
    ]);
  }

  /** A role that it may activate and that would make it admin. */
  #activation(subject: Subject): readonly Way[] {
    const found = adminDecision(subject, [], this.#access);
    return way('pim-activate', found, [found.what], { kind: 'self' });
  }

  #signsIn(trust: Trust): readonly Way[] {
    const runs = trust.how === 'runs-as';
    const found = { answer: 'yes', grants: [], trusts: [trust.id] } as const;
    return way(runs ? 'runs-as' : 'signs-in-as', found, [runs ? 'runs as' : 'signs in as its service principal'], {
      kind: 'one',
      id: this.#access.resolve(trust.principal),
    });
  }

  #result(id: string, distances: Distances): EffectivePermissions | undefined {
    const escalations = this.#escalations(id, distances);
    const federation = (this.#federated.get(id) ?? []).flatMap((trust) => classifyFederation(trust) ?? []);
    const nothing = this.#unseen.length === SOURCES.length && escalations.length === 0 && federation.length === 0;
    // Of whom nothing was read that could say what it may do there is no answer, and not "no".
    if (nothing) return undefined;
    return {
      principal: id,
      admin: this.#admins.get(id) ?? 'no',
      privileges: this.#privileges.get(id) ?? [],
      escalations,
      federation,
      unseen: [...this.#unseen, ...(this.#unread.get(id) ?? [])],
    };
  }

  #escalations(id: string, distances: Distances): readonly Escalation[] {
    const found = (this.#ways.get(id) ?? []).flatMap((one) => this.#escalationsBy(one, id, distances));
    return mergedByEnd(found);
  }

  #escalationsBy({ id, answer, uses, evidence, to }: Way, from: string, distances: Distances): readonly Escalation[] {
    if (to.kind === 'self') return [{ id, answer, target: from, uses, evidence }];
    if (to.kind === 'one') return to.id === from ? [] : [{ id, answer, target: to.id, uses, evidence }];
    const own = this.#access.holdersOf(from);
    const others = distances.nearest(to.set, SHOWN + 1).filter((member) => !own.has(member.id));
    const many = to.set.members.length > SHOWN ? ` (one of ${to.set.members.length})` : '';
    return others.slice(0, SHOWN).map((member) => ({
      id,
      answer: and(answer, member.answer),
      target: member.id,
      uses: uses.map((use, index) => (index === 0 ? `${use}${onResource(member.resource)}${many}` : use)),
      evidence: [...new Set([...evidence, ...member.evidence])],
    }));
  }

  #nothing(principal: string): EffectivePermissions {
    return { principal, admin: 'no', privileges: [], escalations: [], federation: [], unseen: this.#unseen };
  }
}

function onResource(resource: string | undefined): string {
  return resource === undefined ? '' : `, on ${resource.slice(resource.lastIndexOf('/') + 1)}`;
}

/** One row and one end may be reached over several scopes. */
function mergedByEnd(escalations: readonly Escalation[]): readonly Escalation[] {
  const byEnd = new Map<string, Escalation>();
  for (const escalation of escalations) {
    const key = `${escalation.id} ${escalation.target}`;
    const known = byEnd.get(key);
    if (known === undefined) byEnd.set(key, escalation);
    else if (known.answer !== 'yes') {
      const answer: Answer = or(known.answer, escalation.answer);
      byEnd.set(key, answer === 'yes' ? escalation : { ...known, answer });
    }
  }
  return [...byEnd.values()];
}

/** What an assignment of each source looks like. */
const SOURCES: readonly (readonly [string, string])[] = [
  ['role:', 'role assignments'],
  ['directory-role:', 'directory role assignments'],
  ['app-role:', 'app role assignments'],
];

/** Sources of which nothing was read at all. */
function unseenOf(inventory: Inventory): readonly string[] {
  const prefixes = new Set<string>();
  for (const { effect, actions } of inventory.grants.select('azure')) {
    if (effect === 'deny') continue;
    const [prefix] = /^[a-z-]+:/.exec(actions[0] ?? '') ?? [];
    if (prefix !== undefined) prefixes.add(prefix);
  }
  return SOURCES.flatMap(([prefix, what]) => (prefixes.has(prefix) ? [] : [what]));
}

function unreadRoles({ rules }: Subject): readonly string[] {
  return [...new Set(rules.flatMap(({ role }) => (role.permissions === undefined ? [`role ${role.name}`] : [])))];
}
