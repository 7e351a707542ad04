import { type Contradiction, contradictingPolicies, contradictionsIn } from '../model/contradictions.ts';
import type { Inventory } from '../model/inventory.ts';
import { formatLocation } from '../model/location.ts';
import type { ScanNotice } from '../scan/run.ts';
import type { InventoryStore } from '../store/inventory/inventory-store.ts';

/** So many are told one by one. */
const MOST = 20;

/** What the inventory believes although two places say it differently, as notices with both places; the last one counts the others. */
export async function tellContradictions(
  store: Pick<InventoryStore, 'repeated'>,
  inventory: Inventory,
): Promise<readonly ScanNotice[]> {
  const told: ScanNotice[] = [];
  let more = 0;
  const tell = (found: Contradiction): void => {
    if (told.length < MOST) told.push(noticeOf(found));
    else more++;
  };
  for await (const facts of store.repeated()) for (const found of contradictionsIn(facts)) tell(found);
  for (const found of contradictingPolicies(inventory)) tell(found);
  const [first] = told;
  if (more === 0 || first === undefined) return told;
  return [...told, { message: `${more} more contradictions of this kind are not shown`, location: first.location }];
}

function noticeOf({ subject, field, sides: [one, other] }: Contradiction): ScanNotice {
  const { platform, kind, nativeId } = subject;
  const what = `${platform} ${kind} ${nativeId}: ${field}`;
  const there = formatLocation(other.location);
  const message =
    one.value === undefined
      ? `${what} has another document here than in ${there}; what either gives or denies counts`
      : `${what} is ${one.value} here and ${other.value} in ${there}; the more cautious one counts`;
  return { message, location: one.location };
}
