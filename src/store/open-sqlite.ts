import { closeSync, openSync } from 'node:fs';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { AppError } from '../errors.ts';

/** How long a statement waits for another process's write, in milliseconds. */
const BUSY_TIMEOUT = 30_000;

/**
 * Opens a SQLite file, made with mode 0600 where it does not exist: WAL, so that readers never wait; synchronous FULL, so
 * that what was committed survives a power cut; foreign keys on.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE when the file cannot be opened or is no database.
 */
export function openSqlite(path: string): Database {
  try {
    // SQLite would make the file with the umask's mode; its WAL takes the mode of the file.
    closeSync(openSync(path, 'a', 0o600));
    const database = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT });
    try {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  } catch (error) {
    throw storeError(error, path);
  }
}

/** What a failure of SQLite or of the file system means to the caller; errors of our own pass unchanged. */
export function storeError(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = FAILURES.find(({ codes }) => codes.test(code));
  if (known === undefined) return error;
  return new AppError('ERR_STORE_UNREACHABLE', `${path}: ${known.message}`, { hint: known.hint, cause: error });
}

const FAILURES = [
  {
    codes: /^SQLITE_(?:BUSY|LOCKED)/,
    message: 'another process has been writing to the store for too long',
    hint: 'wait until it is done, or end it',
  },
  {
    codes: /^SQLITE_(?:NOTADB|CORRUPT|FORMAT)/,
    message: 'not a usable SQLite database',
    hint: 'name another file with --store, or restore this one from a backup',
  },
  {
    codes: /^(?:SQLITE_(?:FULL|IOERR)|ENOSPC|EDQUOT)/,
    message: 'the disk is full or failing',
    hint: 'make room, then run the command again: what was not committed is not in the store',
  },
  {
    codes: /^(?:SQLITE_(?:CANTOPEN|PERM|READONLY|AUTH)|EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EISDIR)/,
    message: 'cannot be opened for writing',
    hint: 'check that its folder exists and is yours',
  },
] as const;
