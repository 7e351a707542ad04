/** Run by a test as a process of its own: a migration whose second step never ends. */
import { migrate } from '../../src/store/migrate.ts';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';

const connection = connectSqlite<unknown>(process.argv[2] ?? '');
connection.driver.function('say', (text) => {
  console.log(text);
  return 0;
});
await migrate(connection, 'inventory', [
  { version: 1, statements: [] },
  {
    version: 2,
    statements: [
      'create table other (id integer primary key)',
      `insert into other select say('migrating')`,
      'insert into other with recursive n (i) as (select 1 union all select i + 1 from n) select i from n',
    ],
  },
]);
