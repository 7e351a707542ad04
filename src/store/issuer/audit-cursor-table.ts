import type { Kysely } from 'kysely';
import type { IssuerSchema } from './schema.ts';

export interface AuditCursor {
  readonly sink: string;
  readonly chain: string;
  readonly seq: number;
}

/** How far each audit sink is, as of the last look: for those that cannot tell, and for what may be archived. */
export class AuditCursorTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** Sequence number of the last event of `chain` that `sink` is known to have; 0 for none. */
  async find(sink: string, chain: string): Promise<number> {
    const row = await this.#db
      .selectFrom('audit_cursor')
      .select('seq')
      .where('sink', '=', sink)
      .where('chain', '=', chain)
      .executeTakeFirst();
    return row?.seq ?? 0;
  }

  async save(sink: string, chain: string, seq: number, at: Date): Promise<void> {
    const row = { sink, chain, seq, at: at.toISOString() };
    await this.#db
      .insertInto('audit_cursor')
      .values(row)
      .onConflict((conflict) => conflict.columns(['sink', 'chain']).doUpdateSet({ seq: row.seq, at: row.at }))
      .execute();
  }

  async list(): Promise<readonly AuditCursor[]> {
    return await this.#db.selectFrom('audit_cursor').select(['sink', 'chain', 'seq']).execute();
  }
}
