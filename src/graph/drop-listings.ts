import type { Inventory } from '../model/inventory.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import { matchSecrets } from './match-secrets.ts';

/**
 * Takes out the places where a provider lists a credential: the id of an access key in an export of that provider is how the
 * credential is known at all, and no leak. A static secret that stands nowhere else goes. A place that has the secret as well as
 * its id (a state file, a download of keys) is a leak, whoever else reads that file.
 */
export function dropListings(inventory: Inventory): Inventory {
  const secrets = new Map<string, StaticSecret>(inventory.secrets);
  for (const { secret, credential } of matchSecrets(inventory).matches.values()) {
    if (!secret.rule.endsWith('-id')) continue;
    const listings = new Set(credential?.locations.map(({ path }) => path));
    const locations = secret.locations.filter(({ path }) => !listings.has(path));
    if (locations.length === 0) secrets.delete(secret.id);
    else if (locations.length < secret.locations.length) secrets.set(secret.id, { ...secret, locations });
  }
  return { ...inventory, secrets };
}
