import { type Kysely, sql } from 'kysely';

interface Lockable<Query> {
  forUpdate(): Query;
  skipLocked(): Query;
}

/**
 * How a transaction keeps others from what it has read before it writes. On SQLite there is one writer at a time and nothing to do; on
 * PostgreSQL (READ COMMITTED) rows are locked and limits counted under advisory locks.
 */
export interface RowLocks {
  /** Waits for whoever holds the rows, then holds them to the end of the transaction. */
  held<Query extends Lockable<Query>>(query: Query): Query;
  /** Takes the rows that nobody holds and leaves out the others: several daemons share the work that is due. */
  free<Query extends Lockable<Query>>(query: Query): Query;
  /**
   * Whether `count` is below `most`, such that transactions which ask together cannot pass together. Each of them adds at most one.
   *
   * @param name - of what is counted.
   */
  below(name: string, most: number, count: () => Promise<number>): Promise<boolean>;
}

/** Where nothing else writes meanwhile, and where nothing is written. */
export const NO_LOCKS: RowLocks = {
  held: (query) => query,
  free: (query) => query,
  below: async (_name, most, count) => (await count()) < most,
};

/** Counts that are remembered: behind that all are counted again. */
const MOST_REMEMBERED = 10_000;

/**
 * For the one that writes, as a rule. Whoever passes `below` adds one at most, so what was counted once is known from then on to be no
 * more than that and all that have passed since: with a hundred thousand leases alive, counting them for each further one would be most
 * of the work.
 *
 * @param version - differs when somebody else has written since it was asked last.
 */
export function loneLocks(version: () => number): RowLocks {
  /** What a count is at most. */
  const bounds = new Map<string, number>();
  let seen = version();
  return {
    ...NO_LOCKS,
    async below(name, most, count) {
      const now = version();
      if (now !== seen || bounds.size >= MOST_REMEMBERED) bounds.clear();
      seen = now;
      const known = bounds.get(name);
      const bound = known !== undefined && known < most ? known : await count();
      bounds.set(name, bound + 1);
      if (bound < most) return true;
      bounds.delete(name);
      return false;
    },
  };
}

/** A limit came near while it was being counted: the transaction must be begun again, and then counts alone. */
export class CountAgain extends Error {
  override readonly name = 'CountAgain';
}

/**
 * @param mostTransactions - that the server runs at once (`max_connections`). As long as a count is further from its limit than that,
 * those who count at the same time need not wait for each other: they share a lock. Near the limit each counts alone. Sharers are never in
 * flight while somebody counts alone, so the sum is exact either way.
 */
export function postgresLocks<Schema>(db: Kysely<Schema>, mostTransactions: number): RowLocks {
  return {
    held: (query) => query.forUpdate(),
    free: (query) => query.forUpdate().skipLocked(),
    async below(name, most, count) {
      const far = (n: number): boolean => n + mostTransactions <= most;
      if (!far(await count())) {
        await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(db);
        return (await count()) < most;
      }
      await sql`select pg_advisory_xact_lock_shared(hashtextextended(${name}, 0))`.execute(db);
      if (far(await count())) return true;
      throw new CountAgain(name);
    },
  };
}
