import type { ApprovalPlace } from '../model/access-request.ts';

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
  wanted: readonly Pick<ApprovalPlace, 'from' | 'count'>[],
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

/** An approval with the level that was open when it was given. */
export interface LeveledApprover extends Approver {
  readonly level: number;
}

/** Places by level, lowest first. */
export function levelsOf(
  approvals: readonly ApprovalPlace[],
): readonly { readonly level: number; readonly places: readonly ApprovalPlace[] }[] {
  const levels = [...new Set(approvals.map(levelOf))].sort((one, other) => one - other);
  return levels.map((level) => ({ level, places: approvals.filter((place) => levelOf(place) === level) }));
}

/**
 * The lowest level that the approvals do not satisfy: only people of it are asked. An approval counts for the level at which it was
 * given, so nobody has said yes to what others had not looked at yet.
 *
 * @returns undefined when all levels are satisfied; 0 when nobody is asked at all, which satisfies nothing.
 */
export function openLevel(approvals: readonly ApprovalPlace[], given: readonly LeveledApprover[]): number | undefined {
  if (approvals.length === 0) return 0;
  return levelsOf(approvals).find(({ level, places }) => {
    const counting = given.filter((approval) => approval.level === level);
    return !fillsSlots(places, counting);
  })?.level;
}

export function levelOf({ level = 1 }: Pick<ApprovalPlace, 'level'>): number {
  return level;
}
