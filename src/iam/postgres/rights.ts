import { type Answer, and, or } from '../../model/answer.ts';
import type { Grant } from '../../model/grant.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { JsonObject } from '../../model/json.ts';
import type { AccessAnswer } from '../evaluator.ts';
import { covers, type ObjectName, parseObjectName } from './object-name.ts';
import { predefinedRights } from './predefined.ts';
import type { Roles } from './roles.ts';

interface Right {
  readonly grant: Grant;
  readonly object: ObjectName;
}

const NOTHING: AccessAnswer = { answer: 'no', grants: [], trusts: [] };

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'truncate']);

/** Rights on objects, and who has them: by grants, by owning, by being everybody, by memberships and by predefined roles. */
export class Rights {
  readonly #roles: Roles;
  readonly #inventory: Inventory;
  readonly #byHolder = new Map<string, Right[]>();
  /** Objects that something was said of, by cluster and name. */
  readonly #known = new Set<string>();
  /** Who owns what, for the database owner's role. */
  readonly #owners = new Map<string, { readonly id: string; readonly grant: string }>();

  constructor(inventory: Inventory, roles: Roles) {
    this.#inventory = inventory;
    this.#roles = roles;
    for (const grant of inventory.grants.select('postgres')) {
      if (grant.effect !== 'allow') continue;
      for (const resource of grant.resources) {
        const object = parseObjectName(resource, '');
        if (object === undefined || !resource.includes(':')) continue;
        const list = this.#byHolder.get(grant.principal) ?? [];
        this.#byHolder.set(grant.principal, list);
        list.push({ grant, object });
        if (grant.condition !== undefined) continue;
        const key = `${grant.scope}/${keyOf(object)}`;
        this.#known.add(key);
        if (grant.actions.includes('owner')) this.#owners.set(key, { id: grant.principal, grant: grant.id });
      }
    }
  }

  rightsOf(holder: string): readonly Right[] {
    return this.#byHolder.get(holder) ?? [];
  }

  /** Whether a role may do this to an object, with the use of the schema that it stands in. */
  may(id: string, action: string, object: ObjectName): AccessAnswer {
    const superuser = this.#roles.attribute(id, 'superuser');
    if (superuser === 'yes') return this.#bySuperuser(id);
    const own = this.#onObject(id, action, object);
    const schema = this.#inSchema(id, object);
    const all = schema === undefined ? own : both(own, schema);
    return superuser === 'no' ? all : { ...all, answer: or(all.answer, superuser) };
  }

  /** The same without the schema: what `has_table_privilege` and its like answer. */
  mayOnObject(id: string, action: string, object: ObjectName): AccessAnswer {
    const superuser = this.#roles.attribute(id, 'superuser');
    if (superuser === 'yes') return this.#bySuperuser(id);
    const own = this.#onObject(id, action, object);
    return superuser === 'no' ? own : { ...own, answer: or(own.answer, superuser) };
  }

  /** Any object at all. */
  mayAnywhere(id: string, action: string): AccessAnswer {
    if (this.#roles.attribute(id, 'superuser') === 'yes') return this.#bySuperuser(id);
    const cluster = this.#cluster(id);
    const found: AccessAnswer[] = [];
    for (const [holder, reached] of this.#holders(id)) {
      for (const { grant } of this.rightsOf(holder)) {
        if (
          !grant.actions.includes(action) &&
          !grant.actions.includes('all') &&
          !(grant.actions.includes('owner') && action !== 'connect')
        )
          continue;
        const answer = grant.condition === undefined ? 'yes' : laterOf(grant);
        found.push({ answer: and(reached.answer, answer), grants: [grant.id], trusts: reached.trusts });
      }
      for (const type of ['table', 'schema', 'sequence']) {
        if (predefinedRights(holder, cluster, type).includes(action))
          found.push({ answer: reached.answer, grants: [], trusts: reached.trusts });
      }
    }
    const all = anyOf(found);
    if (all.answer === 'yes') return all;
    return { ...all, answer: or(all.answer, { if: [`rights on objects of ${cluster} (not read)`] }) };
  }

  #onObject(id: string, action: string, object: ObjectName): AccessAnswer {
    const cluster = this.#cluster(id);
    // Whatever was given: system catalogs are changed by superusers only.
    if (object.type === 'table' && object.parts[1] === 'pg_catalog' && WRITES.has(action)) return NOTHING;
    const found: AccessAnswer[] = [];
    for (const [holder, reached] of this.#holders(id, object)) {
      for (const { grant, object: given } of this.rightsOf(holder)) {
        const answer = this.#gives(grant, given, action, object, cluster);
        if (answer !== 'no')
          found.push({ answer: and(reached.answer, answer), grants: [grant.id], trusts: reached.trusts });
      }
      if (predefinedRights(holder, cluster, object.type).includes(action)) {
        found.push({ answer: reached.answer, grants: [], trusts: reached.trusts });
      }
    }
    const all = anyOf(found);
    const unread = this.#unread(cluster, object);
    return unread === undefined ? all : { ...all, answer: or(all.answer, unread) };
  }

  #gives(grant: Grant, given: ObjectName, action: string, asked: ObjectName, cluster: string): Answer {
    if (!covers(given, asked)) return 'no';
    const has = grant.actions.includes(action) || grant.actions.includes('all');
    const owns = grant.actions.includes('owner');
    if (!has) {
      if (!owns) return 'no';
      // What was taken from an owner it can give itself again.
      return action === 'owner' ? 'yes' : { if: ['the owner gives it to itself'] };
    }
    // A right on objects that are still to be made counts for those that nothing else is known of.
    if (grant.condition !== undefined) return this.#known.has(`${cluster}/${keyOf(asked)}`) ? 'no' : laterOf(grant);
    if (given.parts.at(-1) === '*')
      return this.#known.has(`${cluster}/${keyOf(asked)}`)
        ? 'yes'
        : { if: ['it was there when all of its schema were given'] };
    if (given.column === undefined) return 'yes';
    if (asked.column === given.column) return 'yes';
    return asked.column === undefined ? { if: [`only column ${given.column}`] } : 'no';
  }

  /** Tables, sequences and functions can only be used by who has USAGE on their schema. */
  #inSchema(id: string, object: ObjectName): AccessAnswer | undefined {
    if (!['table', 'sequence', 'function', 'type'].includes(object.type)) return undefined;
    const [database = '', schema = ''] = object.parts;
    if (schema === 'pg_catalog' || schema === 'information_schema') return undefined;
    const name: ObjectName = { type: 'schema', parts: [database, schema], column: undefined };
    // A schema that nothing is said of: public is open to all, of others it is told once, as unseen.
    if (!this.#known.has(`${this.#cluster(id)}/${keyOf(name)}`)) return undefined;
    return this.#onObject(id, 'usage', name);
  }

  /** Roles whose rights count for one: its own, those it inherits, everybody's, the database owner's. */
  *#holders(
    id: string,
    object?: ObjectName,
  ): Generator<readonly [string, { readonly answer: Answer; readonly trusts: readonly string[] }]> {
    const cluster = this.#cluster(id);
    const inherited = this.#roles.inherited(id);
    yield* inherited;
    yield [principalId('postgres', 'public', `${cluster}/PUBLIC`), { answer: 'yes', trusts: [] }];
    const database = object?.parts[0];
    if (database === undefined || object?.type === 'parameter') return;
    const owner = this.#owners.get(`${cluster}/database:${database}`);
    const ownerRole = principalId('postgres', 'predefined-role', `${cluster}/pg_database_owner`);
    if (owner === undefined) {
      if (!inherited.has(ownerRole))
        yield [ownerRole, { answer: { if: [`it owns the database ${database} (not read)`] }, trusts: [] }];
      return;
    }
    const reached = inherited.get(owner.id);
    if (reached !== undefined) yield [ownerRole, reached];
  }

  /** Why nothing that was found is no "no" here. */
  #unread(cluster: string, object: ObjectName): Answer | undefined {
    const server = this.#roles.server(cluster);
    const conditions: string[] = [];
    if (!server.memberships) conditions.push('memberships (not read)');
    const [database = ''] = object.parts;
    const known = this.#known.has(`${cluster}/${keyOf(object)}`);
    const read =
      object.type === 'table' && object.column === undefined ? server.tables(database) : server.objects(database);
    const shared = object.type === 'database' || object.type === 'parameter' || object.type === 'tablespace';
    if (!known && (shared || !read)) conditions.push(`rights on ${object.type} ${object.parts.join('.')} (not read)`);
    return conditions.length === 0 ? undefined : { if: conditions };
  }

  #bySuperuser(id: string): AccessAnswer {
    const grants = [...(this.#superuserGrants().get(id) ?? [])];
    return { answer: 'yes', grants, trusts: [] };
  }

  #superusers: Map<string, string[]> | undefined;

  #superuserGrants(): ReadonlyMap<string, readonly string[]> {
    if (this.#superusers !== undefined) return this.#superusers;
    this.#superusers = new Map();
    for (const grant of this.#inventory.grants.select('postgres')) {
      if (grant.actions.includes('superuser')) this.#superusers.set(grant.principal, [grant.id]);
    }
    return this.#superusers;
  }

  #cluster(id: string): string {
    return this.#inventory.principals.get(id)?.scope[0] ?? '';
  }
}

function keyOf({ type, parts }: ObjectName): string {
  return `${type}:${parts.join('\0')}`;
}

function laterOf(grant: Grant): Answer {
  const creator = (grant.condition as JsonObject | undefined)?.default_privileges_of;
  return {
    if: [`${typeof creator === 'string' ? creator : 'its owner'} made it after the default privileges were set`],
  };
}

function both(a: AccessAnswer, b: AccessAnswer): AccessAnswer {
  const answer = and(a.answer, b.answer);
  if (answer === 'no') return NOTHING;
  return { answer, grants: [...new Set([...a.grants, ...b.grants])], trusts: [...new Set([...a.trusts, ...b.trusts])] };
}

/** Of what says yes for certain only that is told. */
function anyOf(found: readonly AccessAnswer[]): AccessAnswer {
  const sure = found.filter(({ answer }) => answer === 'yes');
  const telling = sure.length > 0 ? sure : found;
  return {
    answer: or('no', ...found.map(({ answer }) => answer)),
    grants: [...new Set(telling.flatMap(({ grants }) => grants))],
    trusts: [...new Set(telling.flatMap(({ trusts }) => trusts))],
  };
}
