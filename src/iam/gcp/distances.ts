import { type Answer, possible } from '../../model/answer.ts';
import { append } from '../../model/group-by.ts';
import type { AccountSet, Target } from './members.ts';
import type { Way } from './ways.ts';

/** Puts the accounts of a set in the order of how near they are to being admin, so that of many the first few lose no shortest path. */
export class Distances {
  readonly #firm: ReadonlyMap<string, number>;
  readonly #any: ReadonlyMap<string, number>;
  readonly #sorted = new Map<string, readonly Target[]>();

  constructor(admins: ReadonlyMap<string, Answer>, ways: ReadonlyMap<string, readonly Way[]>) {
    this.#firm = search(admins, ways, (answer) => answer === 'yes');
    this.#any = search(admins, ways, possible);
  }

  nearest({ key, targets }: AccountSet): readonly Target[] {
    const known = this.#sorted.get(key);
    if (known !== undefined) return known;
    const keyed = targets.map((target) => ({ target, rank: this.#rank(target) }));
    const sorted = keyed.sort((a, b) => compare(a.rank, b.rank)).map(({ target }) => target);
    this.#sorted.set(key, sorted);
    return sorted;
  }

  #rank({ id, answer }: Target): readonly [number, number, string] {
    const firm = answer === 'yes' ? this.#firm.get(id) : undefined;
    return [firm ?? FAR, this.#any.get(id) ?? FAR, id];
  }
}

const FAR = Number.MAX_SAFE_INTEGER;

function compare(a: readonly [number, number, string], b: readonly [number, number, string]): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1);
}

/** One search backwards from the admins, which crosses a set once, whoever and however many can reach it. */
function search(
  admins: ReadonlyMap<string, Answer>,
  ways: ReadonlyMap<string, readonly Way[]>,
  counts: (answer: Answer) => boolean,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [id, answer] of admins) if (counts(answer)) found.set(id, 0);
  const comers = new Map<string, string[]>();
  const sets = new Map<string, AccountSet>();
  for (const [id, list] of ways) {
    for (const { answer, to } of list) {
      if (!counts(answer) || to.kind === 'things') continue;
      if (to.kind === 'self') {
        if (!found.has(id)) found.set(id, 1);
        continue;
      }
      sets.set(to.set.key, to.set);
      append(comers, to.set.key, id);
    }
  }
  const setsWith = new Map<string, string[]>();
  for (const { key, targets } of sets.values()) {
    for (const { id, answer } of targets) if (counts(answer)) append(setsWith, id, key);
  }
  const crossed = new Set<string>();
  // A map is walked in the order of its entries, also those that are added meanwhile: nearest first.
  for (const [id, distance] of found) {
    for (const key of setsWith.get(id) ?? []) {
      if (crossed.has(key)) continue;
      crossed.add(key);
      for (const comer of comers.get(key) ?? []) if (!found.has(comer)) found.set(comer, distance + 1);
    }
  }
  return found;
}
