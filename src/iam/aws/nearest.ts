import type { Answer } from '../../model/answer.ts';
import { append } from '../../model/group-by.ts';
import type { Member, MemberSet } from './members.ts';
import type { Way } from './ways.ts';

/** Ids of those who are admin, or can make themselves so, without conditions and with. */
export interface Admins {
  readonly firm: readonly string[];
  readonly any: readonly string[];
}

/**
 * Puts the members of a set in the order of how near they are to being admin, so that of a long list the first few lose no
 * shortest path. Measured by two searches backwards from the admins, over firm steps and over all; a set that many can reach
 * is crossed once, not once per pair.
 */
export class Nearest {
  readonly #firm: ReadonlyMap<string, number>;
  readonly #any: ReadonlyMap<string, number>;
  readonly #sorted = new Map<MemberSet, readonly Member[]>();
  readonly #count: number;

  /** @param count how many of each set are wanted */
  constructor(ways: ReadonlyMap<string, readonly Way[]>, admins: Admins, count: number) {
    this.#firm = distances(ways, admins.firm, true);
    this.#any = distances(ways, admins.any, false);
    this.#count = count;
  }

  of(members: MemberSet): readonly Member[] {
    const known = this.#sorted.get(members);
    if (known !== undefined) return known;
    const keyed = members.all.map((member) => ({ member, key: this.#key(member) }));
    // A threshold first: sorting thousands to keep a few would be most of the work of an evaluation.
    const kept = keyed.length > this.#count ? this.#first(keyed) : keyed;
    const sorted = kept.sort((one, other) => compareKeys(one.key, other.key)).map(({ member }) => member);
    this.#sorted.set(members, sorted);
    return sorted;
  }

  #first(keyed: readonly { readonly member: Member; readonly key: Key }[]): { member: Member; key: Key }[] {
    const kept: { member: Member; key: Key }[] = [];
    for (const entry of keyed) {
      const last = kept.at(-1);
      if (kept.length === this.#count && last !== undefined && compareKeys(entry.key, last.key) >= 0) continue;
      const at = kept.findIndex(({ key }) => compareKeys(entry.key, key) < 0);
      kept.splice(at < 0 ? kept.length : at, 0, entry);
      if (kept.length > this.#count) kept.pop();
    }
    return kept;
  }

  #key({ target: { id }, answer }: Member): Key {
    const firm = answer === 'yes' ? this.#firm.get(id) : undefined;
    return { firm: firm ?? FAR, any: this.#any.get(id) ?? FAR, id };
  }
}

interface Key {
  readonly firm: number;
  readonly any: number;
  readonly id: string;
}

const FAR = Number.MAX_SAFE_INTEGER;

function compareKeys(one: Key, other: Key): number {
  return one.firm - other.firm || one.any - other.any || (one.id < other.id ? -1 : Number(one.id > other.id));
}

function distances(
  ways: ReadonlyMap<string, readonly Way[]>,
  admins: readonly string[],
  firm: boolean,
): ReadonlyMap<string, number> {
  const counts = (answer: Answer) => (firm ? answer === 'yes' : answer !== 'no');
  const found = new Map(admins.map((id) => [id, 0]));
  const travellers = new Map<MemberSet, string[]>();
  for (const [id, list] of ways) {
    for (const way of list) {
      if (!counts(way.decision.answer)) continue;
      if (way.kind === 'become') append(travellers, way.members, id);
      else if (!found.has(id)) found.set(id, 1);
    }
  }
  const setsWith = new Map<string, MemberSet[]>();
  for (const set of travellers.keys()) {
    for (const { target, answer } of set.all) if (counts(answer)) append(setsWith, target.id, set);
  }
  const crossed = new Set<MemberSet>();
  // Admins come first and those who can make themselves admin one step behind; a map is walked in the order of insertion.
  for (const [id, distance] of found) {
    for (const set of setsWith.get(id) ?? []) {
      if (crossed.has(set)) continue;
      crossed.add(set);
      for (const from of travellers.get(set) ?? []) if (!found.has(from)) found.set(from, distance + 1);
    }
  }
  return found;
}
