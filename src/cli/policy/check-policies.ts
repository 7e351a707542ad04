import type { JsonObject } from '../../model/json.ts';
import { BUILTINS } from '../../policy/builtins/index.ts';
import { createRegoCompiler, type RegoCompiler } from '../../policy/compiler/compiler.ts';
import type { PolicyProblem } from '../../policy/compiler/problem.ts';
import type { PolicyReview } from '../../policy/compiler/review.ts';
import { assertCustomOnly } from '../../policy/custom-policy.ts';
import { librarySchemas } from '../../policy/library.ts';
import { mergeData } from '../../policy/merge-data.ts';
import { contractAnswers, contractInputs, contractSchemas, METADATA_MEMBERS } from '../../policy/policy-contract.ts';
import { extractRules } from '../../policy/rule-metadata.ts';
import { escapeControl } from '../../report/escape.ts';
import type { CliContext } from '../context.ts';
import type { PolicySet } from './policy-set.ts';
import { count, describeProblems, problemsOf } from './problems.ts';
import { unasked } from './unasked-packages.ts';

/** A rule that loads OPA's own code into every worker, which takes a good part of a second. */
interface SlowRule {
  readonly rule: string;
  readonly builtin: string;
  /** The rule of lapse's library that calls it. */
  readonly through?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface CheckResult {
  readonly files: number;
  readonly rules: readonly string[];
  readonly problems: readonly PolicyProblem[];
  readonly slow_rules: readonly SlowRule[];
}

/**
 * `lapse policy check`: everything that is wrong with policies before they run.
 *
 * @returns the exit code.
 */
export async function checkPolicies(set: PolicySet, format: 'terminal' | 'json', cli: CliContext): Promise<number> {
  const compiler = createRegoCompiler();
  try {
    const result = await check(set, compiler);
    cli.stdout.write(format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : inWords(result, set));
    return result.problems.length === 0 ? 0 : 1;
  } finally {
    await compiler.close();
  }
}

async function check(set: PolicySet, compiler: RegoCompiler): Promise<CheckResult> {
  const files = Object.keys(set.own.modules).length;
  try {
    const review = await reviewPolicies(set, compiler);
    const own = review.modules.filter(({ file }) => Object.hasOwn(set.own.modules, file));
    const policies = own.filter(({ file }) => !file.endsWith('_test.rego'));
    const rules: string[] = [];
    const problems = [
      ...problemsIn(() => {
        if (set.kind === 'custom') assertCustomOnly(set.own, own);
      }),
      ...problemsIn(() => rules.push(...extractRules(policies).keys())),
    ];
    if (set.kind === 'custom' && problems.length === 0) problems.push(...unasked(policies, set.own.modules));
    return { files, rules: rules.sort(), problems, slow_rules: problems.length > 0 ? [] : slowRules(review) };
  } catch (error) {
    const problems = problemsOf(error);
    if (problems === undefined) throw error;
    return { files, rules: [], problems, slow_rules: [] };
  }
}

async function reviewPolicies(set: PolicySet, compiler: RegoCompiler): Promise<PolicyReview> {
  return compiler.review(set.modules, {
    strict: true,
    schemas: contractSchemas(await librarySchemas()),
    own: Object.keys(set.own.modules).filter((file) => !isTemplate(set, file)),
    inputs: contractInputs(),
    answers: contractAnswers(),
    metadata: METADATA_MEMBERS,
    data: mergeData(expectedData(set), set.data),
    // Other documents are maps that users fill.
    records: [[], ['lapse'], ['lapse', 'thresholds'], ['custom']],
  });
}

/** Templates are policies of users, and see their data where a copy stands. */
function isTemplate({ kind }: PolicySet, file: string): boolean {
  return kind === 'lapse' && /(?:^|\/)rego\/templates\//.test(file);
}

/** Packages below `custom`: what is named like them is no document. */
const PACKAGES = ['rules', 'access', 'alert_rules', 'drift_rules', 'lib'];

/** Documents of users that policies name may come with a bundle, or not at all: whoever names them reckons with that. */
function expectedData({ own }: PolicySet): JsonObject {
  const named = Object.values(own.modules).flatMap((text) =>
    [...text.matchAll(/\bdata\.custom\.([A-Za-z_]\w*)/g)].map(([, name = '']) => name),
  );
  const documents = named.filter((name) => !PACKAGES.includes(name));
  return { custom: Object.fromEntries(documents.map((name) => [name, {}])) };
}

function problemsIn(look: () => unknown): readonly PolicyProblem[] {
  try {
    look();
    return [];
  } catch (error) {
    const problems = problemsOf(error);
    if (problems === undefined) throw error;
    return problems;
  }
}

function slowRules({ calls }: PolicyReview): readonly SlowRule[] {
  return calls
    .filter(({ builtin }) => !BUILTINS.has(builtin))
    .map(({ through, ...call }) => ({ ...call, ...(through === undefined ? {} : { through }) }));
}

function inWords({ files, rules, problems, slow_rules: slow }: CheckResult, { own }: PolicySet): string {
  if (problems.length > 0) return describeProblems(problems, files, own.modules);
  const lines = slow.map(({ file, line, column, rule, builtin, through }) => {
    const by = through === undefined ? builtin : `${builtin}, through ${through}`;
    return escapeControl(`${file}:${line}:${column}: ${rule} is slow: OPA's own code must be loaded for ${by}`);
  });
  return [...lines, `${count(files, 'file')}, ${count(rules.length, 'rule')}: no problem`, ''].join('\n');
}
