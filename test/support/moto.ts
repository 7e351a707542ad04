import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Where moto and what it needs, botocore among it, is. */
export const MOTO_FOLDER = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'lapse',
  'test-servers',
  'moto-5.2.5',
);

/** Why tests cannot ask AWS here; undefined when they can. With CI=true a missing server is a failure of its test. */
export function motoMissing(): string | undefined {
  return existsSync(join(MOTO_FOLDER, 'moto', 'server.py')) || process.env.CI === 'true'
    ? undefined
    : 'moto is not installed: run scripts/test-servers';
}

/** A server that answers as AWS does, with an account of its own; the credentials in `env` are what its clients send. */
export async function startMoto(): Promise<{
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}> {
  const port = await freePort();
  const server = spawn('python3', ['-m', 'moto.server', '-p', String(port)], {
    env: { ...process.env, PYTHONPATH: MOTO_FOLDER },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (piece: Buffer) => {
    said += piece.toString('utf8');
  });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; ; attempt++) {
    const answer = await fetch(`${url}/moto-api/`).catch(() => undefined);
    if (answer?.ok === true) break;
    if (server.exitCode !== null || attempt > 300) throw new Error(`moto does not start: ${said.slice(-1_000)}`);
    await pause(100);
  }
  return {
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    stop: async () => {
      server.kill();
      await once(server, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
