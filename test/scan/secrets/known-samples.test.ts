import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { isKnownSample } from '../../../src/scan/secrets/known-samples.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

/** The password of the Kubernetes documentation. */
const SAMPLE = ['1f2d1e2e', '67df'].join('');
const rules = ruleSet(secretsScanner.rules());

function found(text: string) {
  const now = new Date('2026-03-01T12:00:00Z');
  return findSecretsIn(Buffer.from(text), { rules, now, honourComments: false }).secrets.map(({ rule }) => rule.id);
}

describe('samples of documentation', () => {
  it('are known', () => {
    expect(isKnownSample(SAMPLE)).toBe(true);
    expect(isKnownSample(`${SAMPLE}0`)).toBe(false);
  });

  it('are no findings, as they are and where another value would be one', () => {
    expect(found(`password = "${SAMPLE}"`)).toEqual([]);
    expect(found(`password = "${SAMPLE.replace('1', '7')}"`)).toEqual(['generic/password']);
  });
});
