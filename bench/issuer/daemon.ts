import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAPSE = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));
const PEER = fileURLToPath(new URL('peer.mjs', import.meta.url));

/** A server in a process of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** What the daemon is set up with; `target` is one entry of `issuer.targets`, in YAML. */
export interface Setup {
  readonly subjects: string;
  readonly target: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further lines below `issuer`, indented by two. */
  readonly more?: string;
}

/** `lapse serve` as built: `stop` removes its folder, `pause` leaves it for `again`. */
export interface Lapse extends Server {
  readonly folder: string;
  pause(): Promise<void>;
  again(): Promise<Lapse>;
}

/** `lapse serve` with policy, replay store and fsynced audit, for the workloads `repo:acme/*`. */
export async function startLapse(setup: Setup): Promise<Lapse> {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  writeFileSync(join(folder, 'lapse.yaml'), configuration(setup));
  return await serve(folder, setup.env ?? {});
}

async function serve(folder: string, env: Readonly<Record<string, string>>): Promise<Lapse> {
  const argv = [LAPSE, 'serve', '--listen', '127.0.0.1:0', '--log-level', 'error'];
  const server = await start(argv, /ready at (http[^\s,]+)/, folder, env);
  return {
    ...server,
    folder,
    pause: server.stop,
    again: () => serve(folder, env),
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration({ subjects, target, more = '' }: Setup): string {
  const many = 100_000_000;
  return `version: 1
issuer:
  url: https://lapse.example
  quotas:
    active_leases_per_subject: ${many}
    active_leases_per_target: ${many}
    active_leases: ${many}
    leases_per_minute_per_subject: ${many}
    requests_per_minute: ${many}
  trust: [{id: ci, issuer: "${subjects}", subject: "repo:acme/*", jwks_uri: "${subjects}/jwks", algs: [ES256]}]
  targets: [${target}]
  access:
    rules: [{id: read, effect: allow, subjects: [{subject: "repo:acme/*"}], targets: ["*"], actions: [read], resources: ["**"]}]
${more}`;
}

/** The endpoint that it is measured against. */
export async function startPeer(subjects: string): Promise<Server> {
  return await start([PEER, subjects], /(http:\S+)/, tmpdir(), {});
}

async function start(
  argv: readonly string[],
  ready: RegExp,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Server> {
  const child = spawn(process.execPath, argv, {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      NODE_ENV: 'production',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      const [, found] = ready.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`${argv[0]} ended before it was ready:\n${said}`)));
  });
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
