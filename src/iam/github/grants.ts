import type { Grant } from '../../model/grant.ts';
import type { Inventory } from '../../model/inventory.ts';

/** GitHub's grants by who has them. */
export function githubGrants(inventory: Inventory): ReadonlyMap<string, readonly Grant[]> {
  const grants = new Map<string, Grant[]>();
  for (const grant of inventory.grants.values()) {
    if (grant.platform !== 'github') continue;
    const known = grants.get(grant.principal);
    if (known === undefined) grants.set(grant.principal, [grant]);
    else known.push(grant);
  }
  return grants;
}
