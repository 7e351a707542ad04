import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { BUILTINS } from '../../policy/builtins/index.ts';
import { createRegoCompiler } from '../../policy/compiler/compiler.ts';
import type { ModuleDescription } from '../../policy/compiler/module-description.ts';
import { type PolicyProblem, problemSchema } from '../../policy/compiler/problem.ts';
import { assertCustomOnly } from '../../policy/custom-policy.ts';
import { librarySchemas } from '../../policy/library.ts';
import { extractRules } from '../../policy/rule-metadata.ts';
import type { CliContext } from '../context.ts';
import { describeProblem } from './describe-problem.ts';
import type { PolicySet } from './policy-set.ts';

/** Builtins of one file that load OPA's own code into every worker, which takes a good part of a second. */
interface SlowBuiltins {
  readonly file: string;
  readonly builtins: readonly string[];
}

interface CheckResult {
  readonly files: number;
  readonly rules: readonly string[];
  readonly problems: readonly PolicyProblem[];
  readonly slow_builtins: readonly SlowBuiltins[];
}

/**
 * `lapse policy check`: everything that is wrong with policies before they run.
 *
 * @returns the exit code.
 */
export async function checkPolicies(set: PolicySet, format: 'terminal' | 'json', cli: CliContext): Promise<number> {
  const result = await check(set);
  cli.stdout.write(format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : inWords(result, set));
  return result.problems.length === 0 ? 0 : 1;
}

async function check(set: PolicySet): Promise<CheckResult> {
  const files = Object.keys(set.own.modules).length;
  const compiler = createRegoCompiler();
  try {
    const all = await compiler.check(set.modules, { strict: true, schemas: await librarySchemas() });
    const modules = all.filter(({ file }) => Object.hasOwn(set.own.modules, file));
    if (set.kind === 'custom') assertCustomOnly(set.own, modules);
    const policies = modules.filter(({ file }) => !file.endsWith('_test.rego'));
    const rules = [...extractRules(policies).keys()].sort();
    return { files, rules, problems: [], slow_builtins: policies.flatMap(slowBuiltins) };
  } catch (error) {
    return { files, rules: [], problems: problemsOf(error), slow_builtins: [] };
  } finally {
    await compiler.close();
  }
}

function slowBuiltins({ file, hostBuiltins }: ModuleDescription): readonly SlowBuiltins[] {
  const builtins = hostBuiltins.filter((name) => !BUILTINS.has(name));
  return builtins.length === 0 ? [] : [{ file, builtins }];
}

const detailsSchema = z.object({ problems: z.array(problemSchema).min(1) });

function problemsOf(error: unknown): readonly PolicyProblem[] {
  if (!(error instanceof AppError) || error.code !== 'ERR_POLICY_INVALID') throw error;
  return detailsSchema.parse(error.details).problems;
}

function inWords({ files, rules, problems, slow_builtins }: CheckResult, { own }: PolicySet): string {
  if (problems.length > 0) {
    const described = problems.map((problem) => `${describeProblem(problem, own.modules)}\n`);
    return `${described.join('\n')}\n${count(problems.length, 'problem')} in ${count(files, 'file')}\n`;
  }
  const slow = slow_builtins.map(
    ({ file, builtins }) => `${file}: ${builtins.join(', ')}: slow, since OPA's own code must be loaded for it\n`,
  );
  return `${slow.join('')}${count(files, 'file')}, ${count(rules.length, 'rule')}: no problem\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
