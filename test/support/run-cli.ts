import { Readable, Writable } from 'node:stream';
import { run } from '../../src/cli/main.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with output captured and the clock stopped. */
export async function runCli(
  argv: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly now?: Date;
    readonly stdin?: string;
  },
): Promise<CliResult> {
  const stdout = new Sink();
  const stderr = new Sink();
  const code = await run(argv, {
    stdout,
    stderr,
    stdin: Readable.from([options.stdin ?? '']),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    cwd: options.cwd,
    color: false,
    now: () => options.now ?? new Date('2026-11-22T12:00:00Z'),
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
