import type { Answer } from '../../model/answer.ts';
import { append } from '../../model/group-by.ts';
import type { Member, MemberSet } from './population.ts';
import type { Way } from './way.ts';

/** How near to admin everybody is, over ways that hold for certain and over all. A set that many reach is crossed once. */
export class Distances {
  readonly #firm: ReadonlyMap<string, number>;
  readonly #any: ReadonlyMap<string, number>;
  readonly #nearest = new Map<MemberSet, readonly Member[]>();

  constructor(admins: ReadonlyMap<string, Answer>, ways: ReadonlyMap<string, readonly Way[]>) {
    this.#firm = search(admins, ways, (answer) => answer === 'yes');
    this.#any = search(admins, ways, (answer) => answer !== 'no');
  }

  /** The first few of a set by how near they are, so that no shortest path is lost with the others. */
  nearest(set: MemberSet, count: number): readonly Member[] {
    const known = this.#nearest.get(set);
    if (known !== undefined) return known;
    const keyed = uniqueOf(set).map((member) => ({ member, key: this.#key(member) }));
    const first = keyed
      .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1] || (a.member.id < b.member.id ? -1 : 1))
      .slice(0, count)
      .map(({ member }) => member);
    this.#nearest.set(set, first);
    return first;
  }

  #key({ id, answer }: Member): readonly [number, number] {
    const firm = answer === 'yes' ? this.#firm.get(id) : undefined;
    return [firm ?? FAR, this.#any.get(id) ?? FAR];
  }
}

const FAR = Number.MAX_SAFE_INTEGER;

/** One entry per principal, the surest: an identity may be on many hosts. */
function uniqueOf({ members }: MemberSet): readonly Member[] {
  const byId = new Map<string, Member>();
  for (const member of members) {
    const known = byId.get(member.id);
    if (known === undefined || (known.answer !== 'yes' && member.answer === 'yes')) byId.set(member.id, member);
  }
  return [...byId.values()];
}

function search(
  admins: ReadonlyMap<string, Answer>,
  ways: ReadonlyMap<string, readonly Way[]>,
  counts: (answer: Answer) => boolean,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [id, answer] of admins) if (counts(answer)) found.set(id, 0);
  const comers = new Map<string | MemberSet, string[]>();
  for (const [id, list] of ways) {
    for (const { answer, to } of list) {
      if (!counts(answer)) continue;
      if (to.kind === 'self') {
        if (!found.has(id)) found.set(id, 1);
      } else append(comers, to.kind === 'one' ? to.id : to.set, id);
    }
  }
  const sets = new Map<string, MemberSet[]>();
  for (const set of comers.keys()) {
    if (typeof set === 'string') continue;
    for (const { id, answer } of set.members) if (counts(answer)) append(sets, id, set);
  }
  // Admins come first, and those who can make themselves so; a map is walked in the order of insertion.
  for (const [id, distance] of found) {
    for (const end of [id, ...(sets.get(id) ?? [])]) {
      for (const from of comers.get(end) ?? []) if (!found.has(from)) found.set(from, distance + 1);
      comers.delete(end);
    }
  }
  return found;
}
