import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { assetPath } from '../../assets.ts';
import { AppError } from '../../errors.ts';
import type { GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';
import { DEFAULT_FOLDER } from './policy-set.ts';
import { SCAFFOLDS, type ScaffoldKind } from './scaffolds.ts';

export interface NewPolicyOptions extends GlobalOptions {
  /** The folder of policies; the first of `policy.paths` by default. */
  readonly in?: string;
}

/** A word or several, as ids of rules are. */
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

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
  const { policy, test } = SCAFFOLDS[kind](id);
  await place(id, { [`${id}.rego`]: policy, [`${id}_test.rego`]: test }, options, cli);
}

/**
 * `lapse policy new --template`: a copy of a policy that ships with lapse, to be filled in. It stands where its package does, since data
 * is mounted where its folder stands.
 *
 * @throws {AppError} ERR_USAGE for a template that is none, or a copy that is there already.
 */
export async function newFromTemplate(name: string, options: NewPolicyOptions, cli: CliContext): Promise<void> {
  const entries = await readdir(assetPath('rego', 'templates'), { withFileTypes: true }).catch(() => []);
  const templates = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (!templates.includes(name))
    throw new AppError('ERR_USAGE', `there is no template ${JSON.stringify(name)}`, {
      hint: `there are ${templates.sort().join(', ')}`,
    });
  const folder = assetPath('rego', 'templates', name);
  const texts = await Promise.all(
    // What documentation is made of stays where it is.
    (await readdir(folder))
      .filter((file) => file !== 'examples.yaml')
      .sort()
      .map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const),
  );
  await place(join('custom', 'access', name), Object.fromEntries(texts), options, cli);
}

/** Writes files below the folder of policies, and says what comes next. */
async function place(
  below: string,
  files: Readonly<Record<string, string>>,
  options: NewPolicyOptions,
  cli: CliContext,
): Promise<void> {
  const config = await configFor(cli, options);
  const [named] = config.policy.paths;
  const folder =
    options.in === undefined ? resolve(config.folder, named ?? DEFAULT_FOLDER) : resolve(cli.cwd, options.in);
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, below, name);
    await write(file, text, relative(cli.cwd, file));
    cli.stdout.write(`${relative(cli.cwd, file)}\n`);
  }
  if (options.quiet === true) return;
  cli.stderr.write(`next: lapse policy test ${relative(cli.cwd, folder)}\n`);
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
