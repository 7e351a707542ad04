import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { CliContext } from './context.ts';

/** Writes the product's output to the file that was named, or to stdout. */
export function writeOutput(cli: CliContext, text: string, file: string | undefined): void {
  if (file === undefined) {
    cli.stdout.write(text);
    return;
  }
  try {
    writeFileSync(resolve(cli.cwd, file), text);
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${file}: cannot be written`, { cause });
  }
}
