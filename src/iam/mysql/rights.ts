import { type Answer, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import { append } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import type { AccessAnswer } from '../evaluator.ts';
import { comesBefore, literalName, matchesDatabase } from './pattern.ts';
import { type MysqlResource, parseResource } from './resource.ts';

interface Right {
  readonly grant: Grant;
  readonly resource: MysqlResource;
  readonly actions: ReadonlySet<string>;
}

/** Rights of which ALL is not made, wherever it is given. */
const NOT_IN_ALL: ReadonlySet<string> = new Set(['grant option', 'proxy']);

/** Rights that are given on everything only: what else they are asked on, they are had or not. */
export const GLOBAL_ONLY: ReadonlySet<string> = new Set([
  ...[
    'create user',
    'file',
    'process',
    'reload',
    'replication client',
    'replication slave',
    'show databases',
    'shutdown',
    'super',
  ],
  ...[
    'create tablespace',
    'create role',
    'drop role',
    'binlog monitor',
    'read_only admin',
    'set user',
    'federated admin',
  ],
]);

/** Words of one server for what another calls otherwise. */
const SAME: Readonly<Record<string, string>> = {
  'delete versioning rows': 'delete history',
  'replication client': 'binlog monitor',
};

/**
 * Accounts, roles and rights of all servers of a view. A role that was given counts: its member may make it active whenever it
 * likes (MySQL: "Using Roles"; MariaDB: SET ROLE).
 */
export class MysqlRights {
  readonly #inventory: Inventory;
  readonly #byHolder = new Map<string, Right[]>();
  readonly #memberships = new Map<string, Trust[]>();
  readonly #literalPatterns = new Map<string, boolean>();
  /** Who has a role. */
  readonly #members = new Map<string, string[]>();
  readonly #relatives = new Map<string, readonly string[]>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    for (const grant of inventory.grants.select('mysql')) {
      const resource = parseResource(grant.resources[0] ?? '');
      if (resource === undefined) continue;
      const list = this.#byHolder.get(grant.principal) ?? [];
      this.#byHolder.set(grant.principal, list);
      list.push({ grant, resource, actions: new Set(grant.actions.map((action) => SAME[action] ?? action)) });
    }
    for (const trust of inventory.trusts.values()) {
      if (trust.platform !== 'mysql' || trust.how !== 'member-of' || trust.subject.kind !== 'principal') continue;
      append(this.#memberships, trust.subject.id, trust);
      append(this.#members, trust.principal, trust.subject.id);
    }
  }

  memberships(id: string): readonly Trust[] {
    return this.#memberships.get(id) ?? [];
  }

  rightsOf(holder: string): readonly Right[] {
    return this.#byHolder.get(holder) ?? [];
  }

  /** Itself, the roles that it may make active, everybody's role, with the memberships that lead there. */
  holders(id: string): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, readonly string[]>([[id, []]]);
    for (const [holder, trusts] of found) {
      for (const trust of this.memberships(holder)) {
        if (!found.has(trust.principal)) found.set(trust.principal, [...trusts, trust.id]);
      }
    }
    const everybody = `mysql:public:${this.server(id)}/PUBLIC`;
    if (this.#byHolder.has(everybody)) found.set(everybody, []);
    return found;
  }

  server(id: string): string {
    return this.#inventory.principals.get(id)?.scope[0] ?? '';
  }

  flavour(id: string): string | undefined {
    const flavour = this.#serverRow(id)?.attributes?.flavour;
    return typeof flavour === 'string' ? flavour : undefined;
  }

  /** Whether an account may do something, of all levels at which that can be given. */
  may(id: string, written: string, asked: MysqlResource | undefined): AccessAnswer {
    const action = SAME[written] ?? written;
    const everywhere = GLOBAL_ONLY.has(action) || action.includes('_') ? ALL : asked;
    const answers: Answer[] = [];
    const sure = { grants: new Set<string>(), trusts: new Set<string>() };
    const possible = { grants: new Set<string>(), trusts: new Set<string>() };
    for (const [holder, trusts] of this.holders(id)) {
      for (const { answer, grants } of this.#levels(holder, action, everywhere)) {
        if (answer === 'no') continue;
        answers.push(answer);
        const into = answer === 'yes' ? sure : possible;
        for (const grant of grants) into.grants.add(grant);
        for (const trust of trusts) into.trusts.add(trust);
      }
    }
    const answer = or('no', ...answers);
    const telling = answer === 'yes' ? sure : possible;
    const row = this.#inventory.principals.get(id);
    // Of an account that only something names nothing else is known.
    const unread: Answer =
      row?.seen === 'listed' || this.rightsOf(id).length > 0
        ? 'no'
        : { if: [`rights of ${row?.name ?? id} (not read)`] };
    return { answer: or(answer, unread), grants: [...telling.grants], trusts: [...telling.trusts] };
  }

  #levels(
    holder: string,
    action: string,
    asked: MysqlResource | undefined,
  ): readonly { answer: Answer; grants: readonly string[] }[] {
    const rights = this.rightsOf(holder);
    if (asked === undefined) {
      return rights
        .filter(({ grant, actions }) => grant.effect === 'allow' && has(actions, action))
        .map(({ grant }) => ({ answer: 'yes' as const, grants: [grant.id] }));
    }
    const found: { answer: Answer; grants: readonly string[] }[] = [];
    const level = (type: MysqlResource['type']) => rights.filter(({ resource }) => resource.type === type);
    for (const { grant, actions } of level('all')) {
      if (grant.effect === 'allow' && has(actions, action))
        found.push({ answer: this.#unlessRevoked(rights, action, asked), grants: [grant.id] });
    }
    if (asked.type === 'account') {
      for (const { grant, resource, actions } of level('account')) {
        if (actions.has(action) && (resource.name === asked.name || isAnybody(resource.name)))
          found.push({ answer: 'yes', grants: [grant.id] });
      }
    }
    if (asked.type === 'all' || asked.type === 'account') return found;
    found.push(...this.#byDatabase(holder, level('database'), action, asked));
    for (const { grant, resource, actions } of rights) {
      const same = resource.type === asked.type && resource.database === asked.database && resource.name === asked.name;
      if (grant.effect !== 'allow' || !same || !has(actions, action)) continue;
      if (resource.column === undefined || resource.column === asked.column)
        found.push({ answer: 'yes', grants: [grant.id] });
      else if (asked.column === undefined)
        found.push({ answer: { if: [`only column ${resource.column}`] }, grants: [grant.id] });
    }
    return found;
  }

  /** Of the patterns that match a database the most specific counts, and no other. */
  #byDatabase(
    holder: string,
    rights: readonly Right[],
    action: string,
    asked: MysqlResource,
  ): readonly { answer: Answer; grants: readonly string[] }[] {
    const literal = this.#isLiteral(holder);
    const matches = ({ grant, resource }: Right): boolean => {
      if (grant.effect !== 'allow' || resource.type !== 'database') return false;
      if (asked.type === 'database' && resource.database === asked.database) return true;
      return literal
        ? literalName(resource.database) === asked.database
        : matchesDatabase(resource.database, asked.database);
    };
    const matching = rights.filter(matches);
    // MariaDB hands the rights of a role on to roles that have it before it compares.
    const rivals = [...matching, ...this.#related(holder).flatMap((id) => this.rightsOf(id).filter(matches))];
    const all = rivals.every(({ actions }) => has(actions, action));
    const before = (one: Right, other: Right) => comesBefore(one.resource.database, other.resource.database);
    const alone = this.#takesOne(holder);
    return matching
      .filter(({ actions }) => has(actions, action))
      .map((right) => {
        // Rights on the same pattern are one entry of the server.
        const others = rivals.filter(({ resource }) => resource.database !== right.resource.database);
        const sure = literal || all || others.every((other) => before(right, other));
        const beaten = alone && others.some((other) => before(other, right));
        const counts: Answer = sure ? 'yes' : beaten ? 'no' : { if: ['patterns of databases count together'] };
        return { answer: counts, grants: [right.grant.id] };
      });
  }

  /** Whether a holder's rights on databases are compared among themselves: MySQL unites them with those of active roles. */
  #takesOne(holder: string): boolean {
    if (this.#related(holder).length > 0) return false;
    return this.flavour(holder) === 'mariadb' || (this.memberships(holder).length === 0 && !this.#members.has(holder));
  }

  /** A right on everything, less the databases that it was revoked on (MySQL: "Privilege Restriction Using Partial Revokes"). */
  #unlessRevoked(rights: readonly Right[], action: string, asked: MysqlResource): Answer {
    const revoked = rights.filter(({ grant, actions }) => grant.effect === 'deny' && has(actions, action));
    if (revoked.length === 0 || GLOBAL_ONLY.has(action)) return 'yes';
    const databases = revoked.map(({ resource }) => resource.database);
    if (asked.type === 'all') return { if: databases.map((database) => `not on ${database}`) };
    // Patterns are names where this is possible.
    return databases.some((database) => literalName(database) === literalName(asked.database)) ? 'no' : 'yes';
  }

  /** Roles that a role has, or that have it; of an account none. */
  #related(holder: string): readonly string[] {
    const known = this.#relatives.get(holder);
    if (known !== undefined) return known;
    const isRole = this.#members.has(holder);
    const found = new Set<string>();
    if (isRole) {
      const up = [holder];
      for (const id of up)
        for (const member of this.#members.get(id) ?? [])
          if (this.#members.has(member) && !up.includes(member)) up.push(member);
      for (const id of up) for (const role of this.holders(id).keys()) found.add(role);
      found.delete(holder);
    }
    const related = [...found];
    this.#relatives.set(holder, related);
    return related;
  }

  /** With partial revokes wildcards are characters like others. */
  #isLiteral(id: string): boolean {
    const server = this.server(id);
    const known = this.#literalPatterns.get(server) ?? this.#serverRow(id)?.attributes?.partial_revokes === true;
    this.#literalPatterns.set(server, known);
    return known;
  }

  #serverRow(id: string): Principal | undefined {
    return this.#inventory.principals.get(`mysql:server:${this.server(id)}`);
  }
}

const ALL: MysqlResource = { type: 'all', database: '', name: '', column: undefined };

function has(actions: ReadonlySet<string>, action: string): boolean {
  return actions.has(action) || (actions.has('all') && !NOT_IN_ALL.has(action));
}

/** An account without a name stands for all, whatever host it has. */
export function isAnybody(account: string): boolean {
  return account.startsWith('@');
}
