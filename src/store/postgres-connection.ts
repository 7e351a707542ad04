import { isIPv4 } from 'node:net';
import { Kysely, PostgresDialect, type PostgresPoolClient, type PostgresQueryResult } from 'kysely';
import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient, types } from 'pg';
import { AppError } from '../errors.ts';
import type { SecretValue } from '../model/secret-value.ts';

export interface PostgresPlace {
  readonly url: SecretValue;
  /** In which the tables are; made where it does not exist. */
  readonly schema: string;
}

/** A pool of connections to one PostgreSQL database. */
export interface PostgresConnection<Schema> {
  readonly db: Kysely<Schema>;
  readonly schema: string;
  close(): Promise<void>;
}

/** Transactions of one process at a time. */
const CONNECTIONS = 10;
/** Milliseconds; a database that does not answer by then is lost. */
const CONNECT_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 10_000;
const LOCK_TIMEOUT = 8_000;

/** count(*) is a bigint, which the driver would give as text. */
const INT8 = 20;

/**
 * Opens a pool; nothing is connected to yet.
 *
 * @throws {AppError} ERR_CONFIG_INVALID when the URL is none; queries throw ERR_STORE_UNREACHABLE.
 */
export function connectPostgres<Schema>({ url, schema }: PostgresPlace): PostgresConnection<Schema> {
  const pool = new Pool({ ...postgresConfig(url, schema), max: CONNECTIONS, idleTimeoutMillis: 60_000 });
  // A server that goes away ends idle connections; the next query opens a new one or says why it cannot.
  pool.on('error', () => undefined);
  // One that is at work says so itself by failing; without a listener, its event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const dialect = new PostgresDialect({
    pool: {
      connect: async () => {
        try {
          return withStoreErrors(await pool.connect());
        } catch (error) {
          throw postgresError(error);
        }
      },
      end: () => pool.end(),
    },
  });
  const db = new Kysely<Schema>({ dialect });
  return { db, schema, close: () => db.destroy() };
}

/** How the driver connects: everything has a time-out, and what the URL does not say of TLS is on to everywhere but this machine. */
export function postgresConfig(url: SecretValue, schema: string): ClientConfig {
  const text = url.reveal();
  let probe: Client;
  let options: string | null;
  try {
    const { protocol, searchParams } = new URL(text);
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new TypeError('another kind of URL');
    options = searchParams.get('options');
    probe = new Client({ connectionString: text });
  } catch {
    // Without a cause: it would quote the URL, password and all.
    throw new AppError('ERR_CONFIG_INVALID', 'the database of the issuer is no postgres:// URL');
  }
  return {
    user: probe.user,
    password: probe.password,
    host: probe.host,
    port: probe.port,
    database: probe.database,
    ssl: /[?&](?:ssl|sslmode)=/.test(text) ? probe.ssl : !isLocal(probe.host),
    options: [options, `-c search_path=${schema}`].filter(Boolean).join(' '),
    application_name: 'lapse issuer',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    statement_timeout: STATEMENT_TIMEOUT,
    lock_timeout: LOCK_TIMEOUT,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT,
    query_timeout: STATEMENT_TIMEOUT + 1_000,
    keepAlive: true,
    types: {
      getTypeParser: (oid, format) =>
        oid === INT8 && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text'),
    },
  };
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** SQLSTATE of a server that cannot serve now, or cannot write: connection, resources, shutdown, read-only, time-outs. */
const UNREACHABLE = /^(?:08|53|58|28|3D)|^57P0[1-5]$|^57014$|^55P03$|^25P03$|^25006$/;

/** What a failure of the driver or the server means to the caller; what the statement itself did wrong passes unchanged. */
export function postgresError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseError && !UNREACHABLE.test(error.code ?? '')) return error;
  const state = error instanceof DatabaseError ? ` (${error.code})` : '';
  return new AppError('ERR_STORE_UNREACHABLE', `the database of the issuer does not answer${state}`, {
    hint: 'is the server up, can it be reached from here, and may the role write?',
    cause: error,
  });
}

/** SQLSTATE of a failed statement. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** Kysely's view of a pooled connection: failures are told as the store's, and one that failed under a statement is not used again. */
function withStoreErrors(client: PoolClient): PostgresPoolClient {
  let lost = false;
  const query = async <Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>> => {
    try {
      const { command, rowCount, rows } = await client.query(text, [...values]);
      return { command: command as PostgresQueryResult<Row>['command'], rowCount: rowCount ?? 0, rows };
    } catch (error) {
      const told = postgresError(error);
      lost ||= told instanceof AppError;
      throw told;
    }
  };
  // The other way to call it is with a cursor, which nobody here does.
  return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release(lost) };
}
