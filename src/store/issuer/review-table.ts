import type { Kysely, Selectable } from 'kysely';
import type { Review } from '../../model/review.ts';
import type { IssuerSchema } from './schema.ts';

/** Reviews of emergency access. */
export class ReviewTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  async insert(review: Review): Promise<void> {
    await this.#db
      .insertInto('review')
      .values({
        id: review.id,
        request: review.request,
        target: review.target,
        operator: review.operator,
        human: review.human,
        reason: review.reason,
        ticket: review.ticket ?? null,
        opened_at: review.openedAt,
        due_at: review.dueAt,
      })
      .execute();
  }

  async find(id: string): Promise<Review | undefined> {
    const row = await this.#db.selectFrom('review').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : toReview(row);
  }

  /** Newest first; those that are open unless told otherwise. */
  async list(filter: { all?: boolean } = {}): Promise<readonly Review[]> {
    let query = this.#db.selectFrom('review').selectAll().orderBy('opened_at', 'desc').limit(1000);
    if (filter.all !== true) query = query.where('closed_at', 'is', null);
    return (await query.execute()).map(toReview);
  }

  /** @returns undefined when it was closed before. */
  async close(id: string, closed: NonNullable<Review['closed']>): Promise<Review | undefined> {
    const row = await this.#db
      .updateTable('review')
      .set({ closed_at: closed.at, closed_by: closed.by, verdict: closed.verdict, note: closed.note })
      .where('id', '=', id)
      .where('closed_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toReview(row);
  }

  /** Whether a person has used emergency access and nobody has looked at it in time. */
  async hasOverdue(human: string, now: Date): Promise<boolean> {
    const row = await this.#db
      .selectFrom('review')
      .select('id')
      .where('closed_at', 'is', null)
      .where('human', '=', human)
      .where('due_at', '<=', now.toISOString())
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Notes that some are overdue, each once; at most `limit` at a time. */
  async markOverdue(now: Date, limit: number): Promise<readonly Review[]> {
    const due = await this.#db
      .selectFrom('review')
      .select('id')
      .where('closed_at', 'is', null)
      .where('due_at', '<=', now.toISOString())
      .where('overdue_at', 'is', null)
      .orderBy('due_at')
      .limit(limit)
      .execute();
    const ids = due.map(({ id }) => id);
    if (ids.length === 0) return [];
    const rows = await this.#db
      .updateTable('review')
      .set({ overdue_at: now.toISOString() })
      .where('id', 'in', ids)
      .where('closed_at', 'is', null)
      .where('overdue_at', 'is', null)
      .returningAll()
      .execute();
    return rows.map(toReview);
  }

  /** When the next one becomes overdue; ISO 8601. */
  async nextDue(): Promise<string | undefined> {
    const row = await this.#db
      .selectFrom('review')
      .select('due_at')
      .where('closed_at', 'is', null)
      .where('overdue_at', 'is', null)
      .orderBy('due_at')
      .limit(1)
      .executeTakeFirst();
    return row?.due_at;
  }
}

function toReview(row: Selectable<IssuerSchema['review']>): Review {
  const { closed_at: at, closed_by: by, verdict, note } = row;
  return {
    id: row.id,
    request: row.request,
    target: row.target,
    operator: row.operator,
    human: row.human,
    reason: row.reason,
    ...(row.ticket === null ? {} : { ticket: row.ticket }),
    openedAt: row.opened_at,
    dueAt: row.due_at,
    ...(row.overdue_at === null ? {} : { overdueAt: row.overdue_at }),
    ...(at === null || by === null || verdict === null ? {} : { closed: { by, verdict, note: note ?? '', at } }),
  };
}
