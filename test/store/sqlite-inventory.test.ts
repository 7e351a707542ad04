import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { inventoryContract } from './inventory-contract.ts';

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
