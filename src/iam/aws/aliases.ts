import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';

/**
 * Finds the listed principal behind an id that was made from another of its names: session ARNs and key listings have no
 * path, and policies name what was deleted by unique id. An id that stands for nothing listed is returned as it is.
 */
export function aliasResolver(inventory: Inventory): (id: string) => string {
  const ids = new Map<string, string>();
  for (const { id, platform, kind, seen, aliases = [] } of inventory.principals.values()) {
    if (platform !== 'aws' || seen !== 'listed') continue;
    for (const alias of aliases) ids.set(principalId('aws', kind, alias), id);
  }
  return (id) => {
    const known = inventory.principals.get(id);
    return known?.seen === 'listed' ? id : (ids.get(id) ?? id);
  };
}
