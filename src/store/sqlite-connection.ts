import { resolve } from 'node:path';
import type { Database } from 'better-sqlite3';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement, sql } from 'kysely';
import { recently } from '../model/recently.ts';
import type { Exclusively } from './migrate.ts';
import { openSqlite, storeError } from './open-sqlite.ts';

/** One connection to a SQLite file: Kysely for queries, the driver itself for the hot path. */
export interface SqliteConnection<Schema> {
  readonly db: Kysely<Schema>;
  readonly driver: Database;
  readonly exclusively: Exclusively<Schema>;
  close(): void;
}

/**
 * Opens a connection of its own, made for one user at a time: a transaction covers everything that happens on it.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE when the file cannot be opened or is no database; queries throw it too.
 */
export function connectSqlite<Schema>(path: string): SqliteConnection<Schema> {
  const driver = openSqlite(path);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: withStoreErrors(driver, path) }) });
  return {
    db,
    driver,
    exclusively: (work) => inTurn(path, () => exclusively(db, driver, work)),
    close: () => driver.close(),
  };
}

/** Prepared statements that a connection keeps. */
const STATEMENTS = 300;

/** The last writer of each file in this process. */
const writers = new Map<string, Promise<unknown>>();

/**
 * Waiting for another process blocks this one; were the other writer in this process, it could never come to its end. So the
 * writers of one process take turns before they ask for the lock.
 */
async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const file = resolve(path);
  const turn = (writers.get(file) ?? Promise.resolve()).then(work, work);
  writers.set(file, turn);
  try {
    return await turn;
  } finally {
    if (writers.get(file) === turn) writers.delete(file);
  }
}

/**
 * Kysely's own transaction takes the write lock at its first write, when what it has read may be stale already and SQLite
 * refuses to go on; this one takes it at once.
 */
function exclusively<Schema, T>(
  db: Kysely<Schema>,
  driver: Database,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection);
    try {
      const result = await work(connection);
      await sql`commit`.execute(connection);
      return result;
    } catch (error) {
      // A full disk has ended the transaction already.
      if (driver.inTransaction) await sql`rollback`.execute(connection);
      throw error;
    }
  });
}

function withStoreErrors(driver: Database, path: string): SqliteDatabase {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw storeError(error, path);
    }
  };
  return {
    close: () => driver.close(),
    // A daemon asks the same few dozen statements for ever, and preparing one takes longer than most of them run.
    prepare: recently(STATEMENTS, (text): SqliteStatement => {
      const statement = guard(() => driver.prepare(text));
      return {
        reader: statement.reader,
        all: (parameters) => guard(() => statement.all(...parameters)),
        run: (parameters) => guard(() => statement.run(...parameters)),
        // Others may ask the same while this one is read, which one statement cannot do.
        iterate: (parameters) => guard(() => driver.prepare(text).iterate(...parameters)),
      };
    }),
  };
}
