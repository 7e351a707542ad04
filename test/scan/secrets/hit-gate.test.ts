import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { expandExample } from '../../../src/scan/secrets/expand-example.ts';
import { ruleSet } from '../../../src/scan/secrets/rule-set.ts';
import { findSecretsIn } from '../../../src/scan/secrets/secret-search.ts';

const rules = ruleSet(secretsScanner.rules());
const options = { rules, now: new Date('2026-03-01T12:00:00Z'), honourComments: true };
const texts = rules.rules.flatMap(({ id, examples }) =>
  [...examples.match, ...examples.ignore].map((example) => expandExample(example, id)),
);

/** Whoever asks for the trace gets everything looked at: there, no gate is closed. */
function found(text: string, gated: boolean): readonly string[] {
  const { secrets } = findSecretsIn(Buffer.from(text), gated ? options : { ...options, trace: () => undefined });
  return secrets.map(({ rule, line, column, endColumn }) => `${rule.id} ${line}:${column}-${endColumn}`);
}

describe('gates drop only what the rules would drop', () => {
  it('in the examples of all rules', () => {
    const wrong = texts.filter((text) => found(text, true).join() !== found(text, false).join());
    expect(wrong).toEqual([]);
    expect(texts.filter((text) => found(text, true).length > 0).length).toBeGreaterThan(300);
  });

  it('in examples that were changed a little, one behind the other', () => {
    const piece = fc.constantFrom(
      ' ',
      '\n',
      '"',
      "'",
      '=',
      ': ',
      '\t',
      '-',
      '1',
      'Ab',
      '>',
      ',',
      '\\',
      '.',
      '[x]',
      'ü',
    );
    const edit = fc.record({ text: fc.constantFrom(...texts), at: fc.nat(200), cut: fc.nat(6), piece });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits
          .map(({ text, at, cut, piece }) => text.slice(0, at) + piece + text.slice(at + cut))
          .join(edits[0]?.piece ?? '');
        expect(found(text, true)).toEqual(found(text, false));
      }),
      { numRuns: 3_000 },
    );
  });

  it('in assignments of all forms', () => {
    const name = fc.constantFrom(
      'key',
      'api_key',
      'password',
      'db.pass',
      'authToken',
      '--token',
      'PWD',
      'x-secret',
      'pw',
    );
    const quote = fc.constantFrom('', '"', "'", '`', '\\"', '"""', '@"');
    const operator = fc.constantFrom(
      '=',
      ': ',
      ' = ',
      ' => ',
      ':=',
      ' ',
      ', ',
      '+=',
      '?=',
      '->',
      ' || ',
      ' string = ',
      '>',
    );
    const before = fc.constantFrom('(', '(', '\nENV ', 'arg\t', '\n  LABEL  ');
    const value = fc.string({ unit: fc.constantFrom(...'aZ39_-+/=.! xQ7'), minLength: 0, maxLength: 40 });
    fc.assert(
      fc.property(before, name, quote, operator, value, fc.boolean(), (before, name, quote, operator, value, named) => {
        const text = `${before}${named ? quote : ''}${name}${named ? quote : ''}${operator}${quote}${value}${quote})\n`;
        expect(found(text, true)).toEqual(found(text, false));
      }),
      { numRuns: 5_000 },
    );
  });
});
