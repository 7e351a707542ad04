import { describe, expect, test } from 'vitest';
import { postgresEvaluator } from '../../../src/iam/postgres/evaluator.ts';
import { POSTGRES_WAYS } from '../../../src/iam/postgres/ways.ts';
import { asked, databaseOf, roleId, shown, type Version, waysOf } from './database.ts';

const BASE = 'CREATE ROLE app LOGIN;\nCREATE ROLE team;\nCREATE ROLE boss;\n';
const TABLE = 'ALTER TABLE public.orders OWNER TO boss;\n';
const SHOP = 'CREATE SCHEMA s;\nALTER SCHEMA s OWNER TO boss;\nALTER TABLE s.orders OWNER TO boss;\n';

type Question = readonly [role: string, action: string, resource?: string];
/** Page of the documentation, case, statements, question, answer, version of the server (16). */
type Row = readonly [
  source: string,
  name: string,
  statements: string,
  question: Question,
  answer: string,
  version?: Version,
];

const ATTRIBUTES = 'role-attributes.html';
const MEMBERSHIP = 'role-membership.html';
const GRANT = 'sql-grant.html';
const PRIVILEGES = 'ddl-priv.html';
const PREDEFINED = 'predefined-roles.html';
const DEFAULTS = 'sql-alterdefaultprivileges.html';

const ROWS: readonly Row[] = [
  [
    ATTRIBUTES,
    'a superuser bypasses all checks',
    `${BASE}ALTER ROLE app SUPERUSER;${TABLE}`,
    ['app', 'DELETE', 'shop.public.orders'],
    'yes',
  ],
  [
    ATTRIBUTES,
    'attributes are not inherited',
    `${BASE}ALTER ROLE team SUPERUSER;GRANT team TO app WITH INHERIT TRUE;${TABLE}`,
    ['app', 'SUPERUSER'],
    'no',
  ],
  [
    ATTRIBUTES,
    'nor is what a superuser may',
    `${BASE}ALTER ROLE team SUPERUSER;GRANT team TO app WITH INHERIT TRUE;${TABLE}`,
    ['app', 'SELECT', 'shop.public.orders'],
    'no',
  ],
  [ATTRIBUTES, 'CREATEDB of the role itself', `${BASE}ALTER ROLE app CREATEDB;`, ['app', 'CREATEDB'], 'yes'],
  [ATTRIBUTES, 'LOGIN is what a user has', 'CREATE USER u;', ['u', 'LOGIN'], 'yes'],
  [ATTRIBUTES, 'and a group has not', BASE, ['team', 'LOGIN'], 'no'],
  [
    ATTRIBUTES,
    'an attribute that was not read is not "no"',
    'GRANT team TO app WITH INHERIT TRUE;',
    ['app', 'SUPERUSER'],
    'if app is superuser (not read)',
  ],
  [
    MEMBERSHIP,
    'privileges are inherited',
    `${BASE}GRANT team TO app WITH INHERIT TRUE;${TABLE}GRANT SELECT ON TABLE public.orders TO team;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'yes',
  ],
  [
    MEMBERSHIP,
    'not over a membership without INHERIT',
    `${BASE}GRANT team TO app WITH INHERIT FALSE;${TABLE}GRANT SELECT ON TABLE public.orders TO team;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'no',
  ],
  [
    MEMBERSHIP,
    'which may still be become',
    `${BASE}GRANT team TO app WITH INHERIT FALSE;`,
    ['app', 'SET ROLE', 'team'],
    'yes',
  ],
  [
    MEMBERSHIP,
    'not over a membership without SET',
    `${BASE}GRANT team TO app WITH INHERIT TRUE, SET FALSE;`,
    ['app', 'SET ROLE', 'team'],
    'no',
  ],
  [
    MEMBERSHIP,
    'a chain inherits at every step',
    `${BASE}GRANT team TO app WITH INHERIT TRUE;GRANT boss TO team WITH INHERIT TRUE;${TABLE}`,
    ['app', 'DELETE', 'shop.public.orders'],
    'yes',
  ],
  [
    MEMBERSHIP,
    'or stops at the first that does not',
    `${BASE}GRANT team TO app WITH INHERIT TRUE;GRANT boss TO team WITH INHERIT FALSE;${TABLE}`,
    ['app', 'DELETE', 'shop.public.orders'],
    'no',
  ],
  [
    MEMBERSHIP,
    'SET ROLE needs SET at every step',
    `${BASE}GRANT team TO app WITH INHERIT TRUE, SET FALSE;GRANT boss TO team WITH INHERIT TRUE;`,
    ['app', 'SET ROLE', 'boss'],
    'no',
  ],
  [
    MEMBERSHIP,
    'before 16 the attribute decides',
    `${BASE}ALTER ROLE app NOINHERIT;GRANT team TO app;${TABLE}GRANT SELECT ON TABLE public.orders TO team;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'no',
    15,
  ],
  [
    MEMBERSHIP,
    'of the member, not of the group',
    `${BASE}ALTER ROLE team NOINHERIT;GRANT team TO app;${TABLE}GRANT SELECT ON TABLE public.orders TO team;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'yes',
    15,
  ],
  [
    MEMBERSHIP,
    'before 16 SET ROLE is always allowed',
    `${BASE}ALTER ROLE app NOINHERIT;GRANT team TO app;`,
    ['app', 'SET ROLE', 'team'],
    'yes',
    15,
  ],
  [
    MEMBERSHIP,
    'from 16 on the attribute is only a default of new memberships',
    `${BASE}ALTER ROLE app NOINHERIT;GRANT team TO app WITH INHERIT TRUE;`,
    ['app', 'MEMBER', 'team'],
    'yes',
  ],
  [
    GRANT,
    'of several grantors one that lets it inherit is enough',
    `${BASE}GRANT team TO app WITH INHERIT FALSE GRANTED BY boss;GRANT team TO app WITH INHERIT TRUE GRANTED BY postgres;`,
    ['app', 'MEMBER', 'team'],
    'yes',
  ],
  [
    GRANT,
    'a membership that was taken back',
    `${BASE}GRANT team TO app WITH INHERIT TRUE;REVOKE team FROM app;`,
    ['app', 'MEMBER', 'team'],
    'no',
  ],
  [
    GRANT,
    'everybody is PUBLIC',
    `${BASE}${TABLE}GRANT SELECT ON TABLE public.orders TO PUBLIC;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'yes',
  ],
  [
    GRANT,
    'a role may be called public only in quotes of another case',
    `${BASE}CREATE ROLE "Public";${TABLE}GRANT SELECT ON TABLE public.orders TO "Public";`,
    ['app', 'SELECT', 'shop.public.orders'],
    'no',
  ],
  [
    GRANT,
    'ALL is everything of the type',
    `${BASE}${TABLE}GRANT ALL ON TABLE public.orders TO app;`,
    ['app', 'TRUNCATE', 'shop.public.orders'],
    'yes',
  ],
  [
    GRANT,
    'a column is not its table',
    `${BASE}${TABLE}GRANT SELECT (id) ON TABLE public.orders TO app;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'if only column id',
  ],
  [
    GRANT,
    'but the column',
    `${BASE}${TABLE}GRANT SELECT (id) ON TABLE public.orders TO app;`,
    ['app', 'SELECT', 'shop.public.orders(id)'],
    'yes',
  ],
  [
    GRANT,
    'and a table is each of its columns',
    `${BASE}${TABLE}GRANT SELECT ON TABLE public.orders TO app;`,
    ['app', 'SELECT', 'shop.public.orders(id)'],
    'yes',
  ],
  [
    GRANT,
    'with the grant option it may hand on',
    `${BASE}${TABLE}GRANT SELECT ON TABLE public.orders TO app WITH GRANT OPTION;`,
    ['app', 'grant select', 'shop.public.orders'],
    'yes',
  ],
  [
    GRANT,
    'which may be taken alone',
    `${BASE}${TABLE}GRANT SELECT ON TABLE public.orders TO app WITH GRANT OPTION;REVOKE GRANT OPTION FOR SELECT ON TABLE public.orders FROM app;`,
    ['app', 'grant select', 'shop.public.orders'],
    'no',
  ],
  [PRIVILEGES, 'the owner has everything', `${BASE}${TABLE}`, ['boss', 'INSERT', 'shop.public.orders'], 'yes'],
  [
    PRIVILEGES,
    'and can give itself again what it took',
    `${BASE}${TABLE}REVOKE INSERT ON TABLE public.orders FROM boss;`,
    ['boss', 'INSERT', 'shop.public.orders'],
    'if the owner gives it to itself',
  ],
  [
    PRIVILEGES,
    'a table needs USAGE of its schema',
    `${BASE}${SHOP}GRANT SELECT ON TABLE s.orders TO app;`,
    ['app', 'SELECT', 'shop.s.orders'],
    'no',
  ],
  [
    PRIVILEGES,
    'together with it',
    `${BASE}${SHOP}GRANT SELECT ON TABLE s.orders TO app;GRANT USAGE ON SCHEMA s TO PUBLIC;`,
    ['app', 'SELECT', 'shop.s.orders'],
    'yes',
  ],
  [PRIVILEGES, 'everybody may connect', `${BASE}CREATE DATABASE shop OWNER boss;`, ['app', 'CONNECT', 'shop'], 'yes'],
  [
    PRIVILEGES,
    'until that is revoked',
    `${BASE}CREATE DATABASE shop OWNER boss;REVOKE CONNECT ON DATABASE shop FROM PUBLIC;`,
    ['app', 'CONNECT', 'shop'],
    'no',
  ],
  [
    PRIVILEGES,
    'which leaves the other default',
    `${BASE}CREATE DATABASE shop OWNER boss;REVOKE CONNECT ON DATABASE shop FROM PUBLIC;`,
    ['app', 'TEMP', 'shop'],
    'yes',
  ],
  [
    PRIVILEGES,
    'a database that was not read is not "no"',
    BASE,
    ['app', 'CONNECT', 'other'],
    'if rights on database other (not read)',
  ],
  [
    PRIVILEGES,
    'functions are told apart by arguments',
    `${BASE}GRANT ALL ON FUNCTION public.f(a integer) TO app;`,
    ['app', 'EXECUTE', 'shop.public.f(a integer)'],
    'yes',
  ],
  [
    PRIVILEGES,
    'or asked for without them',
    `${BASE}GRANT ALL ON FUNCTION public.f(a integer) TO app;`,
    ['app', 'EXECUTE', 'shop.public.f'],
    'yes',
  ],
  [
    PRIVILEGES,
    'names in quotes keep their dots',
    `${BASE}GRANT SELECT ON TABLE public."a.b" TO app;`,
    ['app', 'SELECT', 'shop.public."a.b"'],
    'yes',
  ],
  [
    DEFAULTS,
    'what is to be made later depends on who makes it',
    `${BASE}ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA public GRANT SELECT ON TABLES TO app;`,
    ['app', 'SELECT', 'shop.public.next'],
    'if boss made it after the default privileges were set',
  ],
  [
    DEFAULTS,
    'and says nothing of what is there',
    `${BASE}${TABLE}ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA public GRANT SELECT ON TABLES TO app;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'no',
  ],
  [
    PREDEFINED,
    'pg_read_all_data reads tables',
    `${BASE}${SHOP}GRANT pg_read_all_data TO app WITH INHERIT TRUE;`,
    ['app', 'SELECT', 'shop.s.orders'],
    'yes',
  ],
  [
    PREDEFINED,
    'and changes none',
    `${BASE}${SHOP}GRANT pg_read_all_data TO app WITH INHERIT TRUE;`,
    ['app', 'UPDATE', 'shop.s.orders'],
    'no',
  ],
  [
    PREDEFINED,
    'pg_write_all_data writes and does not read',
    `${BASE}${SHOP}GRANT pg_write_all_data TO app WITH INHERIT TRUE;`,
    ['app', 'SELECT', 'shop.s.orders'],
    'no',
  ],
  [
    PREDEFINED,
    'pg_write_all_data does not truncate',
    `${BASE}${SHOP}GRANT pg_write_all_data TO app WITH INHERIT TRUE;`,
    ['app', 'TRUNCATE', 'shop.s.orders'],
    'no',
  ],
  [
    PREDEFINED,
    'nor changes system catalogs',
    `${BASE}GRANT pg_write_all_data TO app WITH INHERIT TRUE;`,
    ['app', 'UPDATE', 'shop.pg_catalog.pg_authid'],
    'no',
  ],
  [
    PREDEFINED,
    'pg_database_owner is the owner of the database',
    `${BASE}CREATE DATABASE shop OWNER boss;GRANT SELECT ON TABLE public.orders TO pg_database_owner;`,
    ['boss', 'SELECT', 'shop.public.orders'],
    'yes',
  ],
  [
    PREDEFINED,
    'and nobody else',
    `${BASE}CREATE DATABASE shop OWNER boss;GRANT SELECT ON TABLE public.orders TO pg_database_owner;`,
    ['app', 'SELECT', 'shop.public.orders'],
    'no',
  ],
];

describe('who may what', () => {
  for (const [source, name, statements, [role, action, resource], answer, version = 16] of ROWS) {
    test(`${source}: ${name}`, async () => {
      expect(asked(await databaseOf(statements, version), role, action, resource)).toBe(answer);
    });
  }

  test('of roles alone nothing about objects is concluded', async () => {
    const inventory = await databaseOf(BASE, 'unknown');
    expect(asked(inventory, 'app', 'SELECT', 'shop.public.orders')).toMatch(/^if .*not read/);
    expect(postgresEvaluator.evaluate(inventory).get(roleId('app'))?.unseen).toEqual([
      'memberships',
      'rights on objects',
      'server version',
    ]);
  });
});

const DEFINER =
  'CREATE FUNCTION public.f(a integer) RETURNS integer LANGUAGE sql SECURITY DEFINER AS $$ select 1 $$;\nALTER FUNCTION public.f(a integer) OWNER TO boss;\n';
const CLOSED = 'REVOKE ALL ON FUNCTION public.f(a integer) FROM PUBLIC;\n';

describe('ways to more', () => {
  const WAYS: readonly (readonly [
    source: string,
    name: string,
    statements: string,
    ways: readonly string[],
    version?: Version,
  ])[] = [
    [
      'sql-set-role.html',
      'a group that may be become',
      'GRANT team TO app WITH INHERIT TRUE;',
      ['pg-set-role -> team'],
    ],
    [
      'sql-set-role.html',
      'not without SET, but what it owns',
      'GRANT team TO app WITH INHERIT TRUE, SET FALSE;',
      ['pg-inherit-owner -> team?'],
    ],
    ['sql-set-role.html', 'nor without both', 'GRANT team TO app WITH INHERIT FALSE, SET FALSE;', []],
    [
      'sql-grant.html',
      'who may give a membership gives it to itself',
      'GRANT team TO app WITH ADMIN OPTION, INHERIT FALSE, SET FALSE;',
      ['pg-grant-role -> team'],
    ],
    [
      'sql-grant.html',
      'not that in a superuser',
      'ALTER ROLE team SUPERUSER;GRANT team TO app WITH ADMIN OPTION, INHERIT FALSE, SET FALSE;',
      [],
    ],
    [
      'sql-grant.html',
      'by the privileges of another',
      'GRANT team TO app WITH INHERIT TRUE, SET FALSE;GRANT boss TO team WITH ADMIN OPTION, INHERIT FALSE, SET FALSE;',
      ['pg-inherit-owner -> team?', 'pg-grant-role -> boss'],
    ],
    ['sql-createrole.html', 'CREATEROLE before 16', 'ALTER ROLE app CREATEROLE;', ['pg-createrole -> app'], 15],
    ['sql-createrole.html', 'CREATEROLE from 16 on', 'ALTER ROLE app CREATEROLE;', []],
    [
      'sql-createrole.html',
      'CREATEROLE on a server of unknown version',
      'ALTER ROLE app CREATEROLE;',
      ['pg-createrole -> app?'],
      'unknown',
    ],
    [
      'sql-createrole.html',
      'CREATEROLE of a group',
      'ALTER ROLE team CREATEROLE;GRANT team TO app;',
      ['pg-set-role -> team'],
      15,
    ],
    [
      'predefined-roles.html',
      'running programs',
      'GRANT pg_execute_server_program TO app WITH INHERIT TRUE;',
      ['pg-execute-program -> app', 'pg-set-role -> pg_execute_server_program'],
    ],
    [
      'predefined-roles.html',
      'also by becoming it',
      'GRANT pg_execute_server_program TO app WITH INHERIT FALSE;',
      ['pg-execute-program -> app', 'pg-set-role -> pg_execute_server_program'],
    ],
    [
      'predefined-roles.html',
      'not with neither',
      'GRANT pg_execute_server_program TO app WITH INHERIT FALSE, SET FALSE;',
      [],
    ],
    [
      'predefined-roles.html',
      'writing files',
      'GRANT pg_write_server_files TO app WITH INHERIT TRUE;',
      ['pg-write-files -> app', 'pg-set-role -> pg_write_server_files'],
    ],
    [
      'predefined-roles.html',
      'a harmless one',
      'GRANT pg_monitor TO app WITH INHERIT TRUE;',
      ['pg-set-role -> pg_monitor'],
    ],
    [
      'sql-createfunction.html',
      'a function that runs as its owner, which all may call',
      DEFINER,
      ['pg-public -> PUBLIC'],
    ],
    ['sql-createfunction.html', 'one that is closed', `${DEFINER}${CLOSED}`, []],
    [
      'sql-createfunction.html',
      'one that is given',
      `${DEFINER}${CLOSED}GRANT ALL ON FUNCTION public.f(a integer) TO app;`,
      ['pg-security-definer -> boss?'],
    ],
    ['sql-createfunction.html', 'an ordinary function', `${DEFINER.replace('SECURITY DEFINER ', '')}`, []],
    [
      'sql-createfunction.html',
      'words inside of its text are no words of it',
      "CREATE FUNCTION public.g() RETURNS text LANGUAGE sql AS $$ select 'SECURITY DEFINER' $$;\nALTER FUNCTION public.g() OWNER TO boss;",
      [],
    ],
    [
      'sql-altersystem.html',
      'a command of the server',
      'GRANT ALTER SYSTEM ON PARAMETER archive_command TO app;',
      ['pg-alter-system -> app?'],
    ],
    ['sql-altersystem.html', 'a harmless parameter', 'GRANT ALTER SYSTEM ON PARAMETER log_statement TO app;', []],
    [
      'functions-admin.html',
      'reading files',
      'GRANT ALL ON FUNCTION pg_catalog.pg_read_file(text) TO app;',
      ['pg-read-function -> app?'],
    ],
    [
      'lo-funcs.html',
      'writing files',
      'GRANT ALL ON FUNCTION pg_catalog.lo_export(oid, text) TO app;',
      ['pg-write-function -> app'],
    ],
    [
      'catalog-pg-authid.html',
      'hashes of passwords',
      'GRANT SELECT ON TABLE pg_catalog.pg_authid TO app;',
      ['pg-password-hashes -> app?'],
    ],
    ['role-attributes.html', 'a copy of everything', 'ALTER ROLE app REPLICATION;', ['pg-replication -> app?']],
    ['role-attributes.html', 'nothing', '', []],
  ];
  for (const [source, name, statements, ways, version = 16] of WAYS) {
    test(`${source}: ${name}`, async () => {
      expect(waysOf(await databaseOf(BASE + statements, version), 'app')).toEqual(ways);
    });
  }

  test('everybody has what PUBLIC has, over one edge', async () => {
    const inventory = await databaseOf(BASE + DEFINER);
    const found = postgresEvaluator.evaluate(inventory).get('postgres:public:c1/PUBLIC')?.escalations ?? [];
    expect(found.map(({ id, target }) => [id, target])).toEqual([['pg-security-definer', roleId('boss')]]);
  });

  test('a superuser has no ways: it has everything', async () => {
    const inventory = await databaseOf(
      `${BASE}ALTER ROLE app SUPERUSER CREATEROLE REPLICATION;GRANT team TO app WITH INHERIT TRUE;`,
    );
    expect(waysOf(inventory, 'app')).toEqual([]);
    expect(shown(postgresEvaluator.evaluate(inventory).get(roleId('app'))?.admin ?? 'no')).toBe('yes');
  });

  /** How each need is written in a dump, and the same on something harmless. */
  test.each(POSTGRES_WAYS.map((way) => [way.id, way] as const))(
    '%s: found with what it needs, gone without',
    async (id, way) => {
      const version: Version = way.before16 === true ? 15 : 16;
      const [need] = way.all;
      if (need === undefined) throw new Error('a way needs something');
      const written =
        'attribute' in need
          ? [
              `ALTER ROLE app ${need.attribute.replace('_', '')};`,
              `ALTER ROLE app no${need.attribute.replace('_', '')};`,
              `ALTER ROLE team ${need.attribute.replace('_', '')};`,
            ]
          : 'role' in need
            ? [
                `GRANT ${need.role} TO app WITH INHERIT TRUE;`,
                `GRANT ${need.role} TO team WITH INHERIT TRUE;`,
                'GRANT pg_monitor TO app WITH INHERIT TRUE;',
              ]
            : need.on.flatMap((name) => {
                const [type = '', path = ''] = name.replace('*.', '').split(':');
                const object = type === 'function' ? `FUNCTION ${path}(text)` : `${type} ${path}`;
                return [
                  `GRANT ${need.right} ON ${object} TO app;`,
                  `GRANT ${need.right} ON ${object} TO team;`,
                  `GRANT ${need.right} ON ${object.replace('pg_catalog.', 'public.').replace(/(PARAMETER|parameter) .*/, '$1 log_statement')} TO app;`,
                ];
              });
      for (let at = 0; at < written.length; at += 3) {
        const has = async (statement = '') =>
          waysOf(await databaseOf(`${BASE}${statement}`, version), 'app').filter((one) => one.startsWith(`${id} `));
        expect(await has(written[at])).toHaveLength(1);
        expect(await has(written[at + 1])).toEqual([]);
        expect(await has(written[at + 2])).toEqual([]);
      }
      if (way.before16) expect(waysOf(await databaseOf(`${BASE}${written[0]}`, 16), 'app')).toEqual([]);
    },
  );
});
