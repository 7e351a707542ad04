import type { Kysely, Selectable } from 'kysely';
import type { StaticKeyBinding } from '../../model/static-key-binding.ts';
import type { RowLocks } from './row-locks.ts';
import type { IssuerSchema } from './schema.ts';

/** Static keys that an operator has bound; one row per key and target. */
export class BindingTable {
  readonly #db: Kysely<IssuerSchema>;
  readonly #locks: RowLocks;

  constructor(db: Kysely<IssuerSchema>, locks: RowLocks) {
    this.#db = db;
    this.#locks = locks;
  }

  /** Binds, or binds anew what was bound to the same target before. */
  async put(binding: StaticKeyBinding): Promise<StaticKeyBinding> {
    const row = {
      id: binding.id,
      secret: binding.secret,
      fingerprint: binding.fingerprint,
      principal: binding.principal ?? null,
      target: binding.target,
      source_cidrs_json: JSON.stringify(binding.sourceCidrs),
      until: binding.until,
      stage: binding.stage,
      created_by: binding.createdBy,
      created_at: binding.createdAt,
      last_used_at: binding.lastUsedAt ?? null,
    };
    const { id: _id, ...changed } = row;
    const stored = await this.#db
      .insertInto('static_key_binding')
      .values(row)
      .onConflict((conflict) => conflict.columns(['fingerprint', 'target']).doUpdateSet(changed))
      .returningAll()
      .executeTakeFirstOrThrow();
    return toBinding(stored);
  }

  async find(id: string): Promise<StaticKeyBinding | undefined> {
    const row = await this.#locks.held(this.#all().where('id', '=', id)).executeTakeFirst();
    return row === undefined ? undefined : toBinding(row);
  }

  async of(filter: { secret?: string; fingerprint?: string; target?: string }): Promise<readonly StaticKeyBinding[]> {
    let query = this.#all().orderBy('created_at');
    if (filter.secret !== undefined) query = query.where('secret', '=', filter.secret);
    if (filter.fingerprint !== undefined) query = query.where('fingerprint', '=', filter.fingerprint);
    if (filter.target !== undefined) query = query.where('target', '=', filter.target);
    return (await this.#locks.held(query).execute()).map(toBinding);
  }

  /** @returns undefined when it was in none of the stages `from`. */
  async move(
    id: string,
    from: readonly StaticKeyBinding['stage'][],
    to: StaticKeyBinding['stage'],
  ): Promise<StaticKeyBinding | undefined> {
    const row = await this.#db
      .updateTable('static_key_binding')
      .set({ stage: to })
      .where('id', '=', id)
      .where('stage', 'in', from)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toBinding(row);
  }

  async used(id: string, at: Date): Promise<void> {
    await this.#db
      .updateTable('static_key_binding')
      .set({ last_used_at: at.toISOString() })
      .where('id', '=', id)
      .execute();
  }

  #all() {
    return this.#db.selectFrom('static_key_binding').selectAll();
  }
}

function toBinding(row: Selectable<IssuerSchema['static_key_binding']>): StaticKeyBinding {
  return {
    id: row.id,
    secret: row.secret,
    fingerprint: row.fingerprint,
    ...(row.principal === null ? {} : { principal: row.principal }),
    target: row.target,
    sourceCidrs: JSON.parse(row.source_cidrs_json),
    until: row.until,
    stage: row.stage,
    createdBy: row.created_by,
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}
