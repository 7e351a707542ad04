import type { Kysely, Selectable } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** A person who signs in to approve and operate. */
export interface StoredOperator {
  readonly name: string;
  /** The person behind the account: two accounts of one person are one approver. */
  readonly human: string;
  readonly passwordHash?: string;
  readonly groups: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Operators and their sign-in sessions. */
export class OperatorTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** @returns false when the name is taken. */
  async insert(operator: StoredOperator): Promise<boolean> {
    const result = await this.#db
      .insertInto('operator')
      .values({
        name: operator.name,
        human: operator.human,
        password_hash: operator.passwordHash ?? null,
        groups_json: JSON.stringify(operator.groups),
        created_at: operator.createdAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async find(name: string): Promise<StoredOperator | undefined> {
    const row = await this.#db.selectFrom('operator').selectAll().where('name', '=', name).executeTakeFirst();
    return row === undefined ? undefined : toOperator(row);
  }

  async list(): Promise<readonly StoredOperator[]> {
    const rows = await this.#db.selectFrom('operator').selectAll().orderBy('name').execute();
    return rows.map(toOperator);
  }

  async addSession(tokenHash: string, operator: string, createdAt: Date, expiresAt: Date): Promise<void> {
    await this.#db
      .insertInto('session')
      .values({
        token_hash: tokenHash,
        operator,
        created_at: createdAt.toISOString(),
        expires_at: expiresAt.toISOString(),
      })
      .execute();
  }

  async sessionOperator(
    tokenHash: string,
    now: Date,
  ): Promise<(StoredOperator & { readonly signedInAt: string }) | undefined> {
    const row = await this.#db
      .selectFrom('session')
      .innerJoin('operator', 'operator.name', 'session.operator')
      .selectAll('operator')
      .select('session.created_at as signed_in_at')
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now.toISOString())
      .executeTakeFirst();
    return row === undefined ? undefined : { ...toOperator(row), signedInAt: row.signed_in_at };
  }

  async endSession(tokenHash: string): Promise<void> {
    await this.#db.deleteFrom('session').where('token_hash', '=', tokenHash).execute();
  }

  async forgetSessions(before: Date): Promise<void> {
    await this.#db.deleteFrom('session').where('expires_at', '<', before.toISOString()).execute();
  }
}

function toOperator(row: Selectable<IssuerSchema['operator']>): StoredOperator {
  return {
    name: row.name,
    human: row.human,
    ...(row.password_hash === null ? {} : { passwordHash: row.password_hash }),
    groups: JSON.parse(row.groups_json),
    createdAt: row.created_at,
  };
}
