/** Somebody who said yes, and the groups that this person may speak for. */
export interface Approver {
  readonly human: string;
  readonly groups: readonly string[];
}

/**
 * Whether the approvers fill what policy asks for: so many people of each group, one person in one place only, however many groups
 * or accounts the person has. More than enough is enough. A maximum matching by augmenting paths; the numbers are small.
 */
export function fillsSlots(
  wanted: readonly { readonly from: string; readonly count: number }[],
  approvers: readonly Approver[],
): boolean {
  const slots = wanted.flatMap(({ from, count }) => Array.from({ length: count }, () => from));
  const people = onePerHuman(approvers);
  const taken = new Map<string, number>();
  const seat = (slot: number, tried: Set<string>): boolean => {
    for (const [human, groups] of people) {
      if (tried.has(human) || !groups.has(slots[slot] ?? '')) continue;
      tried.add(human);
      const other = taken.get(human);
      if (other !== undefined && !seat(other, tried)) continue;
      taken.set(human, slot);
      return true;
    }
    return false;
  };
  return slots.length > 0 && slots.every((_from, slot) => seat(slot, new Set()));
}

function onePerHuman(approvers: readonly Approver[]): ReadonlyMap<string, ReadonlySet<string>> {
  const people = new Map<string, Set<string>>();
  for (const { human, groups } of approvers) {
    const known = people.get(human) ?? new Set();
    for (const group of groups) known.add(group);
    people.set(human, known);
  }
  return people;
}
