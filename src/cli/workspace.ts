import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { AppError } from '../errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { InventoryStore } from '../store/inventory/inventory-store.ts';
import { openInventoryStore } from '../store/inventory/open-inventory-store.ts';
import { loadStoreKey } from '../store/key.ts';
import { createStateDir } from '../store/state-dir.ts';
import type { GlobalOptions } from './command.ts';
import type { CliContext } from './context.ts';

/** What a command that looks at the inventory works with. */
export interface Workspace {
  readonly config: Config;
  readonly store: InventoryStore;
  /** Keyed with the store's key. */
  fingerprint(value: string): string;
}

/** Loads the configuration, opens the inventory, runs `work`, and closes what was opened. */
export async function withWorkspace<T>(
  cli: CliContext,
  options: GlobalOptions,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const config = loadConfig({ cwd: cli.cwd, ...(options.config === undefined ? {} : { path: options.config }) });
  const state = createStateDir(config.folder);
  const key = loadStoreKey(state.key, cli.env);
  const store = await openInventoryStore(storePath(config, options, cli) ?? state.inventory, {
    environments: config.environments,
  });
  try {
    return await work({ config, store, fingerprint: (value) => fingerprint(key, value) });
  } finally {
    await store.close();
  }
}

/** What was asked for, relative to the current folder; what is configured, relative to the configuration. */
function storePath(config: Config, { store }: GlobalOptions, cli: CliContext): string | undefined {
  const asked = store ?? config.store.path;
  if (asked === undefined) return undefined;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(asked)) {
    throw new AppError('ERR_USAGE', 'the inventory store is a SQLite file, not an address', {
      hint: 'name a file: --store path/to/inventory.db',
    });
  }
  return resolve(store === undefined ? config.folder : cli.cwd, asked);
}
