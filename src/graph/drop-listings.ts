import type { Inventory } from '../model/inventory.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import { matchSecrets } from './join.ts';

/**
 * Takes out the places where a provider lists a credential: the id of an access key in an export of that provider is how the
 * credential is known at all, and no leak. A static secret that stands nowhere else goes.
 */
export function dropListings(inventory: Inventory): Inventory {
  const secrets = new Map<string, StaticSecret>(inventory.secrets);
  for (const { secret, credential } of matchSecrets(inventory).values()) {
    const listings = new Set(credential?.locations.map(({ path }) => path));
    const locations = secret.locations.filter(({ path }) => !listings.has(path));
    if (locations.length === 0) secrets.delete(secret.id);
    else if (locations.length < secret.locations.length) secrets.set(secret.id, { ...secret, locations });
  }
  return { ...inventory, secrets };
}
