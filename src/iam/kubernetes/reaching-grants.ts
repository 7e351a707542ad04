import type { Grant } from '../../model/grant.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Trust } from '../../model/trust.ts';
import { accessOf } from './access.ts';

/** A grant and the bindings through which it reaches a principal. */
export interface ReachingGrant {
  readonly grant: Grant;
  readonly via: readonly Trust[];
}

/**
 * The grants that reach a principal by its own bindings and those of the groups that it is in by its nature, each once.
 * A grant that an aggregated role has taken from another one is told as that of the role that is bound, with the same id,
 * so that it can be matched to its binding.
 */
export function reachingGrants(inventory: Inventory, principalId: string): readonly ReachingGrant[] {
  const principal = inventory.principals.get(principalId);
  if (principal === undefined) return [];
  const found = new Map<string, { grant: Grant; via: Trust[] }>();
  for (const { grant, via } of accessOf(inventory).rulesOf(principal)) {
    const bound = via[0]?.principal ?? grant.principal;
    const known = found.get(grant.id);
    if (known !== undefined) known.via.push(...via.filter((trust) => !known.via.includes(trust)));
    else
      found.set(grant.id, { grant: bound === grant.principal ? grant : { ...grant, principal: bound }, via: [...via] });
  }
  return [...found.values()];
}
