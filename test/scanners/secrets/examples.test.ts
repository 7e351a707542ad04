import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { assetPath } from '../../../src/assets.ts';
import { expandExample } from '../../../src/scan/secrets/expand-example.ts';
import type { Rule } from '../../../src/scan/secrets/rule.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

const now = new Date('2026-03-01T12:00:00Z');
const rules = ruleSet(secretsScanner.rules());

function found(text: string) {
  return findSecretsIn(Buffer.from(text), { rules, now, honourComments: true }).secrets;
}

/** Where examples stand in real files. */
const SURROUNDINGS: Readonly<Record<string, (example: string) => string>> = {
  alone: (example) => example,
  'in the middle of a file': (example) => `line one\n\n${example}\nlast line\n`,
  'with CRLF': (example) => `# ü — ${'x '.repeat(40)}\r\n${example.replaceAll('\n', '\r\n')}\r\nend\r\n`,
};

describe.each(rules.rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule: Rule) => {
  it.each(rule.examples.match)('finds %s', (template) => {
    for (const [place, surround] of Object.entries(SURROUNDINGS)) {
      // The matching of an indented object is about its lines: no text may stand before it.
      if (rule.form === 'extract' && place !== 'alone') continue;
      const text = surround(expandExample(template, `${id} ${template}`));
      expect({ place, rules: found(text).map((secret) => secret.rule.id) }).toEqual({ place, rules: [id] });
    }
  });

  it.each(rule.examples.ignore)('ignores %s', (template) => {
    const text = expandExample(template, `${id} ${template}`);
    expect(
      found(text)
        .filter((secret) => secret.rule.id === id)
        .map((secret) => secret.column),
    ).toEqual([]);
  });
});

describe('the rules', () => {
  it('are at least 80 types of credentials of at least 60 vendors', () => {
    expect(rules.rules.length).toBeGreaterThanOrEqual(80);
    expect(new Set(rules.rules.map((rule) => rule.vendor)).size).toBeGreaterThanOrEqual(60);
  });

  it('stand in files that are named as their vendor', () => {
    const files = readdirSync(assetPath('scanners', 'secrets')).filter((name) => name.endsWith('.yaml'));
    expect([...new Set(rules.rules.map((rule) => `${rule.vendor}.yaml`))].sort()).toEqual(files.sort());
  });

  it('hold no secrets: nothing is found in their files', () => {
    const told = readdirSync(assetPath('scanners', 'secrets')).flatMap((name) =>
      found(readFileSync(assetPath('scanners', 'secrets', name), 'utf8')).map(
        (secret) => `${name}:${secret.line} ${secret.rule.id}`,
      ),
    );
    expect(told).toEqual([]);
  });
});
