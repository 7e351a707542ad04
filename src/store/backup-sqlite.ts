import { closeSync, openSync, rmSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { AppError } from '../errors.ts';
import { storeError } from './open-sqlite.ts';

/**
 * Copies a SQLite database as it is at one moment, while others read and write it (SQLite's online backup). The copy has mode 0600.
 *
 * @param to - must not exist.
 * @throws {AppError} ERR_USAGE when it does; ERR_STORE_UNREACHABLE.
 */
export async function backupSqlite(from: string, to: string): Promise<void> {
  makeFile(to);
  try {
    const source = new SqliteDatabase(from, { readonly: true });
    try {
      await source.backup(to);
    } finally {
      source.close();
    }
    const copy = new SqliteDatabase(to);
    try {
      const problem = copy.pragma('quick_check', { simple: true });
      if (problem !== 'ok') throw new AppError('ERR_STORE_UNREACHABLE', `${to}: the copy is damaged: ${problem}`);
    } finally {
      copy.close();
    }
  } catch (error) {
    rmSync(to, { force: true });
    throw storeError(error, from);
  }
}

function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${path}: exists already, or cannot be made`, { cause });
  }
}
