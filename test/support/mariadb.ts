import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A MariaDB server of a test, on a socket of its own. */
export interface TestMariadb {
  /** Path of its socket. */
  readonly socket: string;
  /** Runs a script as an account; the lines whose statements failed. */
  failedLines(user: string, script: readonly string[]): ReadonlySet<number>;
  /** What a program of the client prints, with these arguments. */
  print(program: 'mariadb' | 'mariadb-dump', ...args: readonly string[]): string;
  stop(): Promise<void>;
}

/**
 * Where the programs are: MARIADB_HOME (a folder with `usr` in it), or the system; undefined where there are none, and the tests that
 * need one say that they are left out.
 *
 * @throws Error with CI=true, where none may be left out
 */
export function mariadbHome(): string | undefined {
  const found = [process.env.MARIADB_HOME, '/'].find(
    (home) => home !== undefined && existsSync(join(home, 'usr/sbin/mariadbd')),
  );
  if (found !== undefined) return found;
  if (process.env.CI === 'true') throw new Error('no MariaDB to test with: run scripts/test-servers');
  console.warn('tests that need MariaDB are left out: none is here, run scripts/test-servers');
  return undefined;
}

export async function startMariadb(home: string): Promise<TestMariadb> {
  const data = mkdtempSync(join(tmpdir(), 'lapse-maria-'));
  const usr = join(home, 'usr');
  const base = ['--no-defaults', `--basedir=${usr}`, `--datadir=${data}`, '--user=root'];
  const made = spawnSync(
    join(usr, 'bin/mariadb-install-db'),
    [...base, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`mariadb-install-db:\n${made.stdout}${made.stderr}`);
  const socket = join(data, 's');
  const server = spawn(
    join(usr, 'sbin/mariadbd'),
    [...base, `--socket=${socket}`, '--skip-networking', `--plugin-dir=${data}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = '';
    server.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('ready for connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`mariadbd did not start:\n${said.slice(-4000)}`)));
  });
  const client = (program: string, args: readonly string[], input = '') =>
    spawnSync(join(usr, 'bin', program), ['--no-defaults', `--socket=${socket}`, ...args], { encoding: 'utf8', input });
  return {
    socket,
    failedLines(user, script) {
      const { stderr } = client('mariadb', ['-u', user, '--force'], script.join('\n'));
      return new Set([...stderr.matchAll(/at line (\d+)/g)].map(([, line]) => Number(line)));
    },
    print(program, ...args) {
      const { stdout, stderr, status } = client(program, ['-u', 'root', ...args]);
      if (status !== 0) throw new Error(`${program}: ${stderr}`);
      return stdout;
    },
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}
