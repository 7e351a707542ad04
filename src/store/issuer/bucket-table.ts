import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** What is left in a token bucket. */
export interface BucketLevel {
  readonly tokens: number;
  /** ISO 8601. */
  readonly at: string;
}

/** Token buckets of issue rates, shared by all daemons on the store. */
export class BucketTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /**
   * What a bucket holds, made full at its first use. The row is written, which keeps everybody else who wants it waiting for the end of
   * this transaction: whoever has it may count without others counting the same.
   */
  async hold(key: string, full: number, now: Date): Promise<BucketLevel> {
    return await this.#db
      .insertInto('issue_bucket')
      .values({ key, tokens: full, at: now.toISOString() })
      .onConflict((conflict) => conflict.column('key').doUpdateSet((update) => ({ at: update.ref('issue_bucket.at') })))
      .returning(['tokens', 'at'])
      .executeTakeFirstOrThrow();
  }

  async set(key: string, level: BucketLevel): Promise<void> {
    await this.#db
      .updateTable('issue_bucket')
      .set({ ...level })
      .where('key', '=', key)
      .execute();
  }

  /** Forgets buckets that nobody has used since: they are full again. */
  async forget(before: Date): Promise<void> {
    await this.#db.deleteFrom('issue_bucket').where('at', '<', before.toISOString()).execute();
  }
}
