import type { Grant } from '../model/grant.ts';
import { withoutGrants } from '../model/grant-table.ts';
import type { Inventory } from '../model/inventory.ts';

/**
 * Takes out the grants that stand for a policy whose document their own file does not have (a state attaches it), where another
 * source knows what the same policy gives the same principal. What nobody knows stays unknown.
 */
export function dropReadElsewhere(inventory: Inventory): Inventory {
  const open = [...inventory.grants.withoutDocument()];
  if (open.length === 0) return inventory;
  const known = open.filter((grant) => {
    const key = keyOf(grant);
    return inventory.grants.of(grant.principal).some((other) => other.unknownContent !== true && keyOf(other) === key);
  });
  return { ...inventory, grants: withoutGrants(inventory.grants, new Set(known.map(({ id }) => id))) };
}

/** What one holder has by one policy, as one thing. A plan may give what is there already. */
function keyOf({ principal, role, via }: Grant): string {
  return JSON.stringify([principal, role, via.find((step) => step.startsWith('policy:')) ?? null]);
}
