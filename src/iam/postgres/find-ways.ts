import { type Answer, and, not, or } from '../../model/answer.ts';
import type { Escalation } from '../../model/effective.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import { covers, parseObjectName } from './object-name.ts';
import { predefinedRole } from './predefined.ts';
import type { Rights } from './rights.ts';
import type { Roles } from './roles.ts';
import { type Need, POSTGRES_WAYS } from './ways.ts';

interface Found {
  readonly answer: Answer;
  readonly evidence: readonly string[];
  readonly uses: string;
}

/** Finds the ways of roles: those of the table, and those over memberships and functions that run as somebody else. */
export class WayFinder {
  readonly #inventory: Inventory;
  readonly #roles: Roles;
  readonly #rights: Rights;
  /** Functions that run as their owner, by their ids. */
  readonly #definers = new Map<string, Trust>();
  readonly #attributeGrants = new Map<string, string>();
  /** Whether everybody has a way, asked once. */
  readonly #publicLeads = new Map<string, boolean>();

  constructor(inventory: Inventory, roles: Roles, rights: Rights) {
    this.#inventory = inventory;
    this.#roles = roles;
    this.#rights = rights;
    for (const trust of inventory.trusts.values()) {
      if (trust.how === 'security-definer' && trust.subject.kind === 'principal')
        this.#definers.set(trust.subject.id, trust);
    }
    for (const grant of inventory.grants.select('postgres')) {
      const [attribute = ''] = grant.via;
      if (attribute.startsWith('attribute:')) {
        this.#attributeGrants.set(`${grant.principal} ${grant.actions[0]}`, grant.id);
      }
    }
  }

  waysOf(principal: Principal): readonly Escalation[] {
    return [
      ...this.#tableWays(principal),
      ...this.#memberships(principal),
      ...this.#grantable(principal),
      ...this.#functions(principal),
      ...this.#everybody(principal),
    ];
  }

  /** What everybody can, told once for all. */
  waysOfPublic(publicRole: Principal): readonly Escalation[] {
    return this.#functionsOf(publicRole, [[publicRole.id, 'yes']]);
  }

  #tableWays(principal: Principal): readonly Escalation[] {
    const cluster = principal.scope[0] ?? '';
    const { since16 } = this.#roles.server(cluster);
    return POSTGRES_WAYS.flatMap((way) => {
      const found = way.all.map((need) => this.#need(principal, cluster, need));
      const circumstances: Answer = way.onlyIf === undefined ? 'yes' : { if: [way.onlyIf] };
      const age: Answer = way.before16 === true ? olderThan16(since16) : 'yes';
      const answer = and(...found.map((one) => one.answer), circumstances, age);
      // An attribute that was not read is told as unseen, and not as every way that it would open.
      const unread = way.all.some((need, index) => 'attribute' in need && typeof found[index]?.answer !== 'string');
      if (answer === 'no' || unread) return [];
      const evidence = [...new Set(found.flatMap((one) => one.evidence))];
      return [{ id: way.id, answer, target: principal.id, uses: found.map(({ uses }) => uses), evidence }];
    });
  }

  #need(principal: Principal, cluster: string, need: Need): Found {
    if ('attribute' in need) {
      const answer = this.#roles.attribute(principal.id, need.attribute);
      const action = need.attribute.replace('_', '');
      const grant = this.#attributeGrants.get(`${principal.id} ${action}`);
      return { answer, evidence: grant === undefined ? [] : [grant], uses: action.toUpperCase() };
    }
    if ('role' in need) {
      const { answer, trusts } = this.#roles.mayUse(principal.id, predefinedRole(cluster, need.role));
      return { answer, evidence: trusts, uses: `member of ${need.role}` };
    }
    const wanted = need.on.flatMap((name) => parseObjectName(name, need.right) ?? []);
    const answers: Answer[] = [];
    const evidence: string[] = [];
    let uses = need.right.toUpperCase();
    for (const [holder, answer, trusts] of this.#usable(principal.id)) {
      for (const { grant, object } of this.#rights.rightsOf(holder)) {
        const has = grant.actions.includes(need.right) || grant.actions.includes('all');
        if (!has || grant.condition !== undefined || !wanted.some((one) => covers(one, withoutArguments(object))))
          continue;
        answers.push(answer);
        evidence.push(grant.id, ...trusts);
        uses = `${need.right.toUpperCase()} on ${object.parts.join('.')}`;
      }
    }
    return { answer: or('no', ...answers), evidence, uses };
  }

  /** Roles whose rights can be used: inherited, or become. Everybody's are not among them. */
  *#usable(id: string): Generator<readonly [string, Answer, readonly string[]]> {
    const settable = this.#roles.settable(id);
    for (const [holder, { answer, trusts }] of this.#roles.inherited(id)) {
      const become = settable.get(holder);
      yield become?.answer === 'yes' ? [holder, 'yes', become.trusts] : [holder, answer, trusts];
    }
    for (const [holder, { answer, trusts }] of settable) {
      if (!this.#roles.inherited(id).has(holder)) yield [holder, answer, trusts];
    }
  }

  /** One step over each membership: becoming the group, or at least using what it owns. */
  #memberships(principal: Principal): readonly Escalation[] {
    return this.#roles.memberships(principal.id).flatMap(({ trust, group, inherit, set }) => {
      if (group === principal.id) return [];
      const step = { target: group, evidence: [trust.id] };
      const become: readonly Escalation[] =
        set === 'no' ? [] : [{ id: 'pg-set-role', answer: set, uses: ['SET ROLE'], ...step }];
      if (set === 'yes' || inherit === 'no' || group.includes(':predefined-role:')) return become;
      // Who has an owner's privileges may change its functions, and have them run as it.
      const answer = and(inherit, not(set), { if: ['it owns a function'] });
      return [...become, { id: 'pg-inherit-owner', answer, uses: ['privileges of the owner'], ...step }];
    });
  }

  /** Who may give a membership to others gives it to itself. Only a superuser gives that in a superuser. */
  #grantable(principal: Principal): readonly Escalation[] {
    const found: Escalation[] = [];
    for (const [holder, answer, trusts] of this.#usable(principal.id)) {
      // What a role that it can become may give, it may give as that role.
      if (holder !== principal.id && this.#roles.settable(principal.id).get(holder)?.answer === 'yes') continue;
      for (const { trust, group, admin } of this.#roles.memberships(holder)) {
        const able = and(answer, admin, not(this.#roles.attribute(group, 'superuser')));
        if (able === 'no' || group === principal.id) continue;
        found.push({
          id: 'pg-grant-role',
          answer: able,
          target: group,
          uses: ['ADMIN OPTION'],
          evidence: [...trusts, trust.id],
        });
      }
    }
    return found;
  }

  #functions(principal: Principal): readonly Escalation[] {
    const settable = this.#roles.settable(principal.id);
    const holders = [...this.#usable(principal.id)].filter(
      ([holder]) => holder === principal.id || settable.get(holder)?.answer !== 'yes',
    );
    return this.#functionsOf(
      principal,
      holders.map(([holder, answer]) => [holder, answer] as const),
    );
  }

  #functionsOf(principal: Principal, holders: readonly (readonly [string, Answer])[]): readonly Escalation[] {
    if (this.#definers.size === 0) return [];
    const cluster = principal.scope[0] ?? '';
    const found = new Map<string, Escalation>();
    for (const [holder, answer] of holders) {
      for (const { grant, object } of this.#rights.rightsOf(holder)) {
        if (object.type !== 'function' || grant.condition !== undefined) continue;
        if (!grant.actions.includes('execute') && !grant.actions.includes('all')) continue;
        const name = (grant.resources[0] ?? '').slice('function:'.length);
        const trust = this.#definers.get(principalId('postgres', 'function', `${cluster}/${name}`));
        if (trust === undefined || trust.principal === principal.id || found.has(trust.principal)) continue;
        found.set(trust.principal, {
          id: 'pg-security-definer',
          answer: and(answer, { if: [`${name} does what is wanted`] }),
          target: trust.principal,
          uses: [`EXECUTE on ${name}`],
          evidence: [grant.id, trust.id],
        });
      }
    }
    return [...found.values()];
  }

  /** One edge to what everybody can, so that functions which all may call are not told for each role. */
  #everybody({ scope }: Principal): readonly Escalation[] {
    const id = principalId('postgres', 'public', `${scope[0] ?? ''}/PUBLIC`);
    const publicRole = this.#inventory.principals.get(id);
    if (publicRole === undefined) return [];
    const leads = this.#publicLeads.get(id) ?? this.waysOfPublic(publicRole).length > 0;
    this.#publicLeads.set(id, leads);
    if (!leads) return [];
    return [{ id: 'pg-public', answer: 'yes', target: id, uses: ['rights of PUBLIC'], evidence: [] }];
  }
}

/** Before 16, and neither surely nor surely not where the version is not known. */
function olderThan16(since16: Answer): Answer {
  return typeof since16 === 'string' ? not(since16) : { if: ['the server is older than PostgreSQL 16'] };
}

function withoutArguments(object: ReturnType<typeof parseObjectName> & object) {
  if (object.type !== 'function') return object;
  return { ...object, parts: object.parts.map((part) => part.replace(/\(.*$/s, '')) };
}
