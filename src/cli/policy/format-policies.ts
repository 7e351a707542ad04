import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createRegoCompiler, type RegoCompiler } from '../../policy/compiler/compiler.ts';
import type { PolicyFolder } from '../../policy/policy-sources.ts';
import type { CliContext } from '../context.ts';
import type { PolicySet } from './policy-set.ts';
import { reported } from './reported.ts';

/** `print` writes the formatted text to stdout, `write` back to the files; `check` lists what is not formatted. */
export type FormatMode = 'print' | 'write' | 'check';

/**
 * `lapse policy fmt`: the layout of `opa fmt`.
 *
 * @returns the exit code: 1 when files are not formatted and `check` asks for them.
 */
export async function formatPolicies({ own }: PolicySet, mode: FormatMode, cli: CliContext): Promise<number> {
  const compiler = createRegoCompiler();
  try {
    return await reported(own.modules, cli, () => format(own, mode, cli, compiler));
  } finally {
    await compiler.close();
  }
}

async function format(own: PolicyFolder, mode: FormatMode, cli: CliContext, compiler: RegoCompiler): Promise<number> {
  const formatted = Object.entries(await compiler.format(own.modules)).sort(([one], [other]) => (one < other ? -1 : 1));
  const changed = formatted.filter(([file, text]) => own.modules[file] !== text);
  if (mode === 'print') for (const [, text] of formatted) cli.stdout.write(text);
  else for (const [file] of changed) cli.stdout.write(`${file}\n`);
  if (mode === 'write') await Promise.all(changed.map(([file, text]) => writeFile(resolve(cli.cwd, file), text)));
  return mode === 'check' && changed.length > 0 ? 1 : 0;
}
