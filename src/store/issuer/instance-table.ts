import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** Which process of the issuer is which: each daemon is one, and so is a command that writes. */
export class InstanceTable {
  readonly #db: Kysely<IssuerSchema>;
  readonly #alone: boolean;

  /** @param alone - one daemon at a time works on this store: whoever is there has found all others gone. */
  constructor(db: Kysely<IssuerSchema>, alone: boolean) {
    this.#db = db;
    this.#alone = alone;
  }

  async begin(id: string, chain: string, at: Date): Promise<void> {
    const now = at.toISOString();
    await this.#db
      .insertInto('instance')
      .values({ id, chain, started_at: now, last_seen_at: now, ended_at: null })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async seen(id: string, at: Date): Promise<void> {
    await this.#db.updateTable('instance').set({ last_seen_at: at.toISOString() }).where('id', '=', id).execute();
  }

  async end(id: string, at: Date): Promise<void> {
    const now = at.toISOString();
    await this.#db.updateTable('instance').set({ last_seen_at: now, ended_at: now }).where('id', '=', id).execute();
  }

  /** Those that were heard of since `since`. */
  async living(since: Date): Promise<readonly string[]> {
    if (this.#alone) return [];
    const rows = await this.#db
      .selectFrom('instance')
      .select('id')
      .where('ended_at', 'is', null)
      .where('last_seen_at', '>=', since.toISOString())
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Chains of those that ended, or were not heard of since `since`. */
  async gone(since: Date): Promise<readonly { readonly chain: string; readonly ended: boolean }[]> {
    if (this.#alone) return [];
    const rows = await this.#db
      .selectFrom('instance')
      .select(['chain', 'ended_at'])
      .where((is) => is.or([is('ended_at', 'is not', null), is('last_seen_at', '<', since.toISOString())]))
      .orderBy('last_seen_at')
      .execute();
    return rows.map(({ chain, ended_at }) => ({ chain, ended: ended_at !== null }));
  }

  /** Chains of those that were heard of last. */
  async recentChains(limit: number): Promise<readonly string[]> {
    const rows = await this.#db
      .selectFrom('instance')
      .select('chain')
      .orderBy('last_seen_at', 'desc')
      .limit(limit)
      .execute();
    return [...new Set(rows.map(({ chain }) => chain))];
  }
}
