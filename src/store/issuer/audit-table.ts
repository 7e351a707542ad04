import type { Kysely, Selectable } from 'kysely';
import type { AuditEvent } from '../../model/audit-event.ts';
import { auditHash, CHAIN_START } from './audit-hash.ts';
import type { IssuerSchema } from './schema.ts';

/** An event before it has its place in the chain. */
export type NewAuditEvent = Pick<AuditEvent, 'event' | 'actor' | 'detail'> & {
  readonly target?: string | undefined;
  readonly request?: string | undefined;
  readonly lease?: string | undefined;
};

export interface Checkpoint {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
  /** ISO 8601. */
  readonly at: string;
  /** Compact JWS over the members above. */
  readonly signature: string;
}

/** The audit chain. Append only: triggers of the schema refuse everything else. */
export class AuditTable {
  readonly #db: Kysely<IssuerSchema>;
  readonly chain: string;
  /** What this object has appended: the events of one transaction. */
  readonly appended: AuditEvent[] = [];

  constructor(db: Kysely<IssuerSchema>, chain: string) {
    this.#db = db;
    this.chain = chain;
  }

  /** Call it in the transaction of the change that it tells of. */
  async append(event: NewAuditEvent, at: Date): Promise<AuditEvent> {
    const head = this.appended.at(-1) ?? (await this.head());
    const unhashed = {
      chain: this.chain,
      seq: (head?.seq ?? 0) + 1,
      prevHash: head?.hash ?? CHAIN_START,
      at: at.toISOString(),
      event: event.event,
      actor: event.actor,
      ...(event.target === undefined ? {} : { target: event.target }),
      ...(event.request === undefined ? {} : { request: event.request }),
      ...(event.lease === undefined ? {} : { lease: event.lease }),
      detail: event.detail,
    };
    const whole: AuditEvent = { ...unhashed, hash: auditHash(unhashed) };
    await this.#db
      .insertInto('audit_event')
      .values({
        chain: whole.chain,
        seq: whole.seq,
        prev_hash: whole.prevHash,
        hash: whole.hash,
        at: whole.at,
        event: whole.event,
        actor: whole.actor,
        target: whole.target ?? null,
        request: whole.request ?? null,
        lease: whole.lease ?? null,
        detail_json: JSON.stringify(whole.detail),
      })
      .execute();
    this.appended.push(whole);
    return whole;
  }

  async head(): Promise<AuditEvent | undefined> {
    const row = await this.#events().orderBy('seq', 'desc').limit(1).executeTakeFirst();
    return row === undefined ? undefined : toEvent(row);
  }

  /** Events behind `seq`, oldest first. */
  async after(seq: number, limit: number): Promise<readonly AuditEvent[]> {
    const rows = await this.#events().where('seq', '>', seq).orderBy('seq').limit(limit).execute();
    return rows.map(toEvent);
  }

  /** The newest events, oldest first. */
  async newest(limit: number): Promise<readonly AuditEvent[]> {
    const rows = await this.#events().orderBy('seq', 'desc').limit(limit).execute();
    return rows.reverse().map(toEvent);
  }

  async ofLease(lease: string): Promise<readonly AuditEvent[]> {
    const rows = await this.#events().where('lease', '=', lease).orderBy('seq').execute();
    return rows.map(toEvent);
  }

  /** Events of the same name by the same actor at the same target since `since`, this one included. */
  async countLike({ event, actor, target }: AuditEvent, since: Date): Promise<number> {
    let query = this.#db
      .selectFrom('audit_event')
      .select((select) => select.fn.countAll<number>().as('n'))
      .where('actor', '=', actor)
      .where('event', '=', event)
      .where('at', '>=', since.toISOString());
    query = target === undefined ? query.where('target', 'is', null) : query.where('target', '=', target);
    return (await query.executeTakeFirst())?.n ?? 0;
  }

  async addCheckpoint(checkpoint: Checkpoint): Promise<void> {
    await this.#db
      .insertInto('checkpoint')
      .values(checkpoint)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async lastCheckpoint(): Promise<Checkpoint | undefined> {
    return await this.#db
      .selectFrom('checkpoint')
      .selectAll()
      .where('chain', '=', this.chain)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return await this.#db.selectFrom('checkpoint').selectAll().where('chain', '=', this.chain).orderBy('seq').execute();
  }

  #events() {
    return this.#db.selectFrom('audit_event').selectAll().where('chain', '=', this.chain);
  }
}

function toEvent(row: Selectable<IssuerSchema['audit_event']>): AuditEvent {
  return {
    chain: row.chain,
    seq: row.seq,
    prevHash: row.prev_hash,
    hash: row.hash,
    at: row.at,
    event: row.event,
    actor: row.actor,
    ...(row.target === null ? {} : { target: row.target }),
    ...(row.request === null ? {} : { request: row.request }),
    ...(row.lease === null ? {} : { lease: row.lease }),
    detail: JSON.parse(row.detail_json),
  };
}
