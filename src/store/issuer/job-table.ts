import type { Kysely } from 'kysely';
import type { JsonObject } from '../../model/json.ts';
import type { IssuerSchema } from './schema.ts';

export interface StoredJob {
  readonly id: string;
  readonly data: JsonObject;
  /** Attempts that were begun. */
  readonly attempt: number;
}

/** Work that waits; claiming it moves its date, so that a claim ends by itself. */
export class JobTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** Does nothing while a job of the same queue and key waits for its first attempt. */
  async insert(
    job: { readonly id: string; readonly queue: string; readonly key?: string | undefined; readonly data: JsonObject },
    now: Date,
    due: Date = now,
  ): Promise<void> {
    await this.#db
      .insertInto('job')
      .values({
        id: job.id,
        queue: job.queue,
        key: job.key ?? null,
        data_json: JSON.stringify(job.data),
        attempt: 0,
        created_at: now.toISOString(),
        due_at: due.toISOString(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async isDue(queue: string, now: Date): Promise<boolean> {
    return (await this.#due(queue, now).select('id').limit(1).executeTakeFirst()) !== undefined;
  }

  async claim(queue: string, most: number, now: Date, until: Date): Promise<readonly StoredJob[]> {
    const due = await this.#due(queue, now).select(['id', 'attempt']).orderBy('due_at').limit(most).execute();
    const claimed: StoredJob[] = [];
    for (const { id, attempt } of due) {
      const row = await this.#db
        .updateTable('job')
        .set({ attempt: attempt + 1, due_at: until.toISOString() })
        .where('id', '=', id)
        .where('attempt', '=', attempt)
        .returning(['id', 'data_json', 'attempt'])
        .executeTakeFirst();
      if (row !== undefined) claimed.push({ id: row.id, data: JSON.parse(row.data_json), attempt: row.attempt });
    }
    return claimed;
  }

  /** @param attempt - nothing happens when somebody else has begun another since. */
  async postpone(id: string, attempt: number, due: Date): Promise<void> {
    await this.#db
      .updateTable('job')
      .set({ due_at: due.toISOString() })
      .where('id', '=', id)
      .where('attempt', '=', attempt)
      .execute();
  }

  /** @param attempt - nothing happens when somebody else has begun another since. */
  async remove(id: string, attempt: number): Promise<void> {
    await this.#db.deleteFrom('job').where('id', '=', id).where('attempt', '=', attempt).execute();
  }

  #due(queue: string, now: Date) {
    return this.#db.selectFrom('job').where('queue', '=', queue).where('due_at', '<=', now.toISOString());
  }
}
