import { expect, it } from 'vitest';
import { secretsScanner } from '../../../../scanners/secrets/index.ts';
import type { JsonObject } from '../../../../src/model/json.ts';
import type { StaticSecret } from '../../../../src/model/static-secret.ts';
import { expandExample } from '../../../../src/scan/secrets/expand-example.ts';
import { scanAll, sourceOf, TEST_CONTEXT } from '../../scan-all.ts';

/** What one secret of a file must be: its rule, and facts that must be among those told. */
export type Expected = string | readonly [rule: string, facts: JsonObject, more?: Partial<StaticSecret>];

/** A file of some format: what the case is about, the path, a template whose secrets stand between `<%` and `%>`, what they are. */
export type FormatCase = readonly [title: string, path: string, template: string, expected: readonly Expected[]];

interface Expanded {
  readonly text: string;
  /** Where the marked parts stand. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
}

/** Expands a template and takes the marks out. */
export function expandMarked(template: string): Expanded {
  let text = '';
  const spans: { start: number; end: number }[] = [];
  for (const [index, part] of template.split(/<%|%>/).entries()) {
    const start = text.length;
    text += expandExample(part, `${template} ${index}`);
    if (index % 2 === 1) spans.push({ start, end: text.length });
  }
  return { text, spans };
}

/** The secrets of one file, in the order of their places. */
export async function secretsInFile(path: string, content: string | Uint8Array): Promise<readonly StaticSecret[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { facts, result } = await scanAll([sourceOf({ [path]: bytes })], [secretsScanner], { context: TEST_CONTEXT });
  expect(result.problems).toEqual([]);
  return facts
    .flatMap((fact) => (fact.kind === 'secret' ? [fact.body] : []))
    .sort((a, b) => lineOf(a) - lineOf(b) || columnOf(a) - columnOf(b));
}

/** Tests that exactly the marked parts are told, at their places and as what is expected. */
export function testFormats(cases: readonly FormatCase[]): void {
  it.each(cases)('%s (%s)', async (_, path, template, expected) => {
    const { text, spans } = expandMarked(template);
    const secrets = await secretsInFile(path, text);
    const wanted = spans.map(({ start, end }, index) => {
      const line = text.slice(0, start).split('\n').length;
      const lineStart = text.lastIndexOf('\n', start - 1) + 1;
      const lineEnd = `${text}\n`.indexOf('\n', start);
      const [rule] = ruleOf(expected[index]);
      return `${line}:${start - lineStart + 1}-${Math.min(end, lineEnd) - lineStart + 1} ${rule}`;
    });
    const told = secrets.flatMap(({ rule, locations }) =>
      locations.map(({ line, column, endColumn }) => `${line}:${column}-${endColumn} ${rule}`),
    );
    expect(told.sort()).toEqual(wanted.sort());
    for (const one of expected) {
      const [rule, facts, more = {}] = ruleOf(one);
      const told = secrets.filter((secret) => secret.rule === rule);
      expect(told).toContainEqual(
        expect.objectContaining({
          rule,
          ...(facts === undefined ? {} : { facts: expect.objectContaining(facts) }),
          ...more,
        }),
      );
    }
  });
}

function ruleOf(
  expected: Expected | undefined,
): readonly [rule: string, facts?: JsonObject, more?: Partial<StaticSecret>] {
  return expected === undefined || typeof expected === 'string' ? [expected ?? 'nothing'] : expected;
}

function lineOf(secret: StaticSecret): number {
  return secret.locations[0]?.line ?? 0;
}

function columnOf(secret: StaticSecret): number {
  return secret.locations[0]?.column ?? 0;
}
