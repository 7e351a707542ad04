import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const LOADER = new URL('typescript-loader.mjs', import.meta.url).href;
const LAPSE = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const PROVIDER = fileURLToPath(new URL('oidc-provider.mjs', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of a test: what it has said so far, and its end. */
export interface TestProcess {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  stdout(): string;
  stderr(): string;
  /** Resolves with the first match in stdout; rejects when the process ends without one. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Text that stdin is, and ends with; `open` leaves it to the test. */
  readonly stdin?: string;
}

/** `lapse` from source, in a process of its own. */
export function spawnLapse(argv: readonly string[], { cwd, env = {}, stdin }: SpawnOptions): TestProcess {
  const inherited = {
    PATH: process.env.PATH,
    HOME: cwd,
    XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? `${process.env.HOME}/.cache`,
  };
  const child = spawn(process.execPath, ['--import', LOADER, LAPSE, ...argv], { cwd, env: { ...inherited, ...env } });
  if (stdin !== 'open') child.stdin.end(stdin ?? '');
  return watch(child);
}

export async function runLapse(argv: readonly string[], options: SpawnOptions): Promise<Finished> {
  return spawnLapse(argv, options).finished;
}

/** A real OpenID provider; `stop` ends it. */
export async function startProvider(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [PROVIDER]);
  const watched = watch(child);
  const [url] = await watched.says(/http:\S+/);
  return {
    url,
    stop: async () => {
      child.stdin.end();
      await watched.finished;
    },
  };
}

/** A JWT of a workload, by the client credentials grant for an audience (RFC 8707). */
export async function providerToken(provider: string, audience: string, client = 'ci-job'): Promise<string> {
  const response = await fetch(`${provider}/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${client}:not-a-secret`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }).toString(),
  });
  const body = (await response.json()) as { access_token?: string };
  if (body.access_token === undefined) throw new Error(`no token: ${JSON.stringify(body)}`);
  return body.access_token;
}

function watch(child: ChildProcess): TestProcess {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const finished = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return {
    child,
    finished,
    stdout: () => stdout,
    stderr: () => stderr,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout);
          if (match !== null) resolve(match);
        };
        child.stdout?.on('data', look);
        look();
        void finished.then(() => reject(new Error(`ended without saying ${pattern}:\n${stdout}\n${stderr}`)));
      }),
  };
}
