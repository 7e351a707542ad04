import { spawn } from 'node:child_process';
import { assetPath } from '../../assets.ts';

/** `lapse serve` as a process of its own. */
export interface DemoDaemon {
  stop(): Promise<void>;
}

const START_LIMIT = 30_000;

/** Starts the daemon and waits until it says that it is ready. */
export async function startDemoDaemon(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DemoDaemon> {
  const child = spawn(process.execPath, [assetPath('dist', 'src', 'cli', 'bin.js'), 'serve', '--log-level', 'warn'], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`lapse serve is not ready:\n${said}`)), START_LIMIT);
    const listen = (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (!said.includes('lapse is ready')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`lapse serve ended with ${code}:\n${said}`));
    });
  });
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.removeListener('exit', killWithUs);
    },
  };
}
