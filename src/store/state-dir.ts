import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../errors.ts';

/** Files of a state folder; see `docs/storage.md`. */
export interface StateDir {
  readonly path: string;
  readonly inventory: string;
  readonly contents: string;
  readonly issuer: string;
  readonly key: string;
  readonly audit: string;
  readonly keys: string;
}

/**
 * Names what is in a state folder; touches nothing.
 *
 * @param folder - `Config.state`.
 */
export function stateDir(folder: string): StateDir {
  const path = resolve(folder);
  return {
    path,
    inventory: join(path, 'inventory.db'),
    contents: join(path, 'contents.db'),
    issuer: join(path, 'issuer.db'),
    key: join(path, 'store.key'),
    audit: join(path, 'audit'),
    keys: join(path, 'keys'),
  };
}

/**
 * Makes the state folder where it does not exist: for its owner only, and with a `.gitignore` of everything, so that no
 * database and no key is ever committed by accident.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE when it cannot be made.
 */
export function createStateDir(folder: string): StateDir {
  const state = stateDir(folder);
  try {
    mkdirSync(state.path, { recursive: true, mode: 0o700 });
    const ignore = join(state.path, '.gitignore');
    if (!existsSync(ignore)) writeFileSync(ignore, '*\n', { mode: 0o600 });
  } catch (cause) {
    throw new AppError('ERR_STORE_UNREACHABLE', `${state.path}: cannot be made`, {
      hint: 'check that its folder exists and is yours, or name a store with --store',
      cause,
    });
  }
  return state;
}
