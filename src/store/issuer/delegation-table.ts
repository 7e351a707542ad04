import type { Kysely, Selectable } from 'kysely';
import type { Delegation } from '../../model/delegation.ts';
import type { IssuerSchema } from './schema.ts';

/** Who stands in for whom, and when. */
export class DelegationTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  async insert(delegation: Delegation): Promise<void> {
    await this.#db
      .insertInto('delegation')
      .values({
        id: delegation.id,
        operator: delegation.operator,
        substitute: delegation.substitute,
        group_name: delegation.group ?? null,
        from_at: delegation.from,
        until_at: delegation.until,
        created_at: delegation.createdAt,
      })
      .execute();
  }

  /** Those that hold at a moment and were not withdrawn, oldest first. */
  async ofSubstitute(substitute: string, at: string): Promise<readonly Delegation[]> {
    const rows = await this.#db
      .selectFrom('delegation')
      .selectAll()
      .where('substitute', '=', substitute)
      .where('until_at', '>', at)
      .where('from_at', '<=', at)
      .where('withdrawn_at', 'is', null)
      .orderBy('created_at')
      .execute();
    return rows.map(toDelegation);
  }

  /** What is not over and not withdrawn, soonest first. */
  async list(now: Date): Promise<readonly Delegation[]> {
    const rows = await this.#db
      .selectFrom('delegation')
      .selectAll()
      .where('until_at', '>', now.toISOString())
      .where('withdrawn_at', 'is', null)
      .orderBy('from_at')
      .limit(1000)
      .execute();
    return rows.map(toDelegation);
  }

  /** @returns the delegation; undefined when this operator gave none of that id, or it was withdrawn before. */
  async withdraw(id: string, operator: string, now: Date): Promise<Delegation | undefined> {
    const row = await this.#db
      .updateTable('delegation')
      .set({ withdrawn_at: now.toISOString() })
      .where('id', '=', id)
      .where('operator', '=', operator)
      .where('withdrawn_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toDelegation(row);
  }
}

function toDelegation(row: Selectable<IssuerSchema['delegation']>): Delegation {
  return {
    id: row.id,
    operator: row.operator,
    substitute: row.substitute,
    ...(row.group_name === null ? {} : { group: row.group_name }),
    from: row.from_at,
    until: row.until_at,
    createdAt: row.created_at,
    ...(row.withdrawn_at === null ? {} : { withdrawnAt: row.withdrawn_at }),
  };
}
