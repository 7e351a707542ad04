import { type Kysely, type Selectable, sql } from 'kysely';
import type { Requester } from '../../model/access-request.ts';
import type { Lease, LeaseEnd, LeaseState } from '../../model/lease.ts';
import type { RowLocks } from './row-locks.ts';
import type { IssuerSchema } from './schema.ts';
import { subjectKey } from './subject-key.ts';

/** Literally what the indexes of the schema say: SQLite takes a partial index only for a query that repeats its condition. */
const NOT_DEAD = sql<boolean>`state <> 'DEAD'`;
/** Nobody needs a greater number of earlier leases. */
const MOST_EARLIER = 100;

/** States that count against quotas: what is out or on its way out. */
const HELD: readonly LeaseState[] = ['INTENT', 'CREATING', 'ACTIVE'];

/** States of leases that may still be alive somewhere. */
export type LiveState = Exclude<LeaseState, 'DEAD'>;

export interface LeaseChange {
  readonly startsAt?: string;
  /** With the detail that says the same, when the lease is made to last longer. */
  readonly expiresAt?: string;
  readonly detail?: Lease['detail'];
  readonly endReason?: LeaseEnd;
  readonly firstCleanAt?: string;
  readonly verifiedDeadAt?: string;
  readonly attempts?: number;
  /** null clears it. */
  readonly nextAttemptAt?: string | null;
  readonly lastError?: string | null;
  readonly sessionsEnded?: number;
}

/** Which leases are meant: those that fit everything that is named; all of them when nothing is. */
export interface LeaseSelector {
  readonly request?: string | undefined;
  readonly target?: string | undefined;
  /** Who asked, as its token or the inventory names it, or who was elevated, as the target does. */
  readonly principal?: string | undefined;
  /** Of names at the target. */
  readonly prefix?: string | undefined;
}

/** Leases, and what is due of them; every question here is answered from an index. */
export class LeaseTable {
  readonly #db: Kysely<IssuerSchema>;
  readonly #instance: string;
  readonly #locks: RowLocks;

  /** @param instance - which begins what is inserted here. */
  constructor(db: Kysely<IssuerSchema>, instance: string, locks: RowLocks) {
    this.#db = db;
    this.#instance = instance;
    this.#locks = locks;
  }

  async insertIntent(
    lease: Pick<
      Lease,
      | 'id'
      | 'request'
      | 'broker'
      | 'target'
      | 'externalId'
      | 'sharedKey'
      | 'parent'
      | 'detail'
      | 'createdAt'
      | 'expiresAt'
    >,
    requester: Requester,
  ): Promise<void> {
    await this.#db
      .insertInto('lease')
      .values({
        id: lease.id,
        request: lease.request,
        subject_key: subjectKey(requester),
        broker: lease.broker,
        target: lease.target,
        external_id: lease.externalId,
        shared_key: lease.sharedKey ?? null,
        parent: lease.parent ?? null,
        subject: requester.subject,
        principal: requester.principal ?? null,
        elevated: lease.detail.principal ?? null,
        state: 'INTENT',
        detail_json: JSON.stringify(lease.detail),
        created_at: lease.createdAt,
        expires_at: lease.expiresAt,
        attempts: 0,
        instance: this.#instance,
      })
      .execute();
  }

  /** In a transaction that writes: nobody else changes it until the end. */
  async find(id: string): Promise<Lease | undefined> {
    const row = await this.#locks.held(this.#all().where('id', '=', id)).executeTakeFirst();
    return row === undefined ? undefined : toLease(row);
  }

  /** Leases by the names of objects at targets; of a shared object one of those that are not dead. */
  async withNames(names: readonly string[]): Promise<ReadonlyMap<string, Lease>> {
    const found = new Map<string, Lease>();
    for (let at = 0; at < names.length; at += 500) {
      const some = names.slice(at, at + 500);
      for (const row of await this.#all().where('external_id', 'in', some).execute())
        found.set(row.external_id, toLease(row));
      for (const row of await this.#all().where('shared_key', 'in', some).where(NOT_DEAD).execute())
        if (row.shared_key !== null) found.set(row.shared_key, toLease(row));
    }
    return found;
  }

  /** Those that hold a shared object beside one of them: how many, and until when the last of them does (ISO 8601). */
  async sharers(sharedKey: string, besides: string): Promise<{ readonly count: number; readonly latest?: string }> {
    const rows = await this.#db
      .selectFrom('lease')
      .select('expires_at')
      .where('shared_key', '=', sharedKey)
      .where('state', 'in', ['CREATING', 'ACTIVE'])
      .where(NOT_DEAD)
      .where('id', '<>', besides)
      .orderBy('expires_at', 'desc')
      .execute();
    const latest = rows[0]?.expires_at;
    return { count: rows.length, ...(latest === undefined ? {} : { latest }) };
  }

  /** Children of a lease that are in one of these states. */
  async childrenOf(parent: string, states: readonly LeaseState[]): Promise<readonly Lease[]> {
    const rows = await this.#all().where('parent', '=', parent).where('state', 'in', states).where(NOT_DEAD).execute();
    return rows.map(toLease);
  }

  /** What is not dead and fits all that is named, in order of ids, from behind `after` on. */
  async selected(selector: LeaseSelector, after: string, limit: number): Promise<readonly Lease[]> {
    const { request, target, principal, prefix } = selector;
    let query = this.#all().where(NOT_DEAD).where('id', '>', after).orderBy('id').limit(limit);
    if (request !== undefined) query = query.where('request', '=', request);
    if (target !== undefined) query = query.where('target', '=', target);
    if (principal !== undefined)
      query = query.where((is) =>
        is.or([is('subject', '=', principal), is('principal', '=', principal), is('elevated', '=', principal)]),
      );
    if (prefix !== undefined) {
      const starts = (name: string) => sql<boolean>`substr(${sql.ref(name)}, 1, ${prefix.length}) = ${prefix}`;
      query = query.where((is) => is.or([starts('external_id'), starts('shared_key')]));
    }
    return (await query.execute()).map(toLease);
  }

  /** Newest first. */
  async list(
    filter: { states?: readonly LeaseState[]; target?: string; requests?: readonly string[]; limit?: number } = {},
  ): Promise<readonly Lease[]> {
    let query = this.#all()
      .orderBy('created_at', 'desc')
      .limit(filter.limit ?? 1000);
    if (filter.states !== undefined) query = query.where('state', 'in', filter.states);
    if (filter.target !== undefined) query = query.where('target', '=', filter.target);
    if (filter.requests !== undefined) query = query.where('request', 'in', filter.requests);
    return (await query.execute()).map(toLease);
  }

  /** Every ACTIVE lease of a target, by id and by the name of its object there. */
  async activeNames(target: string): Promise<readonly { id: string; name: string }[]> {
    return await this.#db
      .selectFrom('lease')
      .select((select) => ['id' as const, select.fn.coalesce('shared_key', 'external_id').as('name')])
      .where('target', '=', target)
      .where('state', '=', 'ACTIVE')
      .where(NOT_DEAD)
      .execute();
  }

  /** Ids of all leases that were ever handed out. */
  async handedOut(): Promise<readonly string[]> {
    const rows = await this.#db.selectFrom('lease').select('id').where('starts_at', 'is not', null).execute();
    return rows.map(({ id }) => id);
  }

  /**
   * The only way a state changes; the arrows are the caller's, the guard is here.
   *
   * @returns the lease as it is now; undefined when it was in none of the states `from`.
   */
  async move(id: string, from: readonly LeaseState[], to: LeaseState, change: LeaseChange): Promise<Lease | undefined> {
    const row = await this.#db
      .updateTable('lease')
      .set({ state: to, ...columns(change) })
      .where('id', '=', id)
      .where('state', 'in', from)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toLease(row);
  }

  /** ACTIVE and past its time; what another daemon is at is left out. */
  async expired(now: Date, limit: number): Promise<readonly Lease[]> {
    const query = this.#all()
      .where(NOT_DEAD)
      .where('state', '=', 'ACTIVE')
      .where('expires_at', '<=', now.toISOString())
      .orderBy('expires_at')
      .limit(limit);
    return (await this.#locks.free(query).execute()).map(toLease);
  }

  /**
   * Never handed out, and begun before `before` or by an instance that is neither this one nor among `living`; what another daemon is at is
   * left out.
   */
  async abandoned(before: Date, living: readonly string[], limit: number): Promise<readonly Lease[]> {
    const query = this.#all()
      .where(NOT_DEAD)
      .where('state', 'in', ['INTENT', 'CREATING'])
      .where((where) =>
        where.or([
          where('created_at', '<', before.toISOString()),
          where('instance', 'is', null),
          where('instance', 'not in', [this.#instance, ...living]),
        ]),
      )
      .orderBy('created_at')
      .limit(limit);
    return (await this.#locks.free(query).execute()).map(toLease);
  }

  /** Whether a REVOKING lease has its next attempt at or before `now`. */
  async isRevocationDue(now: Date): Promise<boolean> {
    return (await this.#revocations(now).select('id').limit(1).executeTakeFirst()) !== undefined;
  }

  /** REVOKING, with its next attempt at or before `now`: from here on this process's until `until`. */
  async claimRevocations(now: Date, until: string, limit: number): Promise<readonly Lease[]> {
    const query = this.#revocations(now).select('id').orderBy('next_attempt_at').limit(limit);
    const due = await this.#locks.free(query).execute();
    const claimed: Lease[] = [];
    for (const { id } of due) {
      const lease = await this.move(id, ['REVOKING'], 'REVOKING', { nextAttemptAt: until });
      if (lease !== undefined) claimed.push(lease);
    }
    return claimed;
  }

  /** @returns undefined when somebody else has taken it, or finished it, since `seen` was read. */
  async claimRevocation(seen: Lease, until: string): Promise<Lease | undefined> {
    const row = await this.#db
      .updateTable('lease')
      .set({ next_attempt_at: until })
      .where('id', '=', seen.id)
      .where('state', '=', 'REVOKING')
      .where('next_attempt_at', seen.nextAttemptAt === undefined ? 'is' : '=', seen.nextAttemptAt ?? null)
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toLease(row);
  }

  /** The earliest moments at which something is due, ISO 8601; `begun` is when the oldest unfinished lease was begun. */
  async nextDue(): Promise<{ expiry?: string; attempt?: string; begun?: string }> {
    const expiry = await this.#first('expires_at', ['ACTIVE']);
    const attempt = await this.#first('next_attempt_at', ['REVOKING']);
    const begun = await this.#first('created_at', ['INTENT', 'CREATING']);
    return {
      ...(expiry === undefined ? {} : { expiry }),
      ...(attempt === undefined ? {} : { attempt }),
      ...(begun === undefined ? {} : { begun }),
    };
  }

  async countHeld(of: { requester?: Requester; target?: string } = {}): Promise<number> {
    let query = this.#count().where(NOT_DEAD).where('state', 'in', HELD);
    if (of.requester !== undefined) query = query.where('subject_key', '=', subjectKey(of.requester));
    if (of.target !== undefined) query = query.where('target', '=', of.target);
    return (await query.executeTakeFirst())?.n ?? 0;
  }

  /** What a requester holds, at any target. */
  async heldBy(requester: Requester, limit: number): Promise<readonly Lease[]> {
    const query = this.#all()
      .where('subject_key', '=', subjectKey(requester))
      .where('state', 'in', HELD)
      .where(NOT_DEAD)
      .limit(limit);
    return (await query.execute()).map(toLease);
  }

  /** Leases of the same requester at the same target that began before this one, 100 at most. */
  async countEarlier(id: string): Promise<number> {
    const of = await this.#db.selectFrom('lease').selectAll().where('id', '=', id).executeTakeFirst();
    if (of === undefined) return 0;
    const earlier = await this.#db
      .selectFrom('lease')
      .select('id')
      .where('subject_key', '=', of.subject_key)
      .where('target', '=', of.target)
      .where('created_at', '<', of.created_at)
      .limit(MOST_EARLIER)
      .execute();
    return earlier.length;
  }

  /** Leases of a requester that began since `since`; `most` at most. */
  async countBegun(requester: Requester, since: Date, most: number): Promise<number> {
    const rows = await this.#db
      .selectFrom('lease')
      .select('id')
      .where('subject_key', '=', subjectKey(requester))
      .where('created_at', '>=', since.toISOString())
      .limit(most)
      .execute();
    return rows.length;
  }

  /** Not dead although their time ended before `before`. */
  async countOverdue(before: Date, target?: string): Promise<number> {
    let query = this.#count()
      .where(NOT_DEAD)
      .where('state', 'in', ['INTENT', 'CREATING', 'ACTIVE', 'REVOKING'])
      .where('expires_at', '<', before.toISOString());
    if (target !== undefined) query = query.where('target', '=', target);
    return (await query.executeTakeFirst())?.n ?? 0;
  }

  /** Not dead although their time ended before `before`; `limit` of them. */
  async listOverdue(before: Date, limit: number): Promise<readonly Lease[]> {
    const rows = await this.#db
      .selectFrom('lease')
      .selectAll()
      .where(NOT_DEAD)
      .where('state', 'in', ['INTENT', 'CREATING', 'ACTIVE', 'REVOKING'])
      .where('expires_at', '<', before.toISOString())
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    return rows.map(toLease);
  }

  async countFailing(): Promise<number> {
    const row = await this.#count()
      .where(NOT_DEAD)
      .where('state', '=', 'REVOKING')
      .where('last_error', 'is not', null)
      .executeTakeFirst();
    return row?.n ?? 0;
  }

  /** Of those that are not dead. */
  async countByStateAndTarget(): Promise<readonly { state: LiveState; target: string; count: number }[]> {
    const rows = await this.#db
      .selectFrom('lease')
      .select((select) => ['state' as const, 'target' as const, select.fn.countAll<number>().as('n')])
      .where(NOT_DEAD)
      .groupBy(['state', 'target'])
      .execute();
    return rows.flatMap(({ state, target, n }) => (state === 'DEAD' ? [] : [{ state, target, count: Number(n) }]));
  }

  #all() {
    return this.#db.selectFrom('lease').selectAll();
  }

  #revocations(now: Date) {
    return this.#db
      .selectFrom('lease')
      .where(NOT_DEAD)
      .where('state', '=', 'REVOKING')
      .where('next_attempt_at', '<=', now.toISOString());
  }

  #count() {
    return this.#db.selectFrom('lease').select((select) => select.fn.countAll<number>().as('n'));
  }

  async #first(
    column: 'expires_at' | 'next_attempt_at' | 'created_at',
    states: readonly LeaseState[],
  ): Promise<string | undefined> {
    // State by state: only then the index gives its first entry without reading the others.
    const firsts: string[] = [];
    for (const state of states) {
      const row = await this.#db
        .selectFrom('lease')
        .select(`${column} as at`)
        .where(NOT_DEAD)
        .where('state', '=', state)
        .where(column, 'is not', null)
        .orderBy(column)
        .limit(1)
        .executeTakeFirst();
      if (typeof row?.at === 'string') firsts.push(row.at);
    }
    return firsts.sort()[0];
  }
}

function columns(change: LeaseChange) {
  return {
    ...(change.startsAt === undefined ? {} : { starts_at: change.startsAt }),
    ...(change.expiresAt === undefined ? {} : { expires_at: change.expiresAt }),
    ...(change.detail === undefined ? {} : { detail_json: JSON.stringify(change.detail) }),
    ...(change.endReason === undefined ? {} : { end_reason: change.endReason }),
    ...(change.firstCleanAt === undefined ? {} : { first_clean_at: change.firstCleanAt }),
    ...(change.verifiedDeadAt === undefined ? {} : { verified_dead_at: change.verifiedDeadAt }),
    ...(change.attempts === undefined ? {} : { attempts: change.attempts }),
    ...(change.nextAttemptAt === undefined ? {} : { next_attempt_at: change.nextAttemptAt }),
    ...(change.lastError === undefined ? {} : { last_error: change.lastError }),
    ...(change.sessionsEnded === undefined ? {} : { sessions_ended: change.sessionsEnded }),
  };
}

function toLease(row: Selectable<IssuerSchema['lease']>): Lease {
  return {
    id: row.id,
    request: row.request,
    broker: row.broker,
    target: row.target,
    externalId: row.external_id,
    ...(row.shared_key === null ? {} : { sharedKey: row.shared_key }),
    ...(row.parent === null ? {} : { parent: row.parent }),
    state: row.state,
    detail: JSON.parse(row.detail_json),
    createdAt: row.created_at,
    ...(row.starts_at === null ? {} : { startsAt: row.starts_at }),
    expiresAt: row.expires_at,
    ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
    ...(row.first_clean_at === null ? {} : { firstCleanAt: row.first_clean_at }),
    ...(row.verified_dead_at === null ? {} : { verifiedDeadAt: row.verified_dead_at }),
    attempts: row.attempts,
    ...(row.next_attempt_at === null ? {} : { nextAttemptAt: row.next_attempt_at }),
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    ...(row.sessions_ended === null ? {} : { sessionsEnded: row.sessions_ended }),
  };
}
