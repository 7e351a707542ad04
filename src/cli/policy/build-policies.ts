import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { type BundleSigning, createRegoCompiler, type RegoCompiler } from '../../policy/compiler/compiler.ts';
import type { ModuleDescription } from '../../policy/compiler/module-description.ts';
import { CUSTOM_ENTRYPOINTS } from '../../policy/custom-entrypoints.ts';
import { assertCustomOnly } from '../../policy/custom-policy.ts';
import { ENTRYPOINTS } from '../../policy/library.ts';
import { extractRules } from '../../policy/rule-metadata.ts';
import type { CliContext } from '../context.ts';
import type { PolicySet } from './policy-set.ts';
import { count } from './problems.ts';
import { reported } from './reported.ts';

export interface BuildOptions {
  readonly output: string;
  readonly target: 'rego' | 'wasm';
  readonly revision?: string;
  /** Path of a file. */
  readonly signingKey?: string;
  readonly signingAlg: string;
  readonly signingKeyId: string;
}

/**
 * `lapse policy build`: an OPA bundle. Sources are for lapse elsewhere, and for an OPA that has lapse's library beside them; a
 * policy in WASM is for an OPA alone, where, as everywhere in OPA, a failing builtin is undefined.
 *
 * @returns the exit code.
 */
export async function buildPolicies(set: PolicySet, options: BuildOptions, cli: CliContext): Promise<number> {
  const compiler = createRegoCompiler();
  try {
    return await reported(set.own.modules, cli, () => build(set, options, cli, compiler));
  } finally {
    await compiler.close();
  }
}

async function build(set: PolicySet, options: BuildOptions, cli: CliContext, compiler: RegoCompiler): Promise<number> {
  const { output, target } = options;
  const modules = Object.fromEntries(Object.entries(set.modules).filter(([file]) => !file.endsWith('_test.rego')));
  const described = await compiler.check(modules);
  const own = described.filter(({ file }) => Object.hasOwn(set.own.modules, file));
  if (set.kind === 'custom') assertCustomOnly(set.own, own);
  const files = own.map(({ file }) => file);
  const data = set.kind === 'lapse' ? set.data : set.own.data;
  const content = target === 'wasm' ? modules : Object.fromEntries(files.map((file) => [file, modules[file] ?? '']));
  const revision =
    options.revision ??
    createHash('sha256')
      .update(canonicalJson({ modules: content, data }))
      .digest('hex');
  const signing = await signingOf(options, cli);
  const { bundle, entrypoints } = await compiler.bundle(modules, target === 'wasm' ? asked(set, own) : [], {
    data,
    files,
    revision,
    roots: [set.kind],
    ...(signing === undefined ? {} : { signing }),
  });
  await writeFile(resolve(cli.cwd, output), bundle).catch((cause: unknown) => {
    throw new AppError('ERR_USAGE', `${output}: cannot be written`, { cause });
  });
  const holds = target === 'wasm' ? entrypoints.join(', ') : count(files.length, 'file');
  const signed = signing === undefined ? '' : `, signed with ${signing.algorithm} as ${signing.id}`;
  cli.stderr.write(`${output}: ${holds}, revision ${revision}${signed}\n`);
  return 0;
}

/** The rules that somebody could ask for. */
function asked({ kind }: PolicySet, own: readonly ModuleDescription[]): readonly string[] {
  if (kind === 'lapse') return Object.values(ENTRYPOINTS);
  extractRules(own);
  const paths = own.map(({ package: path }) => path.join('/'));
  const answering = paths.flatMap((path) => {
    if (/^custom\/(?:alert_|drift_)?rules\/[^/]+$/.test(path)) return [`${path}/finding`];
    return /^custom\/access\/[^/]+$/.test(path) ? [`${path}/answer`] : [];
  });
  return [...new Set([...answering, CUSTOM_ENTRYPOINTS.decision])].sort();
}

async function signingOf(
  { signingKey, signingAlg: algorithm, signingKeyId: id }: BuildOptions,
  cli: CliContext,
): Promise<BundleSigning | undefined> {
  if (signingKey === undefined) return undefined;
  const key = await readFile(resolve(cli.cwd, signingKey), 'utf8').catch((cause: unknown) => {
    throw new AppError('ERR_USAGE', `${signingKey}: cannot be read`, { cause });
  });
  return { key: key.trimEnd(), algorithm, id };
}
