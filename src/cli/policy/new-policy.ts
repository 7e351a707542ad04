import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import type { GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { SCAFFOLDS, type ScaffoldKind } from './scaffolds.ts';

export interface NewPolicyOptions extends GlobalOptions {
  /** The folder of policies; the first of `policy.paths` by default. */
  readonly in?: string;
}

/** A word or several, as ids of rules are. */
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const DEFAULT_FOLDER = 'policies';

/**
 * `lapse policy new`: a policy that says something, with a test that passes, to be changed into what is wanted.
 *
 * @throws {AppError} ERR_USAGE for an id that is none, or one that is taken.
 */
export async function newPolicy(
  kind: ScaffoldKind,
  id: string,
  options: NewPolicyOptions,
  cli: CliContext,
): Promise<void> {
  if (!ID.test(id))
    throw new AppError('ERR_USAGE', `${JSON.stringify(id)} is no id of a rule`, {
      hint: 'words of small letters and digits with hyphens between them, subject first: key-in-production',
    });
  const config = await configFor(cli, options);
  const [named] = config.policy.paths;
  const folder =
    options.in === undefined ? resolve(config.folder, named ?? DEFAULT_FOLDER) : resolve(cli.cwd, options.in);
  const { policy, test } = SCAFFOLDS[kind](id);
  for (const [name, text] of [
    [`${id}.rego`, policy],
    [`${id}_test.rego`, test],
  ] as const) {
    const file = join(folder, id, name);
    await write(file, text, relative(cli.cwd, file));
    cli.stdout.write(`${relative(cli.cwd, file)}\n`);
  }
  if (options.quiet === true) return;
  const shown = relative(cli.cwd, folder);
  cli.stderr.write(`next: lapse policy test ${join(shown, id)}\n`);
  if (!config.policy.paths.some((path) => resolve(config.folder, path) === folder))
    cli.stderr.write(`lapse asks it once lapse.yaml says: policy: {paths: [${relative(config.folder, folder)}]}\n`);
}

async function write(file: string, text: string, shown: string): Promise<void> {
  try {
    await mkdir(resolve(file, '..'), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw new AppError('ERR_USAGE', `${shown}: ${taken ? 'is there already' : 'cannot be written'}`, { cause });
  }
}
