import { type Answer, and } from '../../model/answer.ts';
import type { MemberSet } from './members.ts';
import type { Step, Way } from './ways.ts';

/** How many steps a principal is from being admin; infinite when no way is known. */
export interface Distance {
  /** Over steps that are a `yes`. */
  readonly firm: number;
  /** Over steps that cannot be ruled out. */
  readonly any: number;
}

export type Distances = (id: string) => Distance;

/**
 * Measures how far every principal is from being admin, by two searches backwards from those who are (or can make themselves)
 * admin. A set that many can reach is crossed once, not once per pair.
 */
export function distancesToAdmin(
  ways: ReadonlyMap<string, readonly Way[]>,
  admins: { readonly firm: readonly string[]; readonly any: readonly string[] },
): Distances {
  const firm = search(ways, admins.firm, true);
  const any = search(ways, admins.any, false);
  return (id) => ({ firm: firm.get(id) ?? Number.POSITIVE_INFINITY, any: any.get(id) ?? Number.POSITIVE_INFINITY });
}

function search(
  ways: ReadonlyMap<string, readonly Way[]>,
  admins: readonly string[],
  firm: boolean,
): ReadonlyMap<string, number> {
  const counts = (...answers: readonly Answer[]) => {
    const answer = and(...answers);
    return firm ? answer === 'yes' : answer !== 'no';
  };
  const into = new Map<string, string[]>();
  const bySet = new Map<MemberSet, string[]>();
  const distances = new Map(admins.map((id) => [id, 0]));
  for (const [id, list] of ways) {
    for (const way of list) {
      if (way.kind === 'self') {
        if (counts(way.decision.answer) && !distances.has(id)) distances.set(id, 1);
      } else if (way.kind === 'set') {
        if (counts(way.decision.answer)) append(bySet, way.members, id);
      } else {
        for (const { member, decision } of way.steps) {
          if (counts(member.answer, decision.answer)) append(into, member.target.id, id);
        }
      }
    }
  }
  const setsOf = new Map<string, MemberSet[]>();
  for (const set of bySet.keys())
    for (const { target, answer } of set) if (counts(answer)) append(setsOf, target.id, set);
  const crossed = new Set<MemberSet>();
  const reach = (id: string, distance: number) => {
    if (!distances.has(id)) distances.set(id, distance);
  };
  // Admins come first and those who can make themselves admin one step behind: a map is walked in the order of insertion.
  for (const [id, distance] of distances) {
    for (const from of into.get(id) ?? []) reach(from, distance + 1);
    for (const set of setsOf.get(id) ?? []) {
      if (crossed.has(set)) continue;
      crossed.add(set);
      for (const from of bySet.get(set) ?? []) reach(from, distance + 1);
    }
  }
  return distances;
}

function append<K, V>(index: Map<K, V[]>, key: K, value: V): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [value]);
  else list.push(value);
}

/** Orders steps by how near their end is to being admin: over firm steps first, then over possible ones, then by id. */
export function nearestFirst(distances: Distances): (first: Step, second: Step) => number {
  const firm = ({ member, decision }: Step) =>
    and(member.answer, decision.answer) === 'yes' ? distances(member.target.id).firm : Number.POSITIVE_INFINITY;
  const any = ({ member }: Step) => distances(member.target.id).any;
  return (first, second) =>
    compare(firm(first), firm(second)) ||
    compare(any(first), any(second)) ||
    compare(first.member.target.id, second.member.target.id);
}

function compare<T extends number | string>(first: T, second: T): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
