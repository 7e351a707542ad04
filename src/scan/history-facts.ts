import type { Fact } from '../model/fact.ts';
import type { Location } from '../model/location.ts';
import type { StaticSecret } from '../model/static-secret.ts';

/**
 * Gathers what is found in history. A file that is edited often has a secret in each of its contents: that is one
 * secret, with the commit that brought it first and, when nothing has it any more, the one that took it away last.
 */
export class HistoryFacts {
  readonly #secrets = new Map<string, Map<string, StaticSecret>>();

  /** Takes a fact of one content; contents come oldest first. */
  add(unit: string, fact: Fact): void {
    if (fact.kind !== 'secret') return;
    const ofUnit = this.#secrets.get(unit) ?? new Map<string, StaticSecret>();
    this.#secrets.set(unit, ofUnit);
    const known = ofUnit.get(fact.body.id);
    ofUnit.set(fact.body.id, known === undefined ? fact.body : merge(known, fact.body));
  }

  /** Everything that was gathered, and nothing is left. */
  *take(): Generator<{ readonly unit: string; readonly fact: Fact }> {
    for (const [unit, secrets] of this.#secrets) {
      for (const body of secrets.values()) yield { unit, fact: { kind: 'secret', body } };
    }
    this.#secrets.clear();
  }
}

function merge(earlier: StaticSecret, later: StaticSecret): StaticSecret {
  const inHead = earlier.inHead || later.inHead;
  const removedBy = later.locations[0]?.removedBy;
  return {
    ...earlier,
    inHead,
    locations: earlier.locations.map((location) => withRemoval(location, inHead ? undefined : removedBy)),
  };
}

function withRemoval({ removedBy: _, ...location }: Location, removedBy: string | undefined): Location {
  return removedBy === undefined ? location : { ...location, removedBy };
}
