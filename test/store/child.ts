import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of its own that runs one of our TypeScript files and says on stdout, line by line, how far it is. */
export interface Child {
  /** Resolves with the rest of the first line that begins with `word`; rejects when the process ends before that. */
  says(word: string): Promise<string>;
  /** SIGKILL: no handler runs, nothing is cleaned up. */
  kill(): Promise<void>;
  /** Exit code; rejects with stderr when it is not 0. */
  done(): Promise<void>;
}

const LOADER = fileURLToPath(new URL('../support/typescript-loader.mjs', import.meta.url));

export function startChild(script: URL, ...args: readonly string[]): Child {
  const child: ChildProcess = spawn(process.execPath, ['--import', LOADER, fileURLToPath(script), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  let wake = (): void => undefined;
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      wake();
    });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      resolve(code);
      wake();
    });
  });
  return {
    async says(word) {
      for (;;) {
        const line = lines.find((candidate) => candidate.startsWith(word));
        if (line !== undefined) return line.slice(word.length).trim();
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`ended without saying ${word}: ${stderr}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async done() {
      const code = await ended;
      if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
    },
  };
}
