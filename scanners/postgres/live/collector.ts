import { Client, type ClientConfig } from 'pg';
import { AppError } from '../../../src/errors.ts';
import type { CollectedFile, Collector, CollectReport } from '../../../src/scan/live/collector.ts';
import { DATABASES, MEMBERSHIPS, OBJECTS, ROLES } from './queries.ts';

/** Milliseconds: catalogues are read in less. */
const TIMEOUT = 60_000;

/**
 * Asks a PostgreSQL server for its roles, memberships and rights, in read-only transactions. The server is the one of the address, or
 * of the `PG…` variables; passwords come from there or from `.pgpass`, as for psql.
 *
 * Least permission: any role that may connect; the catalogues are open to everybody.
 */
export const postgresCollector: Collector = {
  id: 'postgres',
  scanner: 'postgres',
  async connect(target) {
    const config: ClientConfig = {
      ...(target === undefined ? {} : { connectionString: asAddress(target) }),
      application_name: 'lapse',
      statement_timeout: TIMEOUT,
      connectionTimeoutMillis: TIMEOUT,
    };
    const client = await open(config);
    const { host, port } = client;
    const cluster = port === 5432 ? host : `${host}:${port}`;
    return {
      name: `postgres:${cluster}`,
      cluster: cluster.replaceAll(/[/\s]/g, '-'),
      collect: (report) => collect(client, config, report),
      close: () => client.end(),
    };
  },
};

function asAddress(target: string): string {
  return /^postgres(?:ql)?:\/\//.test(target) ? target : `postgres://${target}`;
}

async function open(config: ClientConfig): Promise<Client> {
  const client = new Client(config);
  // A server that goes away is told by the next question.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('set session characteristics as transaction read only');
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw unreachable(`${client.host}:${client.port}`, error);
  }
}

async function* collect(client: Client, config: ClientConfig, report: CollectReport): AsyncGenerator<CollectedFile> {
  const { server_version: version } = await ask(client, 'select current_setting($1) as server_version', [
    'server_version',
  ]).then(([row]) => row ?? {});
  const roles = await ask(client, ROLES);
  const memberships = await ask(client, MEMBERSHIPS);
  yield {
    path: 'roles.json',
    content: [text({ server_version: version, pg_roles: roles, pg_auth_members: memberships })],
  };
  for (const { datname } of await ask(client, DATABASES)) {
    const path = `objects-${encodeURIComponent(String(datname)).replaceAll('.', '%2E')}.json`;
    try {
      const database = await open({ ...config, ...addressOf(client), database: String(datname) });
      try {
        yield { path, content: [text({ server_version: version, objects: await ask(database, OBJECTS) })] };
      } finally {
        await database.end();
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      report.problem({ path, message: `database ${JSON.stringify(datname)}: ${error.message}` });
    }
  }
}

/** The same server and role, whatever the address said of the database. */
function addressOf({ host, port, user = '', password, ssl }: Client): ClientConfig {
  const own = typeof password === 'string' && password !== '' ? { password } : {};
  return { connectionString: undefined, host, port, user, ...own, ssl: ssl as ClientConfig['ssl'] };
}

async function ask(
  client: Client,
  query: string,
  values: readonly string[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return (await client.query(query, [...values])).rows;
  } catch (error) {
    throw unreachable(client.host, error);
  }
}

function text(answer: object): string {
  return `${JSON.stringify(answer, null, 1)}\n`;
}

/** Messages of the driver may quote what was sent; a code (SQLSTATE, or of the system) does not. */
function unreachable(place: string, error: unknown): AppError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no answer';
  const wrong = code.startsWith('28');
  return new AppError(
    wrong ? 'ERR_LIVE_CREDENTIALS' : 'ERR_LIVE_UNREACHABLE',
    wrong
      ? `${place}: PostgreSQL does not let this role in (${code})`
      : `${place}: PostgreSQL cannot be asked (${code})`,
    {
      hint: 'the address is that of --live postgres=ADDRESS or of PGHOST, PGUSER, PGDATABASE; passwords are best in .pgpass',
    },
  );
}
