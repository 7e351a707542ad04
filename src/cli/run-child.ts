import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
const CANNOT_EXECUTE = 126;
const NOT_FOUND = 127;

/**
 * Catches signals instead of dying of them.
 *
 * @returns how to stop that.
 */
export function catchSignals(listener: (signal: NodeJS.Signals) => void): () => void {
  const handlers = FORWARDED.map((signal) => {
    const handler = (): void => listener(signal);
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/** Starts a command on our own stdin, stdout and stderr; without a shell. */
export function startChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): ChildProcess {
  return spawn(file, args, { stdio: 'inherit', env, cwd });
}

/** Hands a signal on. On a terminal Ctrl-C reaches the whole group by itself, so there an interrupt is not sent a second time. */
export function passSignal(child: ChildProcess, signal: NodeJS.Signals): void {
  if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
}

/** The exit code as a shell would give it: 128 + n for signal n, 127 for no such command, 126 for one that cannot be run. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ENOENT' ? NOT_FOUND : CANNOT_EXECUTE),
    );
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
