import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { AppError } from '../errors.ts';
import type { Fact } from '../model/fact.ts';
import { openSqlite, storeError } from './open-sqlite.ts';

/** What scanners said of a content; see `ContentMemory` in `src/scan/content-memory.ts`. */
interface Remembered {
  readonly scanner: string;
  readonly fact: Fact;
}

interface Name {
  readonly hash: string;
  readonly path: string;
}

/** Revisions that are kept: configurations may take turns. */
const REVISIONS = 4;

/** Counted up when the tables change: an older file is begun anew. */
const FORM = 1;

/**
 * Opens the file in which contents are remembered, made with mode 0600 where it does not exist. It is a cache: what cannot be
 * used is thrown away and begun anew. See `docs/storage.md`.
 *
 * @param revision - stands for everything that decides what is found in a content: engine, rules, limits, the fingerprints' key.
 * @throws {AppError} ERR_STORE_UNREACHABLE when the file cannot be made.
 */
export function openContentMemory(
  path: string,
  revision: string,
): {
  recall(contents: readonly Name[]): readonly (readonly Remembered[] | undefined)[];
  remember(contents: readonly (Name & { readonly facts: readonly Remembered[] })[]): void;
  used(): readonly string[];
  rememberUsed(names: readonly string[]): void;
  close(): void;
} {
  const database = openOrBeginAnew(path);
  const id = useRevision(database, revision);
  const find = database
    .prepare<[number, Buffer], string | null>('select facts from content where revision = ? and name = ?')
    .pluck();
  const keep = database.prepare('insert or replace into content (revision, name, facts) values (?, ?, ?)');
  const keepUsed = database.prepare('insert or ignore into used (revision, name) values (?, ?)');
  const used = database.prepare<[number], string>('select name from used where revision = ? order by name').pluck();
  const inStore = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storeError(error, path);
    }
  };
  return {
    recall(contents) {
      // One transaction: each question by itself would lock the file anew.
      const all = database.transaction(() => contents.map((name) => find.get(id, digest(name))));
      return inStore(() => all()).map((facts) =>
        facts === undefined ? undefined : facts === null ? [] : (JSON.parse(facts) as readonly Remembered[]),
      );
    },
    remember(contents) {
      const all = database.transaction(() => {
        for (const { facts, ...name } of contents)
          keep.run(id, digest(name), facts.length === 0 ? null : JSON.stringify(facts));
      });
      inStore(() => all());
    },
    used: () => inStore(() => used.all(id)),
    rememberUsed(names) {
      const all = database.transaction(() => {
        for (const name of names) keepUsed.run(id, name);
      });
      inStore(() => all());
    },
    close: () => database.close(),
  };
}

function digest({ hash: blob, path }: Name): Buffer {
  return hash('sha256', `${blob}\0${path}`, 'buffer').subarray(0, 16);
}

function openOrBeginAnew(path: string): Database {
  const found = tryOpen(path);
  if (!(found instanceof AppError)) return found;
  for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
  const made = tryOpen(path);
  if (made instanceof AppError) throw made;
  return made;
}

function tryOpen(path: string): Database | AppError {
  let database: Database | undefined;
  try {
    database = openSqlite(path);
    // Losing the last writes to a power cut costs a second reading, and nothing else.
    database.pragma('synchronous = OFF');
    const form = database.pragma('user_version', { simple: true });
    if (form !== FORM && form !== 0) throw new AppError('ERR_STORE_VERSION', `${path}: of another version of lapse`);
    database.exec(`
      create table if not exists revision (id integer primary key autoincrement, name text not null unique);
      create table if not exists content (
        revision integer not null, name blob not null, facts text, primary key (revision, name)
      ) without rowid;
      create table if not exists used (revision integer not null, name text not null, primary key (revision, name)) without rowid;
      pragma user_version = ${FORM};
    `);
    return database;
  } catch (error) {
    database?.close();
    const known = storeError(error, path);
    if (known instanceof AppError) return known;
    throw known;
  }
}

/** Its number; of too many, the oldest makes room. */
function useRevision(database: Database, name: string): number {
  return database
    .transaction(() => {
      const known = database.prepare<[string], number>('select id from revision where name = ?').pluck().get(name);
      if (known !== undefined) return known;
      const { lastInsertRowid } = database.prepare('insert into revision (name) values (?)').run(name);
      const old = 'select id from revision order by id desc limit -1 offset ?';
      for (const table of ['content', 'used'])
        database.prepare(`delete from ${table} where revision in (${old})`).run(REVISIONS);
      database.prepare(`delete from revision where id in (${old})`).run(REVISIONS);
      return Number(lastInsertRowid);
    })
    .immediate();
}
