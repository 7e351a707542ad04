import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** Who works at an object that several leases share. A claim that was not given back, after a crash, is void at its time. */
export class SharedClaimTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** @returns false while somebody else has it. */
  async take(name: string, holder: string, now: Date, until: Date): Promise<boolean> {
    const row = await this.#db
      .insertInto('shared_claim')
      .values({ name, holder, until: until.toISOString() })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ holder, until: until.toISOString() })
          .where('shared_claim.until', '<=', now.toISOString()),
      )
      .returning('holder')
      .executeTakeFirst();
    return row?.holder === holder;
  }

  async giveBack(name: string, holder: string): Promise<void> {
    await this.#db.deleteFrom('shared_claim').where('name', '=', name).where('holder', '=', holder).execute();
  }
}
