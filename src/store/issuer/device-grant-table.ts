import type { Kysely, Selectable } from 'kysely';
import type { IssuerSchema } from './schema.ts';

/** A machine that waits for a person to sign it in (RFC 8628). */
export interface DeviceGrant {
  /** Without the dash. */
  readonly userCode: string;
  readonly clientId: string;
  /** As it calls itself. */
  readonly machine: string;
  readonly sourceIp: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly state: 'pending' | 'approved' | 'denied' | 'used';
  /** Who confirmed it, and in which session; the machine's session is as strong as that one. */
  readonly confirmed?: { readonly operator: string; readonly session: string };
}

/** Sign-ins of machines without a browser, by the hash of their device code. */
export class DeviceGrantTable {
  readonly #db: Kysely<IssuerSchema>;

  constructor(db: Kysely<IssuerSchema>) {
    this.#db = db;
  }

  /** @returns false when the user code is in use. */
  async insert(deviceHash: string, grant: Omit<DeviceGrant, 'state' | 'confirmed'>): Promise<boolean> {
    const result = await this.#db
      .insertInto('device_grant')
      .values({
        device_hash: deviceHash,
        user_code: grant.userCode,
        client_id: grant.clientId,
        machine: grant.machine,
        source_ip: grant.sourceIp,
        created_at: grant.createdAt.toISOString(),
        expires_at: grant.expiresAt.toISOString(),
        state: 'pending',
        operator: null,
        session: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async find(deviceHash: string): Promise<DeviceGrant | undefined> {
    const row = await this.#db
      .selectFrom('device_grant')
      .selectAll()
      .where('device_hash', '=', deviceHash)
      .executeTakeFirst();
    return row === undefined ? undefined : toGrant(row);
  }

  async findByUserCode(userCode: string): Promise<DeviceGrant | undefined> {
    const row = await this.#db
      .selectFrom('device_grant')
      .selectAll()
      .where('user_code', '=', userCode)
      .executeTakeFirst();
    return row === undefined ? undefined : toGrant(row);
  }

  /** The answer of a person. @returns false when it was answered before, or its time is over. */
  async answer(
    userCode: string,
    state: 'approved' | 'denied',
    by: { readonly operator: string; readonly session: string },
    now: Date,
  ): Promise<boolean> {
    const result = await this.#db
      .updateTable('device_grant')
      .set({ state, ...by })
      .where('user_code', '=', userCode)
      .where('state', '=', 'pending')
      .where('expires_at', '>', now.toISOString())
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** Uses up a grant that was approved. @returns false when somebody was quicker. */
  async use(deviceHash: string): Promise<boolean> {
    const result = await this.#db
      .updateTable('device_grant')
      .set({ state: 'used' })
      .where('device_hash', '=', deviceHash)
      .where('state', '=', 'approved')
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  async countOpen(now: Date): Promise<number> {
    const row = await this.#db
      .selectFrom('device_grant')
      .select((select) => select.fn.countAll<number>().as('n'))
      .where('expires_at', '>', now.toISOString())
      .executeTakeFirst();
    return Number(row?.n ?? 0);
  }

  /** What ended before that moment. */
  async forget(before: Date): Promise<void> {
    await this.#db.deleteFrom('device_grant').where('expires_at', '<', before.toISOString()).execute();
  }
}

function toGrant(row: Selectable<IssuerSchema['device_grant']>): DeviceGrant {
  return {
    userCode: row.user_code,
    clientId: row.client_id,
    machine: row.machine,
    sourceIp: row.source_ip,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    state: row.state,
    ...(row.operator === null || row.session === null
      ? {}
      : { confirmed: { operator: row.operator, session: row.session } }),
  };
}
