import { AppError } from '../../errors.ts';
import { safeJson } from '../../report/escape.ts';
import { type RuleFailure, testRules } from '../../scan/secrets/test-rules.ts';
import { type CliContext, EXIT } from '../context.ts';
import { loadOwnRules, type RulesOptions } from './own-rules.ts';

/**
 * `lapse rules check` and `lapse rules test`.
 *
 * @returns the exit code: 1 when an example fails; a file that is no rule file is an error with its place.
 */
export async function checkRules(
  paths: readonly string[],
  options: RulesOptions,
  { examples }: { readonly examples: boolean },
  cli: CliContext,
): Promise<number> {
  const { all, own, files } = await loadOwnRules(paths, options, cli);
  if (files.length === 0) {
    throw new AppError('ERR_USAGE', 'there are no rules of your own', {
      hint: 'name files or folders, or list them in scan.rules of lapse.yaml',
    });
  }
  const failures = examples ? testRules(own, all, cli.now()) : [];
  const counted = own.reduce((sum, rule) => sum + rule.examples.match.length + rule.examples.ignore.length, 0);
  if (options.format === 'json') {
    const result = {
      schema: 'lapse.rules-check/1',
      files: files.map(({ path }) => path),
      rules: own.map(({ id }) => id),
      ...(examples ? { examples: counted, failures } : {}),
    };
    cli.stdout.write(`${safeJson(result)}\n`);
  } else {
    for (const failure of failures) cli.stdout.write(`${describe(failure)}\n`);
    const what = examples ? `, ${counted} examples, ${failures.length} failures` : '';
    cli.stdout.write(`${own.length} rules in ${files.length} files${what}\n`);
  }
  return failures.length === 0 ? EXIT.clean : EXIT.findings;
}

/** Of an example its template, which holds no secret. */
function describe({ rule, example, message }: RuleFailure): string {
  return `${rule}: ${message}${example === undefined ? '' : `: ${JSON.stringify(example)}`}`;
}
