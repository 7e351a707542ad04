import { isIPv4 } from 'node:net';
import { Client, type ClientConfig, DatabaseError, Pool, type QueryResultRow } from 'pg';
import type { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { PostgresTarget } from './postgres-target.ts';

/** Runs SQL at one database of a target; every call has time-outs on both sides. */
export interface Database {
  /** One statement with parameters, its rows parsed. It is prepared under the name of the step, so a step has one text. */
  rows<Row>(step: string, schema: z.ZodType<Row>, text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Statements without parameters in one transaction: all of them, or none. */
  run(step: string, statements: readonly string[]): Promise<void>;
}

export interface TargetDatabases extends Database {
  readonly endpoint: { readonly host: string; readonly port: number; readonly database: string };
  /** Works in another database of the same server, on a connection that ends with it. */
  inDatabase<T>(name: string, work: (database: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What of a target its connections need. */
export type DatabaseTarget = Pick<PostgresTarget, 'id' | 'connection' | 'connectTimeout' | 'statementTimeout'>;

/** Connections of one target, by its broker's role. */
export function connectTarget(target: DatabaseTarget): TargetDatabases {
  const { config, endpoint } = clientConfig(target);
  const pool = new Pool({ ...config, max: 8, idleTimeoutMillis: 10_000, allowExitOnIdle: true });
  // A server that goes away ends idle connections; the next query opens a new one or says why it cannot.
  pool.on('error', () => undefined);
  return {
    ...databaseOf(target, pool),
    endpoint,
    async inDatabase(name, work) {
      const client = new Client({ ...config, database: name });
      client.on('error', () => undefined);
      try {
        await told(target, `connect to database "${name}"`, () => client.connect());
        return await work(databaseOf(target, client));
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    close: () => pool.end(),
  };
}

function databaseOf(target: DatabaseTarget, queryable: Pool | Client): Database {
  return {
    async rows(step, schema, text, values = []) {
      const result = await told(target, step, () =>
        queryable.query<QueryResultRow>({ name: `lapse: ${step}`, text, values: [...values] }),
      );
      return result.rows.map((row) => schema.parse(row));
    },
    async run(step, statements) {
      // Without parameters this is one simple query, which the server runs as one transaction, in one round trip
      // (https://www.postgresql.org/docs/current/protocol-flow.html, "Multiple Statements in a Simple Query").
      await told(target, step, () => queryable.query(statements.join(';\n')));
    },
  };
}

function clientConfig(target: DatabaseTarget) {
  const url = target.connection.reveal();
  const probe = probeClient(url, target.id);
  const config: ClientConfig = {
    user: probe.user,
    password: probe.password,
    host: probe.host,
    port: probe.port,
    database: probe.database,
    ssl: tlsOf(url, probe),
    application_name: 'lapse',
    connectionTimeoutMillis: target.connectTimeout,
    statement_timeout: target.statementTimeout,
    lock_timeout: target.statementTimeout,
    idle_in_transaction_session_timeout: target.statementTimeout,
    // The server should be the one to give up; this is for one that does not answer at all.
    query_timeout: target.statementTimeout + 1_000,
    keepAlive: true,
  };
  return { config, endpoint: { host: probe.host, port: probe.port, database: probe.database ?? '' } };
}

function probeClient(url: string, id: string): Client {
  try {
    return new Client({ connectionString: url });
  } catch {
    // Without a cause: it would quote the URL, password and all.
    throw new AppError('ERR_CONFIG_INVALID', `target "${id}": its connection is no postgres:// URL`);
  }
}

/** What the URL says; where it says nothing, TLS with a checked certificate to everywhere but this machine. */
function tlsOf(url: string, probe: Client): NonNullable<ClientConfig['ssl']> {
  if (/[?&](?:ssl|sslmode)=/.test(url)) return probe.ssl;
  return !isLocal(probe.host);
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/** SQLSTATE classes and codes with which a server says that it cannot serve now. */
const UNREACHABLE = /^(?:08|53|58)|^57P0[1-5]$|^57014$|^55P03$|^25P03$/;

async function told<T>(target: DatabaseTarget, step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const place = `target "${target.id}": ${step}`;
    if (!(error instanceof DatabaseError))
      throw new AppError('ERR_TARGET_UNREACHABLE', `${place}: no answer`, {
        hint: 'is the server up, and can it be reached from here?',
        cause: error,
      });
    const state = error.code ?? 'XX000';
    if (UNREACHABLE.test(state)) throw new AppError('ERR_TARGET_UNREACHABLE', `${place}: ${state}`, { cause: error });
    throw new AppError('ERR_TARGET_REFUSED', `${place}: the server refuses (${state})`, { cause: error });
  }
}
