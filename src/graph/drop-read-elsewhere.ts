import { DOCUMENT_ELSEWHERE, type Grant } from '../model/grant.ts';
import type { Inventory } from '../model/inventory.ts';

/**
 * Takes out the grants that stand for a policy whose document their own file does not have (a state attaches it), where another
 * source knows what the same policy gives the same principal. What nobody knows stays unknown.
 */
export function dropReadElsewhere(inventory: Inventory): Inventory {
  const open = [...inventory.grants.values()].filter(({ via }) => via.includes(DOCUMENT_ELSEWHERE));
  if (open.length === 0) return inventory;
  const keys = new Set(open.map(keyOf));
  const known = new Set<string>();
  for (const grant of inventory.grants.values()) {
    const key = keyOf(grant);
    if (keys.has(key) && grant.unknownContent !== true) known.add(key);
  }
  const grants = new Map(inventory.grants);
  for (const grant of open) if (known.has(keyOf(grant))) grants.delete(grant.id);
  return { ...inventory, grants };
}

/** What one holder has by one policy, as one thing. A plan may give what is there already. */
function keyOf({ principal, role, via }: Grant): string {
  return JSON.stringify([principal, role, via.find((step) => step.startsWith('policy:')) ?? null]);
}
