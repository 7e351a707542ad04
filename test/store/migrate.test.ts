import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { INVENTORY_MIGRATIONS } from '../../src/store/inventory/migrations/index.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { type Migration, migrate } from '../../src/store/migrate.ts';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';
import { startChild } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const first: Migration = { version: 1, statements: ['create table thing (id integer primary key)'] };
const second: Migration = {
  version: 2,
  statements: ['create table other (id integer primary key)', 'insert into thing (id) values (2)'],
};
const broken: Migration = {
  version: 2,
  statements: ['create table other (id integer primary key)', 'insert into nowhere values (1)'],
};

async function migrateFile(file: string, migrations: readonly Migration[], store = 'inventory'): Promise<void> {
  const connection = connectSqlite<unknown>(file);
  try {
    await migrate(connection, store, migrations);
  } finally {
    connection.close();
  }
}

function inFile<T>(file: string, query: string): T[] {
  const database = new SqliteDatabase(file);
  try {
    return database.prepare(query).pluck().all() as T[];
  } finally {
    database.close();
  }
}

const TABLES = "select name from sqlite_master where type = 'table' order by name";

describe('migrate', () => {
  it('goes from empty to the newest, and step by step', async () => {
    const file = join(temporaryFolder(), 'x.db');
    await migrateFile(file, [first]);
    expect(inFile(file, 'select version from lapse_schema')).toEqual([1]);
    await migrateFile(file, [first, second]);
    expect(inFile(file, 'select version from lapse_schema')).toEqual([2]);
    expect(inFile(file, 'select id from thing')).toEqual([2]);
  });

  it('does nothing the second time', async () => {
    const file = join(temporaryFolder(), 'x.db');
    await migrateFile(file, [first, second]);
    await migrateFile(file, [first, second]);
    expect(inFile(file, 'select id from thing')).toEqual([2]);
  });

  it('leaves the old version when a step fails', async () => {
    const file = join(temporaryFolder(), 'x.db');
    await migrateFile(file, [first]);
    await expect(migrateFile(file, [first, broken])).rejects.toThrow('nowhere');
    expect(inFile(file, TABLES)).toEqual(['lapse_schema', 'thing']);
    expect(inFile(file, 'select version from lapse_schema')).toEqual([1]);
    await migrateFile(file, [first, second]);
    expect(inFile(file, 'select version from lapse_schema')).toEqual([2]);
  });

  it('leaves the old version when the process is killed in the middle', async () => {
    const file = join(temporaryFolder(), 'x.db');
    await migrateFile(file, [first]);
    const child = startChild(new URL('./child-migrate.ts', import.meta.url), file);
    await child.says('migrating');
    await child.kill();
    expect(inFile(file, TABLES)).toEqual(['lapse_schema', 'thing']);
    await migrateFile(file, [first, second]);
    expect(inFile(file, 'select version from lapse_schema')).toEqual([2]);
  });

  it.each<[string, (file: string) => Promise<void> | void, string]>([
    [
      'a newer schema',
      (file) => migrateFile(file, [...INVENTORY_MIGRATIONS, first, second]),
      `the inventory store has schema version ${INVENTORY_MIGRATIONS.length + 2}, this lapse knows ${INVENTORY_MIGRATIONS.length}`,
    ],
    [
      "another store's",
      (file) => migrateFile(file, [first], 'issuer'),
      'the database is the issuer store of lapse, not the inventory store',
    ],
    [
      "another program's",
      (file) => void new SqliteDatabase(file).exec('create table thing (id integer)').close(),
      'the database has tables, but none of lapse',
    ],
  ])('refuses a database with %s and leaves it as it is', async (_case, prepare, message) => {
    const file = join(temporaryFolder(), 'x.db');
    await prepare(file);
    const before = inFile(file, TABLES);
    await expect(openInventoryStore(file)).rejects.toMatchObject({
      code: 'ERR_STORE_VERSION',
      message,
      hint: expect.any(String),
    });
    expect(inFile(file, TABLES)).toEqual(before);
  });

  it('numbers the steps of the inventory without a gap', () => {
    expect(INVENTORY_MIGRATIONS.map(({ version }) => version)).toEqual(
      INVENTORY_MIGRATIONS.map((_, index) => index + 1),
    );
  });
});

describe('opening a file', () => {
  it('makes it readable by its owner only, with everything that SQLite puts beside it', async () => {
    const folder = temporaryFolder();
    const store = await openInventoryStore(join(folder, 'inventory.db'));
    const files = readdirSync(folder);
    expect(files).toContain('inventory.db-wal');
    expect(files.map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8))).toEqual(
      files.map(() => '600'),
    );
    await store.close();
  });

  it('is durable and waits for others', () => {
    const { driver, close } = connectSqlite(join(temporaryFolder(), 'x.db'));
    expect(
      ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout'].map((pragma) =>
        driver.pragma(pragma, { simple: true }),
      ),
    ).toEqual(['wal', 2, 1, 30_000]);
    close();
  });

  it.each<[string, string]>([
    ['no database', 'notes'],
    ['a folder', 'sub'],
    ['in a folder that does not exist', 'missing/inventory.db'],
  ])('says so when it is %s', async (_case, name) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes'), 'plain text, long enough to be no empty database\n'.repeat(40));
    mkdirSync(join(folder, 'sub'));
    const file = join(folder, name);
    await expect(openInventoryStore(file)).rejects.toMatchObject({
      code: 'ERR_STORE_UNREACHABLE',
      message: expect.stringContaining(file),
      hint: expect.any(String),
    });
  });

  it('says so when it breaks later', async () => {
    const connection = connectSqlite(join(temporaryFolder(), 'x.db'));
    connection.driver.pragma('max_page_count = 1');
    await expect(sql`create table big (x)`.execute(connection.db)).rejects.toMatchObject({
      code: 'ERR_STORE_UNREACHABLE',
      message: expect.stringContaining('disk is full'),
    });
    connection.close();
  });
});
