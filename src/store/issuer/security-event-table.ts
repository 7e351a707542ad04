import type { Kysely } from 'kysely';
import type { JsonObject } from '../../model/json.ts';
import type { IssuerSchema } from './schema.ts';

/** Security events that receivers fetch (RFC 8936), until they have acknowledged them. */
export class SecurityEventTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** One that is there already stays as it is. */
  async add(receiver: string, jti: string, claims: JsonObject, at: Date): Promise<void> {
    await this.#db
      .insertInto('security_event')
      .values({ receiver, jti, claims_json: JSON.stringify(claims), at: at.toISOString() })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Oldest first. */
  async waiting(receiver: string, limit: number): Promise<readonly JsonObject[]> {
    const rows = await this.#db
      .selectFrom('security_event')
      .select('claims_json')
      .where('receiver', '=', receiver)
      .orderBy('at')
      .orderBy('jti')
      .limit(limit)
      .execute();
    return rows.map(({ claims_json }) => JSON.parse(claims_json));
  }

  /** The receiver has them, or never wants to see them again. */
  async remove(receiver: string, jtis: readonly string[]): Promise<void> {
    if (jtis.length === 0) return;
    await this.#db.deleteFrom('security_event').where('receiver', '=', receiver).where('jti', 'in', jtis).execute();
  }

  /** Nobody has fetched them in all that time. */
  async forget(before: Date): Promise<void> {
    await this.#db.deleteFrom('security_event').where('at', '<', before.toISOString()).execute();
  }
}
