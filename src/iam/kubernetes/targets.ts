import type { Escalation } from '../../model/effective.ts';
import type { Principal } from '../../model/principal.ts';
import type { Distance } from './distances.ts';
import type { Accounts } from './population.ts';
import { evidenceOf } from './question.ts';
import type { SharedWay } from './shared-ways.ts';
import type { Way } from './way.ts';

/**
 * Accounts that one way is told to lead to. The nearest to admin come first, so that no shortest path is lost, then those
 * with a cloud's identity, then those with most rules.
 */
const MAX_TARGETS = 20;

/** Turns ways into escalations, each to one target. */
export class Targets {
  readonly #accounts: Accounts;
  readonly #distances: (id: string) => Distance;
  readonly #rulesOf: (id: string) => number;
  readonly #best = new Map<string, readonly Principal[]>();

  /** @param rulesOf how many rules reach a principal. */
  constructor(accounts: Accounts, distances: (id: string) => Distance, rulesOf: (id: string) => number) {
    this.#accounts = accounts;
    this.#distances = distances;
    this.#rulesOf = rulesOf;
  }

  escalations(from: Principal, { id, answer, uses, rules, to }: Way): readonly Escalation[] {
    const ids = to.kind === 'principal' ? [to.id] : this.#worthwhile(from.scope[0] ?? '', to.which, to.namespace);
    const evidence = evidenceOf(rules);
    return ids
      .filter((target) => target !== from.id)
      .slice(0, MAX_TARGETS)
      .map((target) => ({ id, answer, target, uses, evidence }));
  }

  /** What a way leads to beside what is told of singly; undefined where that is all. */
  shared(from: Principal, { id, answer, uses, rules, to }: Way): SharedWay | undefined {
    if (to.kind === 'principal') return undefined;
    const cluster = from.scope[0] ?? '';
    const { which, namespace } = to;
    const all = this.#accounts[which](cluster, namespace);
    const told = this.#worthwhile(cluster, which, namespace).length;
    if (all.length <= Math.min(told, MAX_TARGETS)) return undefined;
    return { from: from.id, id, answer, uses, evidence: evidenceOf(rules), to: { cluster, which, namespace } };
  }

  /** Accounts that are worth becoming: nearer to admin, or with rules or a cloud's identity of their own. */
  #worthwhile(cluster: string, which: 'all' | 'running', namespace: string | undefined): readonly string[] {
    const key = `${cluster} ${which} ${namespace ?? ''}`;
    const known = this.#best.get(key);
    if (known !== undefined) return known.map(({ id }) => id);
    const accounts =
      which === 'all' ? this.#accounts.all(cluster, namespace) : this.#accounts.running(cluster, namespace);
    const best = accounts
      .map((account) => ({ account, rank: this.#rank(account.id) }))
      .filter(({ rank }) => rank.weight > 0 || Number.isFinite(rank.any))
      .sort(
        (a, b) =>
          compare(a.rank.firm, b.rank.firm) || compare(a.rank.any, b.rank.any) || compare(b.rank.weight, a.rank.weight),
      )
      // One more, since a principal is no target of its own.
      .slice(0, MAX_TARGETS + 1)
      .map(({ account }) => account);
    this.#best.set(key, best);
    return best.map(({ id }) => id);
  }

  #rank(id: string): { firm: number; any: number; weight: number } {
    const { firm = Number.POSITIVE_INFINITY, any = Number.POSITIVE_INFINITY } = this.#distances(id);
    const cloud = this.#accounts.hasCloudIdentity(id) ? 1_000_000 : 0;
    return { firm, any, weight: this.#rulesOf(id) + cloud };
  }
}

/** Infinities are equal to each other, which their difference is not. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
