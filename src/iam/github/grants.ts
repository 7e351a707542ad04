import type { Grant } from '../../model/grant.ts';
import { groupBy } from '../../model/group-by.ts';
import type { Inventory } from '../../model/inventory.ts';

/** GitHub's grants by who has them. */
export function githubGrants(inventory: Inventory): ReadonlyMap<string, readonly Grant[]> {
  return groupBy(inventory.grants.select('github'), ({ principal }) => principal);
}
