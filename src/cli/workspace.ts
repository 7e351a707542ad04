import type { KeyObject } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { InventoryStore } from '../store/inventory/inventory-store.ts';
import { openInventoryStore } from '../store/inventory/open-inventory-store.ts';
import { loadStoreKey } from '../store/key.ts';
import type { GlobalOptions } from './command.ts';
import { configFor } from './config-for.ts';
import type { CliContext } from './context.ts';
import { inventoryPlace } from './inventory-place.ts';

/** What a command that looks at the inventory works with. */
export interface Workspace {
  readonly config: Config;
  readonly store: InventoryStore;
  /** Where the contents of histories are remembered. */
  readonly contents: string;
  /** The store's. */
  readonly key: KeyObject;
  /** Keyed with the store's key. */
  fingerprint(value: string): string;
}

/** Loads the configuration, opens the inventory, runs `work`, and closes what was opened. */
export async function withWorkspace<T>(
  cli: CliContext,
  options: GlobalOptions,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const config = await configFor(cli, options);
  const place = inventoryPlace(config, cli.cwd, options.store);
  const key = loadStoreKey(place.key, cli.env);
  const store = await openInventoryStore(place.database, {
    environments: config.environments,
    owners: config.owners,
  });
  try {
    return await work({
      config,
      store,
      key,
      contents: place.contents,
      fingerprint: (value) => fingerprint(key, value),
    });
  } finally {
    await store.close();
  }
}
