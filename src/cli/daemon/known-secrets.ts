import type { KeyObject } from 'node:crypto';
import type { KnownSecret, KnownSecrets } from '../../issuer/known-secrets.ts';
import { fingerprint } from '../../model/fingerprint.ts';
import type { InventoryStore } from '../../store/inventory/inventory-store.ts';

/** The inventory's static secrets for the issuer. */
export function knownSecrets(inventory: InventoryStore, key: KeyObject): KnownSecrets {
  return {
    fingerprint: (value) => fingerprint(key, value),
    byFingerprint: (wanted) => inventory.findSecret(wanted),
    byId: (id) => findById(inventory, id),
  };
}

/** An id is the beginning of a fingerprint, which the stored rows have whole. Asked when a key is bound, which is rare. */
async function findById(inventory: InventoryStore, id: string): Promise<KnownSecret | undefined> {
  for await (const row of inventory.facts())
    if (row.kind === 'secret' && row.body.id === id) return inventory.findSecret(row.body.fingerprint);
  return undefined;
}
