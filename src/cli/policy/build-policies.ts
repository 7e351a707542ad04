import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { createRegoCompiler } from '../../policy/compiler/compiler.ts';
import { assertCustomOnly, CUSTOM_ENTRYPOINTS } from '../../policy/custom-policy.ts';
import { ENTRYPOINTS } from '../../policy/library.ts';
import { extractRules } from '../../policy/rule-metadata.ts';
import type { CliContext } from '../context.ts';
import type { PolicySet } from './policy-set.ts';

/**
 * `lapse policy build`: an OPA bundle, for those who evaluate the same policies in OPA. The policy is WASM, without lapse's
 * own strictness: there, as everywhere in OPA, a failing builtin is undefined.
 *
 * @returns the exit code.
 */
export async function buildPolicies(set: PolicySet, output: string, cli: CliContext): Promise<number> {
  const modules = Object.fromEntries(Object.entries(set.modules).filter(([file]) => !file.endsWith('_test.rego')));
  const compiler = createRegoCompiler();
  try {
    const described = await compiler.check(modules);
    const own = described.filter(({ file }) => Object.hasOwn(set.own.modules, file));
    if (set.kind === 'custom') assertCustomOnly(set.own, own);
    const wanted =
      set.kind === 'lapse'
        ? Object.values(ENTRYPOINTS)
        : [
            ...[...extractRules(own).keys()].sort().map((id) => `custom/rules/${id}/finding`),
            CUSTOM_ENTRYPOINTS.decision,
          ];
    const data = set.kind === 'lapse' ? set.data : set.own.data;
    const { bundle, entrypoints } = await compiler.bundle(modules, wanted, {
      data,
      revision: createHash('sha256').update(canonicalJson({ modules, data })).digest('hex'),
      roots: [set.kind],
    });
    await writeFile(resolve(cli.cwd, output), bundle).catch((cause: unknown) => {
      throw new AppError('ERR_USAGE', `${output}: cannot be written`, { cause });
    });
    cli.stderr.write(`${output}: ${entrypoints.join(', ')}\n`);
    return 0;
  } finally {
    await compiler.close();
  }
}
