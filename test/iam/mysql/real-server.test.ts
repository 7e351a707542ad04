import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mysqlScanner } from '../../../scanners/mysql/index.ts';
import { mysqlEvaluator } from '../../../src/iam/mysql/evaluator.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';
import { mariadbHome, startMariadb, type TestMariadb } from '../../support/mariadb.ts';

const USERS = ['u0', 'u1', 'u2'];
const ROLES = ['r0', 'r1'];
const DATABASES = ['s_1', 'sx1', 's_12'];
const TABLES = ['t', 'q'];
const ACTIONS: Readonly<Record<string, (table: string) => string>> = {
  SELECT: (table) => `select * from ${table} limit 0;`,
  INSERT: (table) => `insert into ${table} select 1, 2 from dual where false;`,
  DELETE: (table) => `delete from ${table} where false;`,
};
const TARGETS = ['*.*', '`s_1`.*', '`s\\_1`.*', '`s%`.*', '`s_1%`.*', '`%`.*', '`s_1`.`t`', '`sx1`.`q`', '`s_12`.`t`'];

const grant = fc.record({
  holder: fc.constantFrom(...USERS, ...ROLES),
  action: fc.constantFrom(...Object.keys(ACTIONS), 'ALL'),
  target: fc.constantFrom(...TARGETS),
});
const plan = fc.record({
  grants: fc.array(grant, { maxLength: 8 }),
  edges: fc.uniqueArray(fc.record({ role: fc.constantFrom(...ROLES), user: fc.constantFrom(...USERS) }), {
    maxLength: 3,
    selector: ({ role, user }) => role + user,
  }),
  nested: fc.boolean(),
});

const home = mariadbHome();

/** Runs where a MariaDB server is installed (or MARIADB_HOME names one). */
describe.skipIf(home === undefined)('on a real MariaDB', () => {
  let server: TestMariadb;
  beforeAll(async () => {
    server = await startMariadb(home ?? '');
  });
  afterAll(() => server?.stop());

  const grantee = (holder: string) => (USERS.includes(holder) ? `'${holder}'@'localhost'` : `'${holder}'`);
  const run = (script: readonly string[]) => expect([...server.failedLines('root', script)]).toEqual([]);

  /** The three kinds of exports, as files with their text. */
  function exports(): readonly (readonly [string, readonly (readonly [string, string])[]])[] {
    const table = (name: string, where = '') =>
      server.print('mariadb', '--batch', '-e', `select * from mysql.${name} ${where}`);
    const shown = [...USERS, ...ROLES]
      .map((holder) => server.print('mariadb', '-N', '-B', '-r', '-e', `show grants for ${grantee(holder)}`))
      .join('');
    return [
      ['dump of users', [['users.sql', server.print('mariadb-dump', '--system=users')]]],
      ['SHOW GRANTS', [['grants.txt', shown]]],
      [
        'grant tables',
        [
          ['user.tsv', table('user')],
          ['db.tsv', table('db')],
          ['tables_priv.tsv', table('tables_priv')],
          ['roles_mapping.tsv', table('roles_mapping')],
        ],
      ],
    ];
  }

  test('every kind of export answers as the server does', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ grants, edges, nested }) => {
        run([
          ...[...DATABASES].flatMap((database) => [
            `create database \`${database}\`;`,
            ...TABLES.map((name) => `create table \`${database}\`.${name} (id int, other int);`),
          ]),
          ...USERS.map((user) => `create user '${user}'@'localhost';`),
          ...ROLES.map((role) => `create role ${role};`),
          ...grants.map(({ holder, action, target }) => `grant ${action} on ${target} to ${grantee(holder)};`),
          ...edges.map(({ role, user }) => `grant ${role} to ${grantee(user)};`),
          ...(nested ? ['grant r1 to r0;'] : []),
        ]);
        try {
          const questions = DATABASES.flatMap((database) =>
            TABLES.flatMap((name) => Object.keys(ACTIONS).map((action) => ({ action, database, name }))),
          );
          const expected = new Map(
            USERS.flatMap((user) => {
              const roles = ['none', ...edges.filter((edge) => edge.user === user).map(({ role }) => role)];
              const script = roles.flatMap((role) => [
                `set role ${role};`,
                ...questions.map(({ action, database, name }) => ACTIONS[action]?.(`\`${database}\`.${name}`) ?? ''),
              ]);
              const failed = server.failedLines(user, script);
              return questions.map((question, index) => {
                const works = roles.some((_, at) => !failed.has(at * (questions.length + 1) + 1 + index + 1));
                return [
                  `${user} ${question.action} ${question.database}.${question.name}`,
                  works ? 'yes' : 'no',
                ] as const;
              });
            }),
          );
          for (const [what, files] of exports()) {
            const facts: Fact[] = [];
            for (const [path, text] of files) {
              const scanned = await scanBytes(mysqlScanner, path, text);
              // A table without rows is nothing that says what it is.
              if (text !== '')
                expect([what, path, scanned.format === undefined, scanned.problems]).toEqual([what, path, false, []]);
              facts.push(...scanned.facts);
            }
            const ask = mysqlEvaluator.asker?.(viewOf(facts));
            for (const user of USERS) {
              for (const { action, database, name } of questions) {
                const found = ask?.(`mysql:account:c1/${user}@localhost`, {
                  action,
                  resource: `${database}.${name}`,
                }).answer;
                const said = typeof found === 'string' ? found : 'if';
                const real = expected.get(`${user} ${action} ${database}.${name}`);
                // Which of several patterns counts is left open where they overlap.
                if (said !== 'if')
                  expect([what, user, action, database, name, said]).toEqual([
                    what,
                    user,
                    action,
                    database,
                    name,
                    real,
                  ]);
                else expect(found).toEqual({ if: ['patterns of databases count together'] });
              }
            }
          }
        } finally {
          run([
            ...DATABASES.map((database) => `drop database \`${database}\`;`),
            ...USERS.map((user) => `drop user '${user}'@'localhost';`),
            ...ROLES.map((role) => `drop role ${role};`),
          ]);
        }
      }),
      { numRuns: 12 },
    );
  });
});
