import type { Connection as Client, RowDataPacket } from 'mysql2/promise';
import { AppError } from '../../../src/errors.ts';
import type { CollectedFile, Collector, CollectReport, LiveContext } from '../../../src/scan/live/collector.ts';

/** Tables of rights; which of them there are says whose server it is. */
const TABLES = [
  'user',
  'db',
  'tables_priv',
  'columns_priv',
  'procs_priv',
  'proxies_priv',
  'global_grants',
  'role_edges',
  'default_roles',
  'roles_mapping',
];
/** What a password is checked against: whether there is one is all that is asked for. */
const HASHES: ReadonlySet<string> = new Set(['authentication_string', 'password']);
/** Milliseconds. */
const TIMEOUT = 30_000;

/**
 * Asks a MySQL or MariaDB server for its accounts and rights, in a read-only transaction. Hashes of passwords stay on the server.
 *
 * Least permission: `SELECT` on the tables of rights in `mysql`.
 */
export const mysqlCollector: Collector = {
  id: 'mysql',
  scanner: 'mysql',
  async connect(target, context) {
    const { connect, place } = await address(target, context);
    const client = await connect();
    return {
      name: `mysql:${place}`,
      cluster: place.replaceAll(/[/\s]/g, '-'),
      collect: (report) => collect(client, place, report),
      close: () => client.end(),
    };
  },
};

async function address(
  target: string | undefined,
  { env }: LiveContext,
): Promise<{ readonly place: string; connect(): Promise<Client> }> {
  const { createConnection } = await driver();
  const text = target ?? env.MYSQL_HOST;
  if (text === undefined || text === '') {
    throw new AppError('ERR_USAGE', '--live mysql: which server to ask is not said', {
      hint: '--live mysql=USER@HOST, with the password in MYSQL_PWD',
    });
  }
  const url = parsed(text);
  const socket = url.searchParams.get('socket');
  const password = decodeURIComponent(url.password) || env.MYSQL_PWD;
  const place =
    socket === null && url.port !== '' && url.port !== '3306' ? `${url.hostname}:${url.port}` : url.hostname;
  return {
    place,
    connect: async () => {
      try {
        const client = await createConnection({
          ...(socket === null ? { host: url.hostname, port: Number(url.port || 3_306) } : { socketPath: socket }),
          user: decodeURIComponent(url.username) || env.USER || 'root',
          ...(password === undefined ? {} : { password }),
          // Without TLS a password is only sent on this machine.
          ...(socket === null && !LOOPBACK.has(url.hostname) ? { ssl: {} } : {}),
          connectTimeout: TIMEOUT,
          dateStrings: true,
        });
        await client.query('start transaction read only');
        return client;
      } catch (error) {
        throw unreachable(place, error);
      }
    },
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function parsed(text: string): URL {
  try {
    return new URL(/^(?:mysql|mariadb):\/\//.test(text) ? text : `mysql://${text}`);
  } catch (cause) {
    // The address may have a password in it.
    throw new AppError('ERR_USAGE', '--live mysql: the address is none', { hint: 'as in USER@HOST:3306', cause });
  }
}

async function driver(): Promise<typeof import('mysql2/promise')> {
  try {
    return await import('mysql2/promise');
  } catch (cause) {
    throw new AppError('ERR_USAGE', 'the package that asks MySQL is not installed', {
      hint: 'npm install mysql2',
      cause,
    });
  }
}

async function* collect(client: Client, place: string, report: CollectReport): AsyncGenerator<CollectedFile> {
  const there = await ask(
    client,
    place,
    "select table_name as name from information_schema.tables where table_schema = 'mysql'",
  );
  const names = new Set(there.map((row) => String(row.name ?? row.NAME).toLowerCase()));
  if (!names.has('user')) {
    report.problem({ path: 'user-rows.json', message: `${place}: the tables of rights may not be read` });
    return;
  }
  for (const table of TABLES.filter((name) => names.has(name))) {
    const path = `${table}-rows.json`;
    try {
      const columns = await ask(client, place, `show columns from mysql.\`${table}\``);
      const list = columns.map(({ Field }) => selected(String(Field))).join(', ');
      const rows = await ask(client, place, `select ${list} from mysql.\`${table}\``);
      if (rows.length > 0) yield { path, content: [`${JSON.stringify(rows, null, 1)}\n`] };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      report.problem({ path, message: `mysql.${table}: ${error.message}` });
    }
  }
}

function selected(column: string): string {
  const name = `\`${column.replaceAll('`', '``')}\``;
  return HASHES.has(column.toLowerCase()) ? `if(length(${name}) > 0, 'set', '') as ${name}` : name;
}

async function ask(client: Client, place: string, query: string): Promise<readonly RowDataPacket[]> {
  try {
    const [rows] = await client.query<RowDataPacket[]>(query);
    return rows;
  } catch (error) {
    throw unreachable(place, error);
  }
}

/** Messages of the driver may quote what was sent; its code does not. */
function unreachable(place: string, error: unknown): AppError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no answer';
  const refused = code.startsWith('ER_ACCESS_DENIED');
  return new AppError(
    refused ? 'ERR_LIVE_CREDENTIALS' : 'ERR_LIVE_UNREACHABLE',
    refused
      ? `${place}: the server does not let this account in (${code})`
      : `${place}: the server cannot be asked (${code})`,
    { hint: '--live mysql=USER@HOST, with the password in MYSQL_PWD' },
  );
}
