import type { Finding } from '../../model/finding.ts';
import type { SqliteConnection } from '../sqlite-connection.ts';
import { findingReader } from './finding-reader.ts';
import type { JudgedSubjects } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';

/** Has a connection of its own until it is closed: what is to be remembered waits in a temporary table. */
export function judgedSubjects(connection: SqliteConnection<InventorySchema>, at: number): JudgedSubjects {
  const { driver } = connection;
  driver.exec(
    'create temp table judged_now (subject text primary key, digest text not null, fingerprints text not null)',
  );
  const find = driver.prepare<[string], { readonly digest: string; readonly fingerprints: string }>(
    'select digest, fingerprints from judged where subject = ?',
  );
  const keep = driver.prepare('insert or replace into judged_now (subject, digest, fingerprints) values (?, ?, ?)');
  const read = findingReader(driver, at);
  const recall = driver.transaction((subject: string, digest: string): readonly Finding[] | undefined => {
    const known = find.get(subject);
    if (known?.digest !== digest) return undefined;
    const found = (JSON.parse(known.fingerprints) as readonly string[]).map(read);
    if (!found.every((finding) => finding !== undefined)) return undefined;
    keep.run(subject, digest, known.fingerprints);
    return found;
  });
  return {
    recall: (subject, digest) => recall(subject, digest),
    remember: (subject, digest, found) => {
      keep.run(subject, digest, JSON.stringify(found.map(({ fingerprint }) => fingerprint)));
    },
    commit: async () => {
      await connection.exclusively(async () => {
        driver.exec(`
          delete from judged where subject not in (select subject from judged_now);
          insert or replace into judged
            select now.subject, now.digest, now.fingerprints from judged_now now
            left join judged known on known.subject = now.subject
            where known.digest is not now.digest;
        `);
      });
    },
    close: () => connection.close(),
  };
}
