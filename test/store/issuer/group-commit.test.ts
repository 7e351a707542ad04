import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GroupCommit } from '../../../src/store/issuer/group-commit.ts';
import { connectSqlite, type SqliteConnection } from '../../../src/store/sqlite-connection.ts';

interface Schema {
  note: { text: string };
}

let folder: string;
let connection: SqliteConnection<Schema>;
let commits: GroupCommit<Schema>;
let transactions: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-commit-'));
  connection = connectSqlite(join(folder, 'test.db'));
  await sql`create table note (text text not null)`.execute(connection.db);
  transactions = 0;
  commits = new GroupCommit((work) => {
    transactions += 1;
    return connection.exclusively(work);
  });
});

afterEach(() => {
  connection.close();
  rmSync(folder, { recursive: true });
});

const add = (text: string) => (db: Kysely<Schema>) => db.insertInto('note').values({ text }).execute();
const texts = async () => (await connection.db.selectFrom('note').select('text').execute()).map(({ text }) => text);

it('puts what waits together into one transaction', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, at) => commits.write(add(`n${at}`))));
  expect(transactions).toBe(1);
  expect(await texts()).toHaveLength(50);
});

it('tells nobody of success before the commit', async () => {
  const order: string[] = [];
  const first = commits.write(add('one')).then(() => order.push('one'));
  const second = commits.write(async (db) => {
    await add('two')(db);
    order.push('still in the transaction');
  });
  await Promise.all([first, second]);
  expect(order).toEqual(['still in the transaction', 'one']);
});

it('undoes everything when the disk is full, tells everybody, and goes on when there is room', async () => {
  const pages = Number(connection.driver.pragma('page_count', { simple: true }));
  connection.driver.pragma(`max_page_count = ${pages + 2}`);
  const results = await Promise.allSettled([commits.write(add('small')), commits.write(add('x'.repeat(100_000)))]);
  expect(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'fulfilled'))).toEqual([
    'ERR_STORE_UNREACHABLE',
    'ERR_STORE_UNREACHABLE',
  ]);
  expect(await texts()).toEqual([]);
  connection.driver.pragma(`max_page_count = ${pages + 1000}`);
  await commits.write(add('after'));
  expect(await texts()).toEqual(['after']);
});

it('is idle when everything is written', async () => {
  const written = commits.write(add('one'));
  await commits.idle();
  expect(await texts()).toEqual(['one']);
  await written;
});
