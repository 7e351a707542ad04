import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import type { InventorySchema } from '../../src/store/inventory/schema.ts';
import { snapshotDraft } from '../../src/store/inventory/snapshot-draft.ts';
import { connectSqlite } from '../../src/store/sqlite-connection.ts';
import { collect } from './collect.ts';
import { inventoryContract } from './inventory-contract.ts';
import { unit, user } from './sample-facts.ts';
import { temporaryFolder } from './temporary-folder.ts';

inventoryContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lapse store '));
  const file = join(folder, 'inventory.db');
  return {
    open: () => openInventoryStore(file),
    rows: async () => {
      const database = new SqliteDatabase(file, { readonly: true });
      try {
        return Number(database.prepare('select count(*) from fact').pluck().get());
      } finally {
        database.close();
      }
    },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

it('gives principals the environments of the configuration, in views and not in rows', async () => {
  const file = join(temporaryFolder(), 'inventory.db');
  const store = await openInventoryStore(file, { environments: [{ name: 'production', scopes: ['111122223333'] }] });
  const draft = await store.begin({ source: 'aws:acme', at: new Date(0) });
  await draft.add(unit('iam.json', { kind: 'principal', body: user('ci') }));
  await draft.commit({ coverage: { read: 'all' }, units: 1, problems: [] });
  expect((await store.inventory()).principals.get(user('ci').id)?.environment).toBe('production');
  expect(await collect(store.facts())).toMatchObject([{ body: user('ci') }]);
  await store.close();
});

it('says so when the disk is full while facts are staged', async () => {
  const connection = connectSqlite<InventorySchema>(join(temporaryFolder(), 'inventory.db'));
  const draft = snapshotDraft(connection, { source: 'aws:acme', at: new Date(0) });
  connection.driver.pragma('temp.max_page_count = 20');
  const many = Array.from({ length: 1_000 }, (_, n) => ({ kind: 'principal', body: user(`u${n}`) }) as const);
  await expect(draft.add(unit('iam.json', ...many))).rejects.toMatchObject({
    code: 'ERR_STORE_UNREACHABLE',
    message: expect.stringContaining('disk is full'),
  });
  await draft.abort();
});
