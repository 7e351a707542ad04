import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mysqlScanner } from '../../../scanners/mysql/index.ts';
import { mysqlEvaluator } from '../../../src/iam/mysql/evaluator.ts';
import { matchesDatabase } from '../../../src/iam/mysql/pattern.ts';
import { MYSQL_WAYS } from '../../../src/iam/mysql/ways.ts';
import type { Answer } from '../../../src/model/answer.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';

const APP = 'mysql:account:c1/app@%';

async function serverOf(statements: string, dump = ''): Promise<Inventory> {
  const { facts, problems } = await scanBytes(
    mysqlScanner,
    'users.sql',
    `${dump}CREATE USER 'app'@'%' IDENTIFIED WITH caching_sha2_password;\n${statements}\n`,
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return viewOf(facts);
}

const shown = (answer: Answer | undefined) =>
  answer === undefined ? 'no' : typeof answer === 'string' ? answer : `if ${answer.if.join(' and ')}`;
const TO = "TO 'app'@'%'";

type Row = readonly [
  source: string,
  name: string,
  statements: string,
  action: string,
  resource: string | undefined,
  answer: string,
];

const GRANT = 'grant.html';
const ACCESS = 'request-access.html';
const PARTIAL = 'partial-revokes.html';
const ROLES = 'roles.html';
const PROVIDED = 'privileges-provided.html';

const ROWS: readonly Row[] = [
  [GRANT, 'on everything', `GRANT SELECT ON *.* ${TO};`, 'SELECT', 'shop.orders', 'yes'],
  [GRANT, 'another right', `GRANT SELECT ON *.* ${TO};`, 'INSERT', 'shop.orders', 'no'],
  [GRANT, 'on a database', `GRANT SELECT ON shop.* ${TO};`, 'SELECT', 'shop.orders', 'yes'],
  [GRANT, 'not on another', `GRANT SELECT ON shop.* ${TO};`, 'SELECT', 'other.orders', 'no'],
  [GRANT, 'which is not on everything', `GRANT SELECT ON shop.* ${TO};`, 'SELECT', '*.*', 'no'],
  [GRANT, 'on a table', `GRANT SELECT ON shop.orders ${TO};`, 'SELECT', 'shop.orders', 'yes'],
  [GRANT, 'which is not its database', `GRANT SELECT ON shop.orders ${TO};`, 'SELECT', 'shop.*', 'no'],
  [GRANT, 'on a column', `GRANT SELECT (id, name) ON shop.orders ${TO};`, 'SELECT', 'shop.orders(name)', 'yes'],
  [
    GRANT,
    'which is not its table',
    `GRANT SELECT (id) ON shop.orders ${TO};`,
    'SELECT',
    'shop.orders',
    'if only column id',
  ],
  [GRANT, 'on a procedure', `GRANT EXECUTE ON PROCEDURE shop.p ${TO};`, 'EXECUTE', 'procedure:shop.p', 'yes'],
  [GRANT, 'which is no function', `GRANT EXECUTE ON PROCEDURE shop.p ${TO};`, 'EXECUTE', 'function:shop.p', 'no'],
  [GRANT, 'ALL is all but GRANT OPTION', `GRANT ALL PRIVILEGES ON *.* ${TO};`, 'GRANT OPTION', '*.*', 'no'],
  [
    GRANT,
    'which comes with its own words',
    `GRANT SELECT ON shop.* ${TO} WITH GRANT OPTION;`,
    'GRANT OPTION',
    'shop.*',
    'yes',
  ],
  [GRANT, 'USAGE is nothing', `GRANT USAGE ON *.* ${TO};`, 'SELECT', 'shop.orders', 'no'],
  [GRANT, 'ALL of a database has no right that is for the server', `GRANT ALL ON shop.* ${TO};`, 'FILE', '*.*', 'no'],
  [GRANT, 'nor where it is asked of the database', `GRANT ALL ON shop.* ${TO};`, 'CREATE USER', 'shop.*', 'no'],
  [GRANT, '_ is one character', `GRANT SELECT ON \`shop_1\`.* ${TO};`, 'SELECT', 'shopx1.orders', 'yes'],
  [GRANT, 'but not with a backslash', `GRANT SELECT ON \`shop\\_1\`.* ${TO};`, 'SELECT', 'shopx1.orders', 'no'],
  [GRANT, 'which leaves the name itself', `GRANT SELECT ON \`shop\\_1\`.* ${TO};`, 'SELECT', 'shop_1.orders', 'yes'],
  [GRANT, '% is any run', `GRANT SELECT ON \`shop%\`.* ${TO};`, 'SELECT', 'shop_eu.orders', 'yes'],
  [
    GRANT,
    'a table is named, never matched',
    `GRANT SELECT ON \`shop_1\`.orders ${TO};`,
    'SELECT',
    'shopx1.orders',
    'no',
  ],
  [
    GRANT,
    'an account of another host is another one',
    "GRANT SELECT ON *.* TO 'app'@'localhost';",
    'SELECT',
    'shop.orders',
    'no',
  ],
  [
    ACCESS,
    'levels add up',
    `GRANT SELECT ON *.* ${TO};GRANT INSERT ON shop.orders ${TO};`,
    'INSERT',
    'shop.orders',
    'yes',
  ],
  [
    ACCESS,
    'of patterns the most specific counts',
    `GRANT SELECT ON \`shop%\`.* ${TO};\nGRANT INSERT ON \`shop\\_eu\`.* ${TO};`,
    'SELECT',
    'shop_eu.x',
    'no',
  ],
  [
    ACCESS,
    'a name before a pattern that reads like it',
    `GRANT SELECT ON \`s\\_1\`.* ${TO};\nGRANT INSERT ON \`s_1\`.* ${TO};`,
    'INSERT',
    's_1.t',
    'no',
  ],
  [
    ACCESS,
    'which still counts elsewhere',
    `GRANT SELECT ON \`s\\_1\`.* ${TO};\nGRANT INSERT ON \`s_1\`.* ${TO};`,
    'INSERT',
    'sx1.t',
    'yes',
  ],
  [
    ACCESS,
    'two rights on one pattern are one entry',
    `GRANT SELECT ON \`s_1\`.* ${TO};\nGRANT INSERT ON \`s_1\`.* ${TO};`,
    'SELECT',
    'sx1.t',
    'yes',
  ],
  [
    ACCESS,
    'a run after more characters comes first',
    `GRANT SELECT ON \`s%\`.* ${TO};\nGRANT INSERT ON \`s\\_1%\`.* ${TO};`,
    'SELECT',
    's_12.t',
    'no',
  ],
  [
    ACCESS,
    'an order that MySQL and MariaDB see differently stays open',
    `GRANT SELECT ON \`shop%\`.* ${TO};\nGRANT INSERT ON \`sho_1\`.* ${TO};`,
    'SELECT',
    'shop1.t',
    'if patterns of databases count together',
  ],
  [
    ROLES,
    'rights on databases unite with those of active roles',
    `CREATE ROLE reader;\nGRANT SELECT ON \`s\\_1\`.* ${TO};\nGRANT INSERT ON \`s_1\`.* ${TO};\nGRANT 'reader'@'%' ${TO};`,
    'INSERT',
    's_1.t',
    'if patterns of databases count together',
  ],
  [
    PARTIAL,
    'what was revoked of a database',
    `GRANT SELECT ON *.* ${TO};\nREVOKE SELECT ON mysql.* FROM 'app'@'%';`,
    'SELECT',
    'mysql.user',
    'no',
  ],
  [
    PARTIAL,
    'is left on others',
    `GRANT SELECT ON *.* ${TO};\nREVOKE SELECT ON mysql.* FROM 'app'@'%';`,
    'SELECT',
    'shop.orders',
    'yes',
  ],
  [
    PARTIAL,
    'and is a condition on everything',
    `GRANT SELECT ON *.* ${TO};\nREVOKE SELECT ON mysql.* FROM 'app'@'%';`,
    'SELECT',
    '*.*',
    'if not on mysql',
  ],
  [
    PARTIAL,
    'other rights stay',
    `GRANT SELECT, INSERT ON *.* ${TO};\nREVOKE SELECT ON mysql.* FROM 'app'@'%';`,
    'INSERT',
    'mysql.user',
    'yes',
  ],
  [
    PARTIAL,
    'wildcards are characters then',
    `GRANT SELECT ON *.* ${TO};\nREVOKE SELECT ON mysql.* FROM 'app'@'%';\nGRANT INSERT ON \`shop_1\`.* ${TO};`,
    'INSERT',
    'shopx1.t',
    'no',
  ],
  [
    ROLES,
    'a role counts',
    "CREATE ROLE 'r'@'%';\nGRANT SELECT ON shop.* TO 'r'@'%';\nGRANT 'r'@'%' TO 'app'@'%';",
    'SELECT',
    'shop.orders',
    'yes',
  ],
  [
    ROLES,
    'also one of a role',
    "GRANT SELECT ON shop.* TO 'r'@'%';\nGRANT 'r'@'%' TO 's'@'%';\nGRANT 's'@'%' TO 'app'@'%';",
    'SELECT',
    'shop.orders',
    'yes',
  ],
  [
    ROLES,
    'one that was not given does not',
    "GRANT SELECT ON shop.* TO 'r'@'%';\nGRANT 'r'@'%' TO 'other'@'%';",
    'SELECT',
    'shop.orders',
    'no',
  ],
  [PROVIDED, 'dynamic privileges', `GRANT ROLE_ADMIN,SYSTEM_USER ON *.* ${TO};`, 'ROLE_ADMIN', undefined, 'yes'],
  [PROVIDED, 'a proxy', `GRANT PROXY ON 'boss'@'%' ${TO};`, 'PROXY', 'account:boss@%', 'yes'],
  [PROVIDED, 'of any account', `GRANT PROXY ON ''@'' ${TO};`, 'PROXY', 'account:boss@%', 'yes'],
  [
    'mariadb.com/kb/en/grant',
    'PUBLIC is everybody',
    "GRANT SELECT ON shop.* TO PUBLIC;\nGRANT USAGE ON *.* TO 'app'@'%';",
    'SELECT',
    'shop.orders',
    'yes',
  ],
];

describe('who may what', () => {
  test.each(ROWS)('%s: %s', async (_source, _name, statements, action, resource, answer) => {
    const ask = mysqlEvaluator.asker?.(await serverOf(statements));
    expect(shown(ask?.(APP, { action, ...(resource === undefined ? {} : { resource }) }).answer)).toBe(answer);
  });

  test('of an account that is only named nothing is concluded', async () => {
    const ask = mysqlEvaluator.asker?.(
      await serverOf("GRANT PROXY ON 'boss'@'%' TO 'app'@'%';\nGRANT 'ghost'@'%' TO 'app'@'%';"),
    );
    expect(shown(ask?.('mysql:account:c1/ghost@%', { action: 'SELECT' }).answer)).toBe(
      'if rights of ghost@% (not read)',
    );
  });
});

describe('ways to more', () => {
  const ways = async (statements: string, dump = '') =>
    (mysqlEvaluator.evaluate(await serverOf(statements, dump)).get(APP)?.escalations ?? []).map(
      ({ id, target, answer }) => `${id} -> ${target.split('c1/')[1]}${answer === 'yes' ? '' : '?'}`,
    );

  test.each(MYSQL_WAYS.map((way) => [`${way.id} ${way.all[0]?.on}`, way] as const))(
    '%s: found with what it needs, gone without, or elsewhere',
    async (_, way) => {
      const rights = way.all.map((need) => `GRANT ${need.any[0]} ON ${need.on || 'shop.*'} ${TO};`);
      const found = async (lines: readonly string[]) =>
        (await ways(lines.join('\n'))).filter((one) => one.startsWith(`${way.id} `));
      expect(await found(rights)).toHaveLength(1);
      for (const [index, need] of way.all.entries()) {
        expect(await found(rights.filter((_, at) => at !== index))).toEqual([]);
        const harmless =
          need.on === '' || need.on === '*.*'
            ? `GRANT SELECT ON shop.* ${TO};`
            : `GRANT ${need.any[0]} ON shop.harmless ${TO};`;
        expect(await found(rights.map((line, at) => (at === index ? harmless : line)))).toEqual([]);
        const denied = need.on.startsWith('mysql.')
          ? `GRANT ${need.any[0]} ON *.* ${TO};\nREVOKE ${need.any[0]} ON mysql.* FROM 'app'@'%';`
          : '';
        if (denied !== '') expect(await found(rights.map((line, at) => (at === index ? denied : line)))).toEqual([]);
      }
    },
  );

  test('an administrator has no need of ways', async () => {
    expect(await ways(`GRANT ALL PRIVILEGES ON *.* ${TO} WITH GRANT OPTION;`)).toEqual([]);
  });

  test('written out as MySQL 8 does, it is one as well', async () => {
    const all =
      'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, SHUTDOWN, PROCESS, FILE, REFERENCES, INDEX, ALTER, SUPER, CREATE USER';
    const result = mysqlEvaluator.evaluate(await serverOf(`GRANT ${all} ON *.* ${TO};`)).get(APP);
    expect([result?.admin, result?.privileges.map(({ id }) => id)]).toEqual(['yes', ['admin']]);
  });

  test('MariaDB protects no account from who may make accounts', async () => {
    const statements = `GRANT CREATE USER ON *.* ${TO};`;
    expect(await ways(statements)).toEqual(['my-create-user -> app@%?']);
    expect(await ways(statements, '-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n')).toEqual([
      'my-create-user -> app@%',
    ]);
    expect(await ways(`${statements}GRANT SYSTEM_USER ON *.* ${TO};`)).toEqual(['my-create-user -> app@%']);
  });

  test('roles and proxies lead on', async () => {
    expect(await ways("GRANT 'r'@'%' TO 'app'@'%';GRANT PROXY ON 'boss'@'%' TO 'app'@'%';")).toEqual([
      'my-set-role -> r@%',
      'my-proxy -> boss@%?',
    ]);
  });
});

describe('properties', () => {
  const line = fc.record({
    verb: fc.constantFrom('GRANT', 'GRANT', 'GRANT', 'REVOKE'),
    action: fc.constantFrom('SELECT', 'INSERT', 'ALL', 'FILE', 'CREATE USER'),
    on: fc.constantFrom('*.*', 'shop.*', '`s%`.*', 'shop.orders', 'mysql.*'),
  });
  const QUESTIONS = ['SELECT shop.orders', 'INSERT shop.orders', 'SELECT mysql.user', 'FILE *.*', 'SELECT sx.t'];
  const rank = (answer: string) => (answer === 'no' ? 0 : answer === 'yes' ? 2 : 1);

  test('another GRANT takes nothing away but by a more specific name, a partial revoke gives nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), line, async (lines, more) => {
        const written = (list: readonly (typeof more)[]) =>
          list
            // A revoke of what was not given on the same is a restriction of what is given on everything.
            .map(({ verb, action, on }) =>
              verb === 'GRANT'
                ? `GRANT ${action} ON ${on} ${TO};`
                : `REVOKE ${action === 'ALL' ? 'DELETE' : action} ON mysql2.* FROM 'app'@'%';`,
            )
            .join('\n');
        const answers = async (list: readonly (typeof more)[]) => {
          const ask = mysqlEvaluator.asker?.(await serverOf(written(list)));
          return QUESTIONS.map((question) => {
            const [action = '', resource = ''] = question.split(' ');
            return rank(shown(ask?.(APP, { action, resource }).answer));
          });
        };
        const [before, after] = [await answers(lines), await answers([...lines, more])];
        // A name takes away what a pattern that it matches gave.
        const overlaps = more.on === 'shop.*' && lines.some(({ on }) => on === '`s%`.*');
        if (more.verb === 'GRANT' && !overlaps && !lines.some(({ verb }) => verb === 'REVOKE')) {
          for (const [index, had] of before.entries()) expect((after[index] ?? 0) > 0 || had === 0).toBe(true);
        }
        if (more.verb === 'REVOKE')
          for (const [index, had] of before.entries()) expect(after[index] ?? 0).toBeLessThanOrEqual(had);
      }),
      { numRuns: 100 },
    );
  });

  test('a name matches itself, escaped or not', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_%]{0,12}$/), (name) => {
        expect(matchesDatabase(name.replace(/[_%]/g, '\\$&'), name)).toBe(true);
        expect(matchesDatabase(name, name)).toBe(true);
      }),
    );
  });
});
