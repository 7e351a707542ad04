import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mysqlScanner } from '../../../scanners/mysql/index.ts';
import { scanBytes } from '../scan-bytes.ts';

test('nothing of a stored or written password is told', async () => {
  const kept = 'canary'.repeat(3);
  const lines = [
    `CREATE USER 'a'@'%' IDENTIFIED WITH 'mysql_native_password' AS '${kept}';`,
    `CREATE USER 'b'@'%' IDENTIFIED BY '${kept}' REQUIRE SSL;`,
    `CREATE USER 'c'@'%' IDENTIFIED BY PASSWORD '${kept}';`,
    `CREATE USER 'd'@'%' IDENTIFIED VIA ed25519 USING '${kept}' OR unix_socket;`,
    `GRANT USAGE ON *.* TO 'e'@'%' IDENTIFIED BY PASSWORD '${kept}' WITH GRANT OPTION;`,
    `ALTER USER 'b'@'%' IDENTIFIED BY '${kept}' REPLACE '${kept}';`,
  ];
  const dump = await scanBytes(mysqlScanner, 'x.sql', lines.join('\n'));
  const rows = await scanBytes(
    mysqlScanner,
    'x.csv',
    `Host,User,plugin,authentication_string\n%,a,caching_sha2_password,${kept}\n`,
  );
  expect([dump.format, rows.format, dump.problems]).toEqual(['users-dump', 'grant-table-csv', []]);
  expect(JSON.stringify([dump, rows])).not.toContain('canary');
  const schemes = dump.facts.flatMap(({ kind, body }) => (kind === 'credential' ? [body.attributes?.scheme] : []));
  expect(schemes).toEqual([
    'mysql_native_password',
    'default',
    'mysql_native_password',
    'ed25519',
    'mysql_native_password',
  ]);
});

test('a backslash makes of a name what the server would', async () => {
  const { facts, problems } = await scanBytes(
    mysqlScanner,
    'x.sql',
    [
      String.raw`CREATE USER 'two\nlines\t\'x\\'@'a\_b%';`,
      String.raw`GRANT SELECT ON a.* TO 'two\nlines\t\'x\\'@'a\_b%';`,
      'GRANT SELECT ON a.* TO `raw\\n`@`%`;',
    ].join('\n'),
  );
  expect(problems).toEqual([]);
  const names = facts.flatMap(({ kind, body }) => (kind === 'principal' && body.kind === 'account' ? [body.name] : []));
  expect([...new Set(names)].sort()).toEqual(['raw\\n@%', "two\nlines\t'x\\@a\\_b%"]);
});

test('whatever there is, it never fails but by saying so', async () => {
  const beginnings = [
    '',
    "GRANT SELECT ON a.* TO 'x'@'y';\n",
    "GRANT SELECT ON a.* TO 'x'@'y'\n",
    'Host,User,Select_priv\n',
    'User\tHost\tPriv\tWITH_GRANT_OPTION\n',
    '[{"Host": "%", "User": "x", "Select_priv": ',
  ];
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'GRANT ',
      'REVOKE ',
      'CREATE USER ',
      ' ON ',
      ' TO ',
      '`',
      "'",
      '@',
      '/*!',
      '*/',
      ';',
      '\n',
      '(',
      ')',
      '\\',
      'DELIMITER ',
      '\t',
      ',',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...beginnings), fc.array(piece, { maxLength: 12 }), async (begin, rest) => {
      const text = begin + rest.join('');
      for (const path of ['x.sql', 'x.txt', 'x.csv'])
        expect(await scanBytes(mysqlScanner, path, text, { chunk: 3 })).toEqual(
          await scanBytes(mysqlScanner, path, text),
        );
    }),
    { numRuns: 150 },
  );
});
