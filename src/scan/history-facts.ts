import type { Fact } from '../model/fact.ts';
import type { Location } from '../model/location.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { HistoryContent } from './files-from-history.ts';
import type { CommitInfo } from './git/history.ts';

interface Known {
  readonly body: StaticSecret;
  readonly addedBy: CommitInfo;
  readonly inHead: boolean;
  /** Absent when a content that has it was never taken away. */
  readonly removedBy: CommitInfo | undefined;
}

/**
 * Gathers what is found in history. A file that is edited often has a secret in each of its contents: that is one
 * secret, with the commit that brought it first and, when nothing has it any more, the one that took it away last.
 */
export class HistoryFacts {
  readonly #secrets = new Map<string, Map<string, Known>>();

  /** Takes a fact of one content, in any order. */
  add(unit: string, fact: Fact, { place, inHead }: HistoryContent): void {
    if (fact.kind !== 'secret') return;
    const ofUnit = this.#secrets.get(unit) ?? new Map<string, Known>();
    this.#secrets.set(unit, ofUnit);
    const found = { body: fact.body, addedBy: place.addedBy, inHead, removedBy: place.removedBy };
    const known = ofUnit.get(fact.body.id);
    ofUnit.set(fact.body.id, known === undefined ? found : merge(known, found));
  }

  /** Everything that was gathered, attributed. */
  *facts(): Generator<{ readonly unit: string; readonly fact: Fact }> {
    for (const [unit, secrets] of this.#secrets) {
      for (const known of secrets.values()) yield { unit, fact: { kind: 'secret', body: attributed(known) } };
    }
  }
}

function merge(one: Known, other: Known): Known {
  const first = one.addedBy.order <= other.addedBy.order ? one : other;
  return { ...first, inHead: one.inHead || other.inHead, removedBy: later(one.removedBy, other.removedBy) };
}

function later(one: CommitInfo | undefined, other: CommitInfo | undefined): CommitInfo | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one.order > other.order ? one : other;
}

function attributed({ body, addedBy: { hash, author, date }, inHead, removedBy }: Known): StaticSecret {
  const origin = {
    commit: hash,
    author,
    date,
    ...(inHead || removedBy === undefined ? {} : { removedBy: removedBy.hash }),
  };
  return { ...body, inHead, locations: body.locations.map((location): Location => ({ ...location, ...origin })) };
}
