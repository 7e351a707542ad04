import { groupName, membersOf, sharedWaysOf } from '../iam/kubernetes/shared-ways.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import { type Edge, hubId } from './edge.ts';

/**
 * Ways that lead to every account of a namespace or cluster: one edge for each way, and one for each account of a group, however many
 * ways lead there.
 *
 * @param placesOf - the places of rows that prove something.
 */
export function* sharedEdges(
  inventory: Inventory,
  placesOf: (evidence: readonly string[]) => readonly Location[],
): Generator<Edge> {
  const ways = sharedWaysOf(inventory);
  if (ways.length === 0) return;
  const members = membersOf(inventory);
  const told = new Set<string>();
  for (const { from, id, answer, uses, evidence, to } of ways) {
    const hub = hubId(groupName(to));
    yield { from, to: hub, how: id, answer, uses, locations: placesOf(evidence), evidence };
    if (told.has(hub)) continue;
    told.add(hub);
    for (const account of members(to))
      yield { from: hub, to: account, how: '', answer: 'yes', uses: [], locations: [], evidence: [] };
  }
}
