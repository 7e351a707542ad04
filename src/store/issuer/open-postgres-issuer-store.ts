import { randomBytes } from 'node:crypto';
import { type ControlledTransaction, type Kysely, sql } from 'kysely';
import { AppError } from '../../errors.ts';
import type { SecretValue } from '../../model/secret-value.ts';
import { AnchoredClock } from '../anchored-clock.ts';
import { migrate } from '../migrate.ts';
import { connectPostgres, type PostgresConnection, sqlState } from '../postgres-connection.ts';
import type { NewAuditEvent } from './audit-table.ts';
import { ChainWriter } from './chain-writer.ts';
import { drawOnce } from './draw-once.ts';
import type { IssuerStore, IssuerTables } from './issuer-store.ts';
import { ISSUER_MIGRATIONS } from './migrations/index.ts';
import type { TableUser } from './open-issuer-store.ts';
import { CountAgain, NO_LOCKS, postgresLocks } from './row-locks.ts';
import type { IssuerSchema } from './schema.ts';

type OpenTables = (db: Kysely<IssuerSchema>, user: TableUser) => IssuerTables;

const SCHEMA = 'lapse_issuer';
/** A database that does not answer is asked again after so many milliseconds. */
const BEAT_WHEN_LOST = 1_000;
/** A sample of the time that took longer says too little. */
const SLOWEST_SAMPLE = 1_000;
/** Serialization failure, deadlock, unique violation: somebody else was first, and it may well succeed behind them. */
const TRY_AGAIN = /^(?:40001|40P01|23505)$/;
/** Waited too long for somebody else: that says nothing of the database. */
const WAITED = /^(?:55P03|57014)$/;
const ATTEMPTS = 5;
/** Heads of other chains that the first event of a new one names. */
const CHAINS_NAMED = 100;

/**
 * The issuer's state on PostgreSQL, shared by any number of daemons: transactions side by side from a pool, rows locked as they are read for
 * a change, and an audit chain for each opening that writes.
 *
 * @param beat - how often an instance says that it lives, and asks for the time, in milliseconds.
 * @throws {AppError} see `openIssuerStore`.
 */
export async function openPostgresIssuerStore(
  url: SecretValue,
  tables: OpenTables,
  beat: number,
): Promise<IssuerStore> {
  const connection = connectPostgres<IssuerSchema>({ url, schema: SCHEMA });
  try {
    const mostTransactions = await inspect(connection);
    await migrate({ ...connection, exclusively: (work) => alone(connection, work) }, 'issuer', ISSUER_MIGRATIONS);
    const issuerId = await drawOnce(connection.db, 'issuer_id', () => randomBytes(4).toString('hex'));
    return await new PostgresIssuer(connection, tables, { mostTransactions, issuerId, beat }).open();
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class PostgresIssuer {
  readonly #connection: PostgresConnection<IssuerSchema>;
  readonly #tables: OpenTables;
  readonly #mostTransactions: number;
  readonly #issuerId: string;
  readonly #beatInterval: number;
  readonly #instance = `ins_${randomBytes(8).toString('hex')}`;
  readonly #chain = `aud_${randomBytes(8).toString('hex')}`;
  readonly #writer = new ChainWriter();
  readonly #under = new Set<Promise<unknown>>();
  #clock: AnchoredClock | undefined;
  #lost: AppError | undefined;
  #begun = false;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #closed = false;

  constructor(
    connection: PostgresConnection<IssuerSchema>,
    tables: OpenTables,
    facts: { readonly mostTransactions: number; readonly issuerId: string; readonly beat: number },
  ) {
    this.#connection = connection;
    this.#tables = tables;
    this.#mostTransactions = facts.mostTransactions;
    this.#issuerId = facts.issuerId;
    this.#beatInterval = facts.beat;
  }

  async open(): Promise<IssuerStore> {
    const readTables = this.#tables(this.#connection.db, this.#user(NO_LOCKS));
    const clock = new AnchoredClock(await databaseTime(this.#connection.db));
    this.#clock = clock;
    this.#schedule(this.#beatInterval);
    return {
      issuerId: this.#issuerId,
      instance: this.#instance,
      chain: this.#chain,
      now: () => clock.now(),
      write: (work) => this.#guarded(() => this.#write(work)),
      read: (work) => this.#guarded(() => work(readTables)),
      close: () => this.#close(),
    };
  }

  /** Once the database was lost, everybody is refused at once until it answers again: nobody waits for one time-out after another. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#lost !== undefined) throw this.#lost;
    const running = work();
    this.#under.add(running);
    try {
      return await running;
    } catch (error) {
      if (
        error instanceof AppError &&
        error.code === 'ERR_STORE_UNREACHABLE' &&
        !WAITED.test(sqlState(error.cause) ?? '')
      )
        this.#lose(error);
      throw error;
    } finally {
      this.#under.delete(running);
    }
  }

  async #write<T>(work: (tables: IssuerTables) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#transaction(work);
      } catch (error) {
        const again = error instanceof CountAgain || TRY_AGAIN.test(sqlState(error) ?? '');
        if (!again || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  async #transaction<T>(work: (tables: IssuerTables) => Promise<T>): Promise<T> {
    const transaction = await this.#connection.db.startTransaction().execute();
    try {
      const tables = this.#tables(transaction, this.#user(postgresLocks(transaction, this.#mostTransactions)));
      const result = await work(tables);
      if (tables.audit.isPending) await this.#commitWithEvents(transaction, tables);
      else await transaction.commit().execute();
      return result;
    } catch (error) {
      // It was lost with its connection where that is what failed.
      if (!transaction.isCommitted)
        await transaction
          .rollback()
          .execute()
          .catch(() => undefined);
      throw error;
    }
  }

  async #commitWithEvents(transaction: ControlledTransaction<IssuerSchema>, tables: IssuerTables): Promise<void> {
    await this.#writer.commit(
      tables.audit,
      () => this.#begin(tables),
      async () => void (await transaction.commit().execute()),
    );
    this.#begun = true;
  }

  /** The first event of a chain names where the others end, so that one which is removed as a whole is missed. */
  async #begin({ instances, audit }: IssuerTables): Promise<void> {
    const at = this.#now();
    const heads: { chain: string; seq: number; hash: string }[] = [];
    for (const chain of await instances.recentChains(CHAINS_NAMED)) {
      const head = await audit.head(chain);
      if (head !== undefined) heads.push({ chain, seq: head.seq, hash: head.hash });
    }
    await instances.begin(this.#instance, this.#chain, at);
    const event: NewAuditEvent = {
      event: 'audit.chain_started',
      actor: 'system',
      detail: { instance: this.#instance, heads },
    };
    audit.begin(event, at);
  }

  #user(locks: TableUser['locks']): TableUser {
    return { chain: this.#chain, instance: this.#instance, alone: false, locks };
  }

  #now(): Date {
    return this.#clock?.now() ?? new Date();
  }

  #lose(error: AppError): void {
    if (this.#lost !== undefined || this.#closed) return;
    this.#lost = error;
    clearTimeout(this.#timer);
    this.#schedule(BEAT_WHEN_LOST);
  }

  #schedule(milliseconds: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#beating = this.#beat().finally(() => {
        this.#beating = undefined;
        this.#schedule(this.#lost === undefined ? this.#beatInterval : BEAT_WHEN_LOST);
      });
    }, milliseconds).unref();
  }

  async #beat(): Promise<void> {
    try {
      const { db } = this.#connection;
      const begun = performance.now();
      const time = await databaseTime(db);
      const took = performance.now() - begun;
      if (took < SLOWEST_SAMPLE) this.#clock?.correct(time + took / 2);
      if (this.#begun) await this.#tables(db, this.#user(NO_LOCKS)).instances.seen(this.#instance, this.#now());
      this.#lost = undefined;
    } catch (error) {
      if (error instanceof AppError) this.#lost = error;
    }
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#under);
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#beating;
    if (this.#begun)
      await this.#tables(this.#connection.db, this.#user(NO_LOCKS))
        .instances.end(this.#instance, this.#now())
        .catch(() => undefined);
    await this.#connection.close();
  }
}

async function databaseTime(db: Kysely<IssuerSchema>): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new TypeError('the database does not tell its time');
  return row.ms;
}

/**
 * Refuses a server that would forget what it has confirmed.
 *
 * @returns how many transactions it runs at once.
 */
async function inspect({ db }: PostgresConnection<IssuerSchema>): Promise<number> {
  const { rows } = await sql<{ commits: string; most: number }>`
    select current_setting('synchronous_commit') as commits, current_setting('max_connections')::int as most`.execute(
    db,
  );
  const { commits = '', most = 0 } = rows[0] ?? {};
  if (commits !== 'on' && commits !== 'remote_apply')
    throw new AppError('ERR_STORE_UNSAFE', `the database of the issuer has synchronous_commit = ${commits}`, {
      hint: 'a lease that is out must be on disk: alter role … set synchronous_commit = on',
    });
  return most;
}

/** Daemons that start together migrate one after the other, and the second finds nothing left to do. */
async function alone<T>(
  { db, schema }: PostgresConnection<IssuerSchema>,
  work: (db: Kysely<IssuerSchema>) => Promise<T>,
): Promise<T> {
  return await db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`lapse migrations ${schema}`}, 0))`.execute(transaction);
    const { rows } = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(transaction);
    if (rows.length === 0) await sql`create schema ${sql.id(schema)}`.execute(transaction);
    return await work(transaction);
  });
}
