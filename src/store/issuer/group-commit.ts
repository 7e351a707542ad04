import { type Kysely, sql } from 'kysely';
import type { Exclusively } from '../migrate.ts';

interface Unit<Schema> {
  /** Does the work; what it returns is called when the work is on disk. */
  run(db: Kysely<Schema>): Promise<() => void>;
  reject(error: unknown): void;
}

const MAX_UNITS = 64;

/**
 * Writes one transaction at a time; what waits meanwhile shares the next one, and its fsync. Each unit of work has a savepoint of its
 * own, so that one that fails takes nothing else with it. Nobody hears of success before the commit.
 */
export class GroupCommit<Schema> {
  readonly #exclusively: Exclusively<Schema>;
  readonly #queue: Unit<Schema>[] = [];
  #draining: Promise<void> | undefined;

  constructor(exclusively: Exclusively<Schema>) {
    this.#exclusively = exclusively;
  }

  /**
   * Runs `work` in a transaction and resolves when it is on disk.
   *
   * @throws {AppError} ERR_STORE_UNREACHABLE when it could not be written; whatever `work` throws, after undoing what it did.
   */
  write<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        run: async (db) => {
          const result = await work(db);
          return () => resolve(result);
        },
        reject,
      });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // A turn of the loop first: whoever is about to write anyway shares this commit, and a commit is what takes the time.
      await new Promise((resolve) => setImmediate(resolve));
      const units = this.#queue.splice(0, MAX_UNITS);
      try {
        const settled = await this.#exclusively((db) => runTogether(db, units));
        for (const settle of settled) settle();
      } catch (error) {
        for (const unit of units) unit.reject(error);
      }
    }
    // Here and not when the promise has settled: what is queued in between would wait for a call that may never come.
    this.#draining = undefined;
  }
}

async function runTogether<Schema>(
  db: Kysely<Schema>,
  units: readonly Unit<Schema>[],
): Promise<readonly (() => void)[]> {
  const settled: (() => void)[] = [];
  for (const unit of units) {
    await sql`savepoint unit`.execute(db);
    try {
      settled.push(await unit.run(db));
    } catch (error) {
      // On a full disk the database has ended the transaction itself: then nothing was written at all, and it is the first error that says
      // why.
      await sql`rollback to unit`.execute(db).catch(() => Promise.reject(error));
      settled.push(() => unit.reject(error));
    }
    await sql`release unit`.execute(db);
  }
  return settled;
}
