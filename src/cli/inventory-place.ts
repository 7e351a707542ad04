import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { createStateDir } from '../store/state-dir.ts';

/** Where the inventory is, and the key of its fingerprints beside it. */
export interface InventoryPlace {
  readonly database: string;
  readonly key: string;
  /** Remembers which contents of histories were read. */
  readonly contents: string;
}

/**
 * The inventory that was asked for (relative to `cwd`), that is configured (relative to the configuration), or that of the state
 * folder, which is made. The key belongs to the database: from wherever it is opened, the same value has the same fingerprint.
 *
 * @throws {AppError} ERR_USAGE for an address of a server.
 */
export function inventoryPlace(config: Config, cwd: string, store?: string): InventoryPlace {
  const asked = store ?? config.store.path;
  if (asked === undefined) {
    const { inventory, key, contents } = createStateDir(config.state);
    return { database: inventory, key, contents };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(asked)) {
    throw new AppError('ERR_USAGE', 'the inventory store is a SQLite file, not an address', {
      hint: 'name a file: --store path/to/inventory.db',
    });
  }
  const database = resolve(store === undefined ? config.folder : cwd, asked);
  return { database, key: `${database}.key`, contents: `${database}.contents` };
}
