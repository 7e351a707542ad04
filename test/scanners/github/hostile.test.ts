import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { secretsIn } from '../../../scanners/github/expressions.ts';
import { githubScanner } from '../../../scanners/github/index.ts';
import { scanBytes } from '../scan-bytes.ts';

const PATH = '.github/workflows/a.yml';

function expression(code: string): string {
  return `$\{{ ${code} }}`;
}

describe('secretsIn', () => {
  test.each<[string, string[]]>([
    [expression('secrets.A'), ['A']],
    [expression('secrets.lower_case'), ['LOWER_CASE']],
    [expression('SECRETS.A'), ['A']],
    [`${expression('secrets.A')} and ${expression('secrets.B')}`, ['A', 'B']],
    [expression("secrets['A-B']"), ['A-B']],
    [expression('secrets . A'), ['A']],
    [expression("secrets.A || secrets['B']"), ['A', 'B']],
    [expression("format('secrets.NO', secrets.YES)"), ['YES']],
    [expression("format('it''s secrets.NO', secrets.YES)"), ['YES']],
    [expression("'}} secrets.NO' == secrets.YES"), ['YES']],
    [expression('toJSON(secrets)'), ['*']],
    [expression('secrets[inputs.name]'), ['*']],
    [expression("secrets[format('X_{0}', inputs.name)]"), ['*']],
    [expression('secrets.*'), ['*']],
    [expression('secrets.GITHUB_TOKEN'), []],
    [expression('github.event.secrets.NO'), []],
    [expression('my-secrets.NO'), []],
    [expression('vars.SECRETS'), []],
    ['secrets.NO', []],
    ['${{ secrets.UNCLOSED', ['UNCLOSED']],
  ])('%s', (text, names) => {
    expect(secretsIn(text)).toEqual(names);
  });

  test.each(['${{', "${{ ''", "${{ secrets['", 'secrets[ ', "'"])('many %j come to an end', (part) => {
    expect(secretsIn(part.repeat(100_000)).length).toBeLessThanOrEqual(1);
  });
});

describe('files that are broken or none', () => {
  test.each([
    ['a binary named .yml', PATH, Buffer.from([0x6f, 0x6e, 0]), undefined],
    ['an empty workflow', PATH, '', 'workflow'],
    ['comments only', PATH, '# on: push\n', 'workflow'],
    ['other YAML', 'values.yaml', 'on: true\nname: x\n', undefined],
    ['a workflow by another name', 'ci.txt', '# x\n\non: push\njobs:\n', 'workflow'],
    ['an action without runs', 'action.yml', 'name: x\n', undefined],
  ])('%s', async (_, path, content, format) => {
    const scanned = await scanBytes(githubScanner, path, content);
    expect(scanned.format).toBe(format);
    expect(scanned.facts).toEqual([]);
  });

  test.each([
    ['a text', 'just a text', 'a workflow without jobs'],
    ['a list', '- a\n', 'a workflow without jobs'],
    ['jobs that are a list', 'on: push\njobs: [a]\n', 'a workflow without jobs'],
    ['deep nesting', `on: push\njobs: ${'{a: '.repeat(1000)}`, 'nested too deeply'],
    ['a workflow that is too long', `on: push\njobs: {}\nx: ${'y'.repeat(600_000)}`, 'a workflow that is too long'],
  ])('%s', async (_, content, message) => {
    const { problems } = await scanBytes(githubScanner, PATH, content);
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`^ERR_SCAN_(?:SYNTAX|LIMIT) ${PATH}:\\d+:\\d+: ${message}$`)),
    ]);
  });

  test('odd shapes say nothing rather than fail', async () => {
    const content = [
      'on: {push: null, 12: x}',
      'permissions: [read]',
      'env: text',
      'jobs:',
      '  a: null',
      '  b: text',
      '  c: {runs-on: {}, environment: [], permissions: 7, steps: {a: b}, secrets: [inherit], uses: {x: y}}',
      '  d: {environment: {name: null}, permissions: {contents: {}}, steps: [null, text, {uses: null, with: [x], env: null}]}',
      '',
    ].join('\n');
    const { facts, problems } = await scanBytes(githubScanner, PATH, content);
    expect(problems).toEqual([]);
    expect(facts).toMatchObject([
      { kind: 'principal', body: { attributes: { triggers: ['push', '12'], permissions: 'none' } } },
    ]);
  });
});

test('no bytes give an untyped error', async () => {
  const parts = fc.oneof(
    fc.constantFrom(
      'on: push\n',
      'jobs:\n',
      '  a:\n',
      '    steps:\n',
      '      - uses: a/b@c\n',
      '        with: {x: y}\n',
      'permissions: write-all\n',
      '    permissions: {a: b}\n',
      `    env: {A: "${expression('secrets.X')}"}\n`,
      '---\n',
      '\t',
      '"',
      '{{ x }}\n',
    ),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 15 }), async (text) => {
      const { problems } = await scanBytes(githubScanner, PATH, text.join(''));
      for (const problem of problems) expect(problem).toMatch(/^ERR_SCAN_(?:SYNTAX|LIMIT) \S+:\d+:\d+: /);
    }),
    { numRuns: 500 },
  );
});
