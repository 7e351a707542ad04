import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** Values that may be used once: `jti` of tokens and assertions, per issuer. */
export class ReplayTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** @returns false when it was used before. */
  async use(space: string, value: string, until: Date): Promise<boolean> {
    const result = await this.#db
      .insertInto('replay')
      .values({ space, value, until: until.toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /**
   * Records the first holder of a value that may be used again, by that holder only.
   *
   * @returns false when somebody else used it before.
   */
  async useBy(space: string, value: string, holder: string, until: Date): Promise<boolean> {
    const held = { space: `holder of ${space}`, value: JSON.stringify([value, holder]) };
    if (await this.use(space, value, until)) return await this.use(held.space, held.value, until);
    const row = await this.#db
      .selectFrom('replay')
      .select('value')
      .where('space', '=', held.space)
      .where('value', '=', held.value)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Forgets what is too old to be accepted anyway. */
  async forget(before: Date): Promise<void> {
    await this.#db.deleteFrom('replay').where('until', '<', before.toISOString()).execute();
  }
}
