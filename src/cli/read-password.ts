import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '../errors.ts';
import { SecretValue } from '../model/secret-value.ts';
import type { CliContext } from './context.ts';

/**
 * A password from `LAPSE_PASSWORD`, or one line of stdin; on a terminal with a prompt and without echo.
 *
 * @throws {AppError} ERR_USAGE when there is none.
 */
export async function readPassword(cli: CliContext, prompt: string): Promise<SecretValue> {
  const given = cli.env.LAPSE_PASSWORD;
  if (given) return new SecretValue(given);
  const terminal = 'isTTY' in cli.stdin && cli.stdin.isTTY === true;
  if (terminal) cli.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: cli.stdin, output: silent, terminal });
  try {
    for await (const line of lines) if (line !== '') return new SecretValue(line);
  } finally {
    lines.close();
    if (terminal) cli.stderr.write('\n');
  }
  throw new AppError('ERR_USAGE', 'no password was given', { hint: 'set LAPSE_PASSWORD, or pipe it to stdin' });
}
