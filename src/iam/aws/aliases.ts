import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';

/**
 * Finds the listed principal behind an id that was made from another of its names: session ARNs and key listings have no
 * path, policies name what was deleted by unique id, and Google Cloud has numbers for projects. An id that stands for nothing
 * listed is returned as it is.
 */
export function aliasResolver(inventory: Inventory): (id: string) => string {
  const ids = new Map<string, string>();
  for (const { id, platform, kind, seen, aliases = [] } of inventory.principals.values()) {
    // A project of Google Cloud that nothing lists is still known by its number and its id where something shows both.
    // Roles of PostgreSQL are named by number in one export, and that number is given in another.
    if (platform === 'aws' || platform === 'postgres' ? seen !== 'listed' : platform !== 'gcp') continue;
    for (const alias of aliases) ids.set(principalId(platform, kind, alias), id);
  }
  return (id) => {
    const known = inventory.principals.get(id);
    return known?.seen === 'listed' ? id : (ids.get(id) ?? id);
  };
}
