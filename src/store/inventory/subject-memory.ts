import type { SqliteConnection } from '../sqlite-connection.ts';
import type { Remembered, SubjectMemory } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';

/**
 * Has a connection of its own until it is closed: what is to be remembered waits in a temporary table, and one transaction serves
 * all questions, since each by itself would lock the file anew.
 */
export function subjectMemory(connection: SqliteConnection<InventorySchema>): SubjectMemory {
  const { driver } = connection;
  driver.exec(`
    create temp table remembered_now (
      what text not null, subject text not null, digest text not null, body text, primary key (what, subject)
    ) without rowid;
    begin;
  `);
  const find = driver.prepare<[Remembered, string], { readonly digest: string; readonly body: string }>(
    'select digest, body from remembered where what = ? and subject = ?',
  );
  const keep = driver.prepare<[Remembered, string, string, string | null]>(
    'insert or replace into remembered_now (what, subject, digest, body) values (?, ?, ?, ?)',
  );
  return {
    recall(what, subject, digest) {
      const known = find.get(what, subject);
      if (known?.digest !== digest) return undefined;
      keep.run(what, subject, digest, null);
      return known.body;
    },
    remember: (what, subject, digest, body) => void keep.run(what, subject, digest, body),
    async commit() {
      driver.exec('commit');
      await connection.exclusively(async () => {
        driver.exec(`
          delete from remembered
            where not exists (select 1 from remembered_now now where now.what = remembered.what and now.subject = remembered.subject);
          insert or replace into remembered
            select what, subject, digest, body from remembered_now where body is not null;
        `);
      });
    },
    close: () => connection.close(),
  };
}
