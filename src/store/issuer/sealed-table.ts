import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** Something that only holders of the issuer's encryption key can read. */
export interface StoredSealed {
  readonly version: number;
  readonly body: string;
}

/** Sealed texts that all daemons share: signing keys above all. */
export class SealedTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  async find(name: string): Promise<StoredSealed | undefined> {
    return await this.#db.selectFrom('sealed').select(['version', 'body']).where('name', '=', name).executeTakeFirst();
  }

  /** @returns false when there is one already. */
  async insert(name: string, body: string, at: Date): Promise<boolean> {
    const result = await this.#db
      .insertInto('sealed')
      .values({ name, version: 1, body, at: at.toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** @returns false when somebody else has replaced it since `version`. */
  async replace(name: string, version: number, body: string, at: Date): Promise<boolean> {
    const result = await this.#db
      .updateTable('sealed')
      .set({ version: version + 1, body, at: at.toISOString() })
      .where('name', '=', name)
      .where('version', '=', version)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }
}
