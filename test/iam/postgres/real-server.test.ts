import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresScanner } from '../../../scanners/postgres/index.ts';
import { postgresEvaluator } from '../../../src/iam/postgres/evaluator.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';
import { type TestPostgres, testServers } from '../../support/postgres.ts';
import { EXPORT } from './export-query.ts';

const ROLES = 6;
const TABLES = 3;
const PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;

interface Member {
  readonly group: number;
  readonly member: number;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

interface Plan {
  readonly attributes: readonly {
    readonly superuser: boolean;
    readonly inherit: boolean;
    readonly createRole: boolean;
  }[];
  readonly members: readonly Member[];
  readonly predefined: readonly { readonly member: number; readonly role: string }[];
  readonly owners: readonly number[];
  readonly schemaUsers: readonly number[];
  readonly grants: readonly {
    readonly table: number;
    readonly role: number;
    readonly privilege: number;
    readonly column: boolean;
  }[];
  readonly revoked: readonly { readonly table: number; readonly privilege: number }[];
}

const role = fc.nat(ROLES - 1);
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);
const plans: fc.Arbitrary<Plan> = fc.record({
  attributes: fc.array(fc.record({ superuser: rarely, inherit: fc.boolean(), createRole: rarely }), {
    minLength: ROLES,
    maxLength: ROLES,
  }),
  members: fc.uniqueArray(
    // Nobody is a member of a lower number: the server takes no circles.
    fc
      .record({ a: role, b: role, admin: fc.boolean(), inherit: fc.boolean(), set: fc.boolean() })
      .filter(({ a, b }) => a !== b)
      .map(({ a, b, ...options }) => ({ group: Math.max(a, b), member: Math.min(a, b), ...options })),
    { maxLength: 8, selector: ({ group, member }) => `${group} ${member}` },
  ),
  predefined: fc.uniqueArray(
    fc.record({
      member: role,
      role: fc.constantFrom('pg_read_all_data', 'pg_write_all_data', 'pg_execute_server_program'),
    }),
    { maxLength: 2, selector: ({ member, role: name }) => `${member} ${name}` },
  ),
  owners: fc.array(role, { minLength: TABLES, maxLength: TABLES }),
  schemaUsers: fc.uniqueArray(role, { maxLength: 4 }),
  grants: fc.array(
    fc.record({
      table: fc.nat(TABLES - 1),
      role: fc.nat(ROLES),
      privilege: fc.nat(PRIVILEGES.length - 1),
      column: rarely,
    }),
    { maxLength: 8 },
  ),
  revoked: fc.array(fc.record({ table: fc.nat(TABLES - 1), privilege: fc.nat(PRIVILEGES.length - 1) }), {
    maxLength: 2,
  }),
});

/** `ROLES` stands for everybody. */
const name = (index: number) => (index === ROLES ? 'public' : `g_${index}`);

function statements(plan: Plan, major: number): readonly string[] {
  return [
    ...plan.attributes.map(
      ({ superuser, inherit, createRole }, index) =>
        `create role ${name(index)} ${superuser ? 'superuser' : 'nosuperuser'} ${inherit ? 'inherit' : 'noinherit'} ${createRole ? 'createrole' : 'nocreaterole'}`,
    ),
    ...plan.members.map(({ group, member, admin, inherit, set }) =>
      major >= 16
        ? `grant ${name(group)} to ${name(member)} with admin ${admin}, inherit ${inherit}, set ${set}`
        : `grant ${name(group)} to ${name(member)} ${admin ? 'with admin option' : ''}`,
    ),
    ...plan.predefined.map((one) => `grant ${one.role} to ${name(one.member)}`),
    'create schema g_schema',
    ...plan.schemaUsers.map((user) => `grant usage on schema g_schema to ${name(user)}`),
    ...plan.owners.flatMap((owner, index) => [
      `create table g_schema.t${index} (id int, other int)`,
      `alter table g_schema.t${index} owner to ${name(owner)}`,
    ]),
    ...plan.grants.map(({ table, role: grantee, privilege, column }) => {
      const what = PRIVILEGES[privilege] ?? 'SELECT';
      return `grant ${what}${column && what !== 'DELETE' ? ' (id)' : ''} on g_schema.t${table} to ${name(grantee)}`;
    }),
    ...plan.revoked.map(
      ({ table, privilege }) =>
        `revoke ${PRIVILEGES[privilege]} on g_schema.t${table} from ${name(plan.owners[table] ?? 0)}`,
    ),
  ];
}

const id = (index: number) => `postgres:role:c1/${name(index)}`;

describe.each(testServers())('on a real server ($name)', (server) => {
  let postgres: TestPostgres;
  let client: Client;

  beforeAll(async () => {
    postgres = await server.start();
    client = new Client({ connectionString: postgres.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await postgres.stop();
  });

  /** Whether a statement works for a role, of which nothing stays. */
  async function works(user: string, ...texts: readonly string[]): Promise<boolean> {
    await client.query('begin');
    try {
      await client.query(`set local session authorization ${user}`);
      for (const text of texts) await client.query(text);
      return true;
    } catch {
      return false;
    } finally {
      await client.query('rollback');
    }
  }

  async function scanned(): Promise<Inventory> {
    const { rows } = await client.query(EXPORT);
    const { format, facts, problems } = await scanBytes(
      postgresScanner,
      'export.json',
      JSON.stringify(rows[0]?.export),
    );
    expect([format, problems]).toEqual(['catalog-json', []]);
    return viewOf(facts);
  }

  async function withPlan(plan: Plan, check: (inventory: Inventory) => Promise<void>): Promise<void> {
    try {
      for (const text of statements(plan, postgres.major)) await client.query(text);
      await check(await scanned());
    } finally {
      await client.query('reset session authorization');
      await client.query('drop schema if exists g_schema cascade');
      const { rows } = await client.query("select rolname from pg_roles where rolname ~ '^g_'");
      for (const { rolname } of rows) await client.query(`drop owned by ${rolname}; drop role ${rolname}`);
    }
  }

  test('memberships, rights and SET ROLE are answered as the server does', async () => {
    await fc.assert(
      fc.asyncProperty(plans, (plan) =>
        withPlan(plan, async (inventory) => {
          const ask = postgresEvaluator.asker?.(inventory);
          for (let from = 0; from < ROLES; from += 1) {
            for (let to = 0; to < ROLES; to += 1) {
              const { rows } = await client.query('select pg_has_role($1, $2, $3) as has', [
                name(from),
                name(to),
                'usage',
              ]);
              const member = ask?.(id(from), { action: 'MEMBER', resource: name(to) });
              expect([from, 'has', to, member?.answer]).toEqual([from, 'has', to, rows[0]?.has ? 'yes' : 'no']);
              const became = await works(name(from), `set local role ${name(to)}`);
              const set = ask?.(id(from), { action: 'SET ROLE', resource: name(to) });
              expect([from, 'becomes', to, set?.answer]).toEqual([from, 'becomes', to, became ? 'yes' : 'no']);
            }
            for (let table = 0; table < TABLES; table += 1) {
              for (const action of PRIVILEGES) {
                const { rows } = await client.query(
                  "select has_table_privilege($1, $2, $3) and has_schema_privilege($1, 'g_schema', 'usage') as has",
                  [name(from), `g_schema.t${table}`, action],
                );
                const found = ask?.(id(from), { action, resource: `postgres.g_schema.t${table}` })?.answer;
                const said = [from, action, table, found];
                // What only a column has, or an owner has taken from itself, depends; anything else is sure.
                if (rows[0]?.has === true) expect(said).toEqual([from, action, table, 'yes']);
                else if (typeof found === 'string') expect(said).toEqual([from, action, table, 'no']);
                else expect(found?.if.every((why) => /only column|gives it to itself/.test(why))).toBe(true);
              }
            }
          }
        }),
      ),
      { numRuns: 25 },
    );
  });

  test('who gives itself a membership, does so on the server', async () => {
    await fc.assert(
      fc.asyncProperty(plans, (plan) =>
        withPlan(plan, async (inventory) => {
          const effective = postgresEvaluator.evaluate(inventory);
          const ask = postgresEvaluator.asker?.(inventory);
          for (let from = 0; from < ROLES; from += 1) {
            if (plan.attributes[from]?.superuser === true) continue;
            const become = [...Array(ROLES).keys()].filter(
              (to) => to === from || ask?.(id(from), { action: 'SET ROLE', resource: name(to) }).answer === 'yes',
            );
            // Who can become a superuser needs no other way.
            if (become.some((as) => plan.attributes[as]?.superuser === true)) continue;
            const reached = become;
            for (let to = 0; to < ROLES; to += 1) {
              if (to === from) continue;
              const said = reached.some((as) =>
                (effective.get(id(as))?.escalations ?? []).some(
                  (one) =>
                    one.answer === 'yes' &&
                    (one.id === 'pg-grant-role'
                      ? one.target === id(to)
                      : one.id === 'pg-createrole' && plan.attributes[to]?.superuser !== true),
                ),
              );
              const tried: boolean[] = [];
              const fresh = 'g_fresh';
              for (const as of reached) {
                await client.query(`create role ${fresh}`);
                tried.push(await works(name(from), `set local role ${name(as)}`, `grant ${name(to)} to ${fresh}`));
                await client.query(`drop role ${fresh}`);
              }
              // A role may give membership in itself before 16, which brings nobody further.
              const itself = postgres.major < 16 && become.includes(to);
              if (!itself) expect([from, 'gives', to, said]).toEqual([from, 'gives', to, tried.includes(true)]);
            }
          }
        }),
      ),
      { numRuns: 12 },
    );
  });

  test('CREATEROLE leads to a superuser before 16 only', async () => {
    const plan: Plan = {
      attributes: Array.from({ length: ROLES }, (_, index) => ({
        superuser: false,
        inherit: true,
        createRole: index === 0,
      })),
      members: [],
      predefined: [{ member: 1, role: 'pg_read_all_data' }],
      owners: [2, 2, 2],
      schemaUsers: [],
      grants: [],
      revoked: [],
    };
    await withPlan(plan, async (inventory) => {
      const worked = await works(name(0), `grant pg_execute_server_program to ${name(0)}`);
      expect(worked).toBe(postgres.major < 16);
      const ways = postgresEvaluator.evaluate(inventory).get(id(0))?.escalations ?? [];
      expect(ways.map((way) => [way.id, way.target, way.answer])).toEqual(
        worked ? [['pg-createrole', id(0), 'yes']] : [],
      );
      // Whoever reads all data reads the hashes of passwords with it, and never changes a system catalog.
      expect(await works(name(1), 'select rolpassword from pg_authid')).toBe(true);
      expect(await works(name(2), 'select rolpassword from pg_authid')).toBe(false);
      await client.query(`grant update on pg_catalog.pg_authid to ${name(2)}`);
      expect(await works(name(2), 'update pg_catalog.pg_authid set rolsuper = true')).toBe(false);
      await client.query(`revoke update on pg_catalog.pg_authid from ${name(2)}`);
    });
  });
});
