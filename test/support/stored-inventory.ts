import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '../../src/model/fact.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Problem } from '../../src/model/snapshot.ts';
import type { Coverage } from '../../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';

const ALL: Coverage = { read: 'all' };

/** What one scan of a test found. */
export interface StoredScan {
  readonly at: Date;
  readonly inventory: Inventory;
  readonly source?: string;
  readonly problems?: readonly Problem[];
  readonly coverage?: Coverage;
}

/** A store with the scans of a test in it, one after the other, in a folder of its own. */
export async function storedInventory(...scans: readonly StoredScan[]) {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-stored-'));
  const file = join(folder, 'inventory.db');
  const store = await openInventoryStore(file);
  for (const { at, inventory, source = 'test:here', problems = [], coverage = ALL } of scans) {
    const draft = await store.begin({ source, at });
    await draft.add(factsOf(inventory).map((fact) => ({ ...fact, unit: 'all.json' })));
    await draft.commit({ coverage, units: 1, problems });
  }
  await store.close();
  return { folder, file, close: () => rmSync(folder, { recursive: true, force: true }) };
}

function factsOf({ principals, credentials, secrets, grants, trusts }: Inventory): readonly Fact[] {
  return [
    ...[...principals.values()].map((body): Fact => ({ kind: 'principal', body })),
    ...[...credentials.values()].map((body): Fact => ({ kind: 'credential', body })),
    ...[...secrets.values()].map((body): Fact => ({ kind: 'secret', body })),
    ...[...grants.values()].map((body): Fact => ({ kind: 'grant', body })),
    ...[...trusts.values()].map((body): Fact => ({ kind: 'trust', body })),
  ];
}
