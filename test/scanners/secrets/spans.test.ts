import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { expandWithPlaces } from '../../../src/scan/secrets/expand-example.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

const now = new Date('2026-03-01T12:00:00Z');
const rules = ruleSet(secretsScanner.rules());
/** What a secret may have besides what was drawn: the prefix of its kind, what joins its parts, padding. */
const FIXED_PART = /^[A-Za-z0-9_.:~+/|!*$@#^%-]*(?:={0,2}|={0,2}[:-])$/;
/** Templates that make something larger than a secret. */
const LARGER = /\{gcp-key\}/;

/** What is wrong with where a rule says that the secret of an example stands, if anything is. */
function whyWrong(template: string, seed: string): string | undefined {
  const { text, made } = expandWithPlaces(template, seed);
  const lines = text.split('\n');
  for (const secret of findSecretsIn(Buffer.from(text), { rules, now, honourComments: true }).secrets) {
    const lineStart = lines.slice(0, secret.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    const start = lineStart + secret.column - 1;
    const end = lineStart + secret.endColumn - 1;
    const within = made.filter((part) => part.start < end && part.end > start);
    if (within.some((part) => part.start < start)) return 'it begins in the middle of what was drawn';
    // Only the first line of a block is marked.
    if (text.charAt(end) === '\n' && secret.value.reveal().length > end - start) continue;
    if (within.length === 0) return 'nothing in it was drawn';
    if (within.some((part) => part.end > end && !text.slice(start, part.end).includes('\n')))
      return 'it ends in the middle of what was drawn';
    let fixed = start;
    for (const part of within) {
      const before = text.slice(fixed, part.start);
      // Of a secret in several lines, the lines between are its own.
      if (!before.includes('\n') && !FIXED_PART.test(before)) return 'it begins with more than a prefix';
      fixed = part.end;
    }
    if (fixed < end && !FIXED_PART.test(text.slice(fixed, end))) return 'there is more behind it';
  }
  return undefined;
}

describe('where secrets stand', () => {
  it('is the secret and nothing else, in all examples of all rules', () => {
    const wrong = rules.rules.flatMap((rule) =>
      rule.examples.match
        .filter((template) => !LARGER.test(template))
        .flatMap((template) => {
          const why = whyWrong(template, `${rule.id} ${template}`);
          return why === undefined ? [] : [`${rule.id} ${template}: ${why}`];
        }),
    );
    expect(wrong).toEqual([]);
  });
});
