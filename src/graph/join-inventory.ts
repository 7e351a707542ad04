import { withFederation } from '../iam/gcp/federation.ts';
import type { Inventory } from '../model/inventory.ts';
import { dropListings } from './drop-listings.ts';
import { dropReadElsewhere } from './drop-read-elsewhere.ts';
import { joinCredentials } from './join-credentials.ts';
import { resolveAliases } from './resolve-aliases.ts';

/** What the rows of a view say once they know of each other; everything that judges or shows a view starts here. Idempotent. */
export function joinInventory(inventory: Inventory): Inventory {
  return withFederation(dropListings(joinCredentials(dropReadElsewhere(resolveAliases(inventory)))));
}
