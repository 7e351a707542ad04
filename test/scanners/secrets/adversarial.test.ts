import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../../scanners/secrets/index.ts';
import { hostileInputs, MOST_STEPS, worstSteps } from '../../../src/scan/secrets/hostile-input.ts';
import { loadRules } from '../../../src/scan/secrets/load-rules.ts';
import { matchSteps } from '../../../src/scan/secrets/pattern-steps.ts';
import { parsePattern } from '../../../src/scan/secrets/pattern-syntax.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

const rules = builtInRules();

describe('every rule, on input that is made to keep its pattern busy', () => {
  it('takes a bounded number of steps', () => {
    const slow = rules.flatMap((rule) => {
      const steps = worstSteps(rule);
      return steps < MOST_STEPS ? [] : [`${rule.id}: ${steps} steps`];
    });
    expect(slow).toEqual([]);
  });

  it('comes to an end where the real engine runs it', () => {
    const set = ruleSet(rules);
    for (const rule of rules) {
      for (const text of hostileInputs(rule).slice(0, 2)) {
        const { secrets } = findSecretsIn(Buffer.from(text.repeat(2), 'latin1'), {
          rules: set,
          now: new Date('2026-03-01T12:00:00Z'),
          honourComments: true,
        });
        expect(secrets.length).toBeLessThan(10_000);
      }
    }
  });
});

describe('the count of steps', () => {
  it.each([
    ['abc', 'abc', 4],
    ['abc', 'abd', 4],
    ['[ab]{0,3}', 'aab', 5],
  ])('of %s on %s is small', (pattern, text, most) => {
    expect(matchSteps(parsePattern(pattern), text, 0, 1_000)).toBeLessThanOrEqual(most + 4);
  });

  it('grows with the ways of a pattern that runs away, and stops where it is told', () => {
    const steps = (count: number) =>
      matchSteps(parsePattern('(?:a{1,30}){1,30}b'), `${'a'.repeat(count)}c`, 0, 100_000_000);
    expect(steps(16)).toBeGreaterThan(4 * steps(13));
    expect(matchSteps(parsePattern('(?:a{1,30}){1,30}b'), 'a'.repeat(30), 0, 5_000)).toBe(5_000);
  });

  it('finds a pattern that the check of patterns lets pass only since it is not run', () => {
    const text = (pattern: string) =>
      `vendor: acme\nname: Acme\ndocs: https://acme.example/\nrules:\n  - {id: x, title: X, confidence: structured, keywords: [acme], pattern: '${pattern}', examples: {match: [x], ignore: [y]}}\n`;
    expect(() => loadRules([{ path: 'x.yaml', text: text('acme(?:[a-z]{1,50}){1,50}!') }])).toThrow(
      'can be tried in too many ways',
    );
    const [slow] = loadRules([{ path: 'x.yaml', text: text('[a-z]{1,8000}acme') }]);
    expect(slow && worstSteps(slow)).toBe(MOST_STEPS);
  });
});
