import type { SqliteConnection } from '../sqlite-connection.ts';
import type { KnownFile, ReadFiles } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';

/** The files of one root that need not be read again, in the same file as what they said. */
export function readFiles({ driver, exclusively }: SqliteConnection<InventorySchema>, root: string): ReadFiles {
  const find = driver.prepare<[string, string], { readonly digest: string; readonly outcome: string }>(
    'select digest, outcome from read_file where root = ? and path = ?',
  );
  const forget = driver.prepare('delete from read_file where root = ?');
  const keep = driver.prepare('insert or replace into read_file (root, path, digest, outcome) values (?, ?, ?, ?)');
  return {
    recall(path) {
      const known = find.get(root, path);
      if (known === undefined) return undefined;
      const { size, formats } = JSON.parse(known.outcome) as Pick<KnownFile, 'size' | 'formats'>;
      return { path, digest: known.digest, size, formats };
    },
    forget: () => exclusively(async () => void forget.run(root)),
    remember: (files) =>
      exclusively(async () => {
        for (const { path, digest, size, formats } of files)
          keep.run(root, path, digest, JSON.stringify({ size, formats }));
      }),
  };
}
