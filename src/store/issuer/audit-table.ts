import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { AuditEvent } from '../../model/audit-event.ts';
import type { AuditFilter } from './audit-filter.ts';
import { auditHash } from './audit-hash.ts';
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

/** The last event of a chain. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** An event that is to be written; where it stands in the chain is known when its transaction is on disk. */
export interface AppendedEvent {
  readonly seq: number;
}

const ROWS = 500;

/**
 * The audit chains, one per writer. Append only: `append` collects the events of one transaction, and `flush` writes them behind the head
 * of this writer's chain as the last thing before the commit, so that nobody waits for a row while others wait for the chain.
 */
export class AuditTable {
  readonly #db: Kysely<IssuerSchema>;
  readonly chain: string;
  readonly #pending: { readonly event: NewAuditEvent; readonly at: Date; readonly place: { seq: number } }[] = [];
  /** What this object has written: the events of one transaction. */
  readonly appended: AuditEvent[] = [];

  constructor(db: Kysely<IssuerSchema>, chain: string) {
    this.#db = db;
    this.chain = chain;
  }

  /** Call it in the transaction of the change that it tells of. */
  async append(event: NewAuditEvent, at: Date): Promise<AppendedEvent> {
    const place = { seq: 0 };
    this.#pending.push({ event, at, place });
    return place;
  }

  /** The first event of a chain, before what was appended already. */
  begin(event: NewAuditEvent, at: Date): void {
    this.#pending.unshift({ event, at, place: { seq: 0 } });
  }

  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Writes what was appended behind `head`. @returns the new head. */
  async flush(head: ChainHead): Promise<ChainHead> {
    let last = head;
    const events = this.#pending.splice(0).map(({ event, at, place }) => {
      const whole = chained(event, at, this.chain, last);
      place.seq = whole.seq;
      last = whole;
      return whole;
    });
    for (let at = 0; at < events.length; at += ROWS)
      await this.#db
        .insertInto('audit_event')
        .values(events.slice(at, at + ROWS).map(toRow))
        .execute();
    this.appended.push(...events);
    return { seq: last.seq, hash: last.hash };
  }

  /** Where this writer's chain ends; undefined while it has no event. */
  async end(): Promise<ChainHead | undefined> {
    return await this.#db
      .selectFrom('audit_event')
      .select(['seq', 'hash'])
      .where('chain', '=', this.chain)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** Of this writer's chain, or of another. */
  async head(chain = this.chain): Promise<AuditEvent | undefined> {
    const row = await this.#events(chain).orderBy('seq', 'desc').limit(1).executeTakeFirst();
    return row === undefined ? undefined : toEvent(row);
  }

  /** Events of one chain behind `seq`, oldest first. */
  async after(seq: number, limit: number, chain = this.chain): Promise<readonly AuditEvent[]> {
    const rows = await this.#events(chain).where('seq', '>', seq).orderBy('seq').limit(limit).execute();
    return rows.map(toEvent);
  }

  /** The newest events of the given chains together, oldest first. */
  async newest(limit: number, chains: readonly string[] = [this.chain]): Promise<readonly AuditEvent[]> {
    const events: AuditEvent[] = [];
    for (const chain of chains) {
      const rows = await this.#events(chain).orderBy('seq', 'desc').limit(limit).execute();
      events.push(...rows.reverse().map(toEvent));
    }
    return chains.length === 1 ? events : events.sort(byTime).slice(-limit);
  }

  /** The newest events that fit, of all chains unless one is named; oldest first. */
  async search(filter: AuditFilter, limit: number): Promise<readonly AuditEvent[]> {
    const { chain, event, actor, target, request, lease, correlation, since, until } = filter;
    let query = this.#db.selectFrom('audit_event').selectAll();
    if (chain !== undefined) query = query.where('chain', '=', chain);
    if (event !== undefined)
      query = event.endsWith('*')
        ? query.where(startsWith('event', event.slice(0, -1)))
        : query.where('event', '=', event);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (target !== undefined) query = query.where('target', '=', target);
    if (request !== undefined) query = query.where('request', '=', request);
    if (lease !== undefined) query = query.where('lease', '=', lease);
    if (correlation !== undefined) query = query.where(contains('detail_json', correlationText(correlation)));
    if (since !== undefined) query = query.where('at', '>=', since);
    if (until !== undefined) query = query.where('at', '<', until);
    const rows = await query
      .orderBy('at', 'desc')
      .orderBy('chain', 'desc')
      .orderBy('seq', 'desc')
      .limit(limit)
      .execute();
    return rows.reverse().map(toEvent);
  }

  /** Of all chains. */
  async ofLease(lease: string): Promise<readonly AuditEvent[]> {
    const rows = await this.#db
      .selectFrom('audit_event')
      .selectAll()
      .where('lease', '=', lease)
      .orderBy('at')
      .orderBy('seq')
      .execute();
    return rows.map(toEvent);
  }

  /** Every chain that has events, whoever says that it exists. Reads the whole index. */
  async chains(): Promise<readonly string[]> {
    const rows = await this.#db.selectFrom('audit_event').select('chain').distinct().orderBy('chain').execute();
    return rows.map(({ chain }) => chain);
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

  /** Of all chains. */
  async checkpoints(): Promise<readonly Checkpoint[]> {
    return await this.#db.selectFrom('checkpoint').selectAll().orderBy('chain').orderBy('seq').execute();
  }

  #events(chain: string) {
    return this.#db.selectFrom('audit_event').selectAll().where('chain', '=', chain);
  }
}

type Texts = 'event' | 'detail_json';

function startsWith(column: Texts, text: string) {
  return sql<boolean>`${sql.ref(column)} like ${`${escapeLike(text)}%`} escape '!'`;
}

function contains(column: Texts, text: string) {
  return sql<boolean>`${sql.ref(column)} like ${`%${escapeLike(text)}%`} escape '!'`;
}

function escapeLike(text: string): string {
  return text.replace(/[!%_]/g, (character) => `!${character}`);
}

/** As `JSON.stringify` writes it. */
function correlationText(id: string): string {
  return `"correlation_id":${JSON.stringify(id)}`;
}

/** Writers are not in step to the millisecond: within one chain the order is certain, between chains it is nearly so. */
function byTime(one: AuditEvent, other: AuditEvent): number {
  if (one.chain === other.chain) return one.seq - other.seq;
  return one.at < other.at ? -1 : one.at > other.at ? 1 : one.chain < other.chain ? -1 : 1;
}

function chained(event: NewAuditEvent, at: Date, chain: string, head: ChainHead): AuditEvent {
  const unhashed = {
    chain,
    seq: head.seq + 1,
    prevHash: head.hash,
    at: at.toISOString(),
    event: event.event,
    actor: event.actor,
    ...(event.target === undefined ? {} : { target: event.target }),
    ...(event.request === undefined ? {} : { request: event.request }),
    ...(event.lease === undefined ? {} : { lease: event.lease }),
    detail: event.detail,
  };
  return { ...unhashed, hash: auditHash(unhashed) };
}

function toRow(event: AuditEvent): Insertable<IssuerSchema['audit_event']> {
  return {
    chain: event.chain,
    seq: event.seq,
    prev_hash: event.prevHash,
    hash: event.hash,
    at: event.at,
    event: event.event,
    actor: event.actor,
    target: event.target ?? null,
    request: event.request ?? null,
    lease: event.lease ?? null,
    detail_json: JSON.stringify(event.detail),
  };
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
