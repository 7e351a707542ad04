import { expandExample } from './expand-example.ts';
import { MOST_STEPS, worstSteps } from './hostile-input.ts';
import type { Rule } from './rule.ts';
import { type RuleSet, ruleSet } from './rule-set.ts';
import { findSecretsIn } from './secret-search.ts';

/** What a rule does not do that its file says, or does that it must not. */
export interface RuleFailure {
  readonly rule: string;
  /** The template of the example, where it is about one. */
  readonly example?: string;
  readonly message: string;
}

/**
 * Runs the examples of rules, among all rules that a scan would run, and input that is made to keep their patterns busy.
 *
 * @param tested - of `all`.
 */
export function testRules(tested: readonly Rule[], all: readonly Rule[], now: Date): readonly RuleFailure[] {
  const set = ruleSet(all);
  return tested.flatMap((rule) => [...exampleFailures(rule, set, now), ...stepFailures(rule)]);
}

function exampleFailures(rule: Rule, rules: RuleSet, now: Date): readonly RuleFailure[] {
  const { id, examples } = rule;
  const foundIn = (template: string): readonly string[] => {
    const text = Buffer.from(expandExample(template, `${id} ${template}`));
    return findSecretsIn(text, { rules, now, honourComments: false }).secrets.map((secret) => secret.rule.id);
  };
  const failures: RuleFailure[] = [];
  for (const example of examples.match) {
    const found = foundIn(example);
    if (found.includes(id)) continue;
    const instead = found.length === 0 ? 'nothing is' : `${found.join(', ')} is`;
    failures.push({ rule: id, example, message: `${instead} found in an example to match` });
  }
  for (const example of examples.ignore) {
    if (foundIn(example).includes(id)) failures.push({ rule: id, example, message: 'finds an example to ignore' });
  }
  return failures;
}

function stepFailures(rule: Rule): readonly RuleFailure[] {
  if (worstSteps(rule) < MOST_STEPS) return [];
  return [{ rule: rule.id, message: `takes more than ${MOST_STEPS} steps on text that is made to keep it busy` }];
}
