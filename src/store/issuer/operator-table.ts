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
  /** The secret of the second factor, sealed. */
  readonly totpSealed?: string;
  /** `issuer|subject` at the identity provider that vouches for this person. */
  readonly identity?: string;
}

/** How somebody signed in. */
export interface SignIn {
  /** How, in the words of RFC 8176: `pwd`, `otp`, `hwk`, `mfa` … */
  readonly amr: readonly string[];
  /** How well, in the words of whoever saw the person (OpenID Connect Core section 2, `acr`). */
  readonly acr?: string;
  /** When the person was seen; that may be before the session began. */
  readonly authenticatedAt: Date;
}

/** A sign-in that is not over yet. Its token is kept as a hash and is no part of this. */
export interface StoredSession {
  /** `ses_…`. */
  readonly id: string;
  readonly operator: string;
  /** `oidc`: at the identity provider of the configuration. */
  readonly method: 'password' | 'oidc';
  readonly signIn: SignIn;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly sourceIp: string;
  /** Browser or machine, as it calls itself. */
  readonly client: string;
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
        identity: operator.identity ?? null,
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

  /** Sets or, with undefined, removes the second factor. @returns false when there is no such operator. */
  async setTotp(name: string, sealed: string | undefined): Promise<boolean> {
    const result = await this.#db
      .updateTable('operator')
      .set({ totp_sealed: sealed ?? null, totp_step: null })
      .where('name', '=', name)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Uses a time step up. @returns false when it, or a later one, was used before. */
  async useTotpStep(name: string, step: number): Promise<boolean> {
    const result = await this.#db
      .updateTable('operator')
      .set({ totp_step: step })
      .where('name', '=', name)
      .where((is) => is.or([is('totp_step', 'is', null), is('totp_step', '<', step)]))
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  async findByIdentity(identity: string): Promise<StoredOperator | undefined> {
    const row = await this.#db.selectFrom('operator').selectAll().where('identity', '=', identity).executeTakeFirst();
    return row === undefined ? undefined : toOperator(row);
  }

  /** What an identity provider or the configuration says anew. */
  async update(name: string, { human, groups }: Pick<StoredOperator, 'human' | 'groups'>): Promise<void> {
    await this.#db
      .updateTable('operator')
      .set({ human, groups_json: JSON.stringify(groups) })
      .where('name', '=', name)
      .execute();
  }

  async addSession(tokenHash: string, session: StoredSession): Promise<void> {
    const { signIn } = session;
    await this.#db
      .insertInto('session')
      .values({
        token_hash: tokenHash,
        operator: session.operator,
        created_at: session.createdAt.toISOString(),
        expires_at: session.expiresAt.toISOString(),
        amr: signIn.amr.length === 0 ? null : signIn.amr.join(' '),
        acr: signIn.acr ?? null,
        authenticated_at: signIn.authenticatedAt.toISOString(),
        id: session.id,
        method: session.method,
        source_ip: session.sourceIp,
        client: session.client,
      })
      .execute();
  }

  async findSession(
    tokenHash: string,
    now: Date,
  ): Promise<{ readonly session: StoredSession; readonly operator: StoredOperator } | undefined> {
    const row = await this.#db
      .selectFrom('session')
      .selectAll()
      .where('token_hash', '=', tokenHash)
      .where('expires_at', '>', now.toISOString())
      .executeTakeFirst();
    const operator = row === undefined ? undefined : await this.find(row.operator);
    return row === undefined || operator === undefined ? undefined : { session: toSession(row), operator };
  }

  /** Newest first. */
  async sessionsOf(operator: string, now: Date): Promise<readonly StoredSession[]> {
    const rows = await this.#db
      .selectFrom('session')
      .selectAll()
      .where('operator', '=', operator)
      .where('expires_at', '>', now.toISOString())
      .orderBy('created_at', 'desc')
      .limit(100)
      .execute();
    return rows.map(toSession);
  }

  /** @returns false when the operator has no such session. */
  async endSessionById(operator: string, id: string): Promise<boolean> {
    const result = await this.#db
      .deleteFrom('session')
      .where('operator', '=', operator)
      .where('id', '=', id)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
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
    ...(row.totp_sealed === null ? {} : { totpSealed: row.totp_sealed }),
    ...(row.identity === null ? {} : { identity: row.identity }),
  };
}

function toSession(row: Selectable<IssuerSchema['session']>): StoredSession {
  return {
    id: row.id,
    operator: row.operator,
    method: row.method,
    signIn: {
      amr: row.amr?.split(' ') ?? [],
      ...(row.acr === null ? {} : { acr: row.acr }),
      authenticatedAt: new Date(row.authenticated_at ?? row.created_at),
    },
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    sourceIp: row.source_ip,
    client: row.client,
  };
}
