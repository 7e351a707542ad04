// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how HCL writes them
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../src/errors.ts';
import { parseHcl, parseHclTemplate } from '../../../../src/scan/formats/hcl/parse-hcl.ts';
import type { HclExpression, HclStep } from '../../../../src/scan/formats/hcl/syntax.ts';

/** The value of `a = …`, without places. */
async function expressionOf(source: string): Promise<unknown> {
  const { body, problems } = await parseHcl(`a = ${source}\n`, 'test.tf');
  expect(problems).toEqual([]);
  return withoutPlaces(body.attributes[0]?.value);
}

function withoutPlaces(expression: HclExpression | undefined): unknown {
  return JSON.parse(
    JSON.stringify(expression, (name, value) => (['place', 'end', 'block'].includes(name) ? undefined : value)),
  );
}

const literal = (value: unknown) => ({ kind: 'literal', value });
const reference = (...path: HclStep[]) => ({ kind: 'reference', path });

describe('a file of HCL', () => {
  it('has attributes and blocks with their places', async () => {
    const text = 'version = 1\n\nresource "aws_iam_role" "ci" {\n  name = "ci"\n}\n';
    expect(await parseHcl(text, 'main.tf')).toEqual({
      body: {
        attributes: [
          {
            name: 'version',
            place: { line: 1, column: 1 },
            end: { line: 1, column: 12 },
            value: { kind: 'literal', value: 1, place: { line: 1, column: 11 }, end: { line: 1, column: 12 } },
          },
        ],
        blocks: [
          {
            type: 'resource',
            labels: [
              { text: 'aws_iam_role', place: { line: 3, column: 10 }, end: { line: 3, column: 24 } },
              { text: 'ci', place: { line: 3, column: 25 }, end: { line: 3, column: 29 } },
            ],
            place: { line: 3, column: 1 },
            end: { line: 5, column: 2 },
            body: {
              attributes: [
                {
                  name: 'name',
                  place: { line: 4, column: 3 },
                  end: { line: 4, column: 14 },
                  value: { kind: 'literal', value: 'ci', place: { line: 4, column: 10 }, end: { line: 4, column: 14 } },
                },
              ],
              blocks: [],
            },
          },
        ],
      },
      problems: [],
    });
  });

  it('keeps the order of attributes', async () => {
    const names = ['zebra', 'apple', 'mango'];
    const { body } = await parseHcl(names.map((name) => `${name} = 1\n`).join(''), 'main.tf');
    expect(body.attributes.map(({ name }) => name)).toEqual(names);
  });

  it('counts columns in UTF-16 units', async () => {
    const { body } = await parseHcl('# 😀\na = ["é😀👩‍👩‍👧", b]', 'main.tf');
    const list = body.attributes[0]?.value;
    expect(list?.kind === 'list' && list.items[1]?.place).toEqual({ line: 2, column: 21 });
  });

  it('counts lines by line feeds, also behind carriage returns', async () => {
    const { body } = await parseHcl('a = 1\r\nb = 2\r\n', 'main.tf');
    expect(body.attributes[1]?.place).toEqual({ line: 2, column: 1 });
  });

  it('says what is wrong, without quoting it, and goes on', async () => {
    const { body, problems } = await parseHcl('a = 1\nsecretive = {\nb {}\nc = "hunter2\n', 'main.tf');
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.place.line).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(problems)).not.toMatch(/secretive|hunter2/);
    expect(body.attributes[0]?.name).toBe('a');
  });

  it('reads policies of Vault', async () => {
    const { body, problems } = await parseHcl(
      'path "secret/data/{{identity.entity.id}}/*" {\n  capabilities = ["read", "list"]\n  allowed_parameters = {\n    "*" = []\n  }\n}\n',
      'ci.hcl',
    );
    expect(problems).toEqual([]);
    expect(body.blocks[0]?.labels.map(({ text }) => text)).toEqual(['secret/data/{{identity.entity.id}}/*']);
    expect(body.blocks[0]?.body.attributes.map(({ name }) => name)).toEqual(['capabilities', 'allowed_parameters']);
  });
});

describe('an expression', () => {
  it.each<[string, unknown]>([
    ['"text"', literal('text')],
    ['"a\\n\\"b\\" $${c}"', literal('a\n"b" ${c}')],
    ['12', literal(12)],
    ['1.5e3', literal(1500)],
    ['123456789012', literal(123456789012)],
    ['true', literal(true)],
    ['null', literal(null)],
    ['(1)', literal(1)],
    ['"${var.x}"', reference('var', 'x')],
    ['var.list[0].name', reference('var', 'list', 0, 'name')],
    ['var.map["key"]', reference('var', 'map', { key: 'key' })],
    ['"a-${b}"', { kind: 'template', parts: [literal('a-'), reference('b')] }],
    ['f("x", y...)', { kind: 'call', name: 'f', args: [literal('x'), reference('y')], expands: true }],
    ['provider::aws::arn_parse(x)', { kind: 'call', name: 'provider::aws::arn_parse', args: [reference('x')] }],
    ['[1, x]', { kind: 'list', items: [literal(1), reference('x')] }],
    [
      '{ word = 1, "text" = 2, (ref) = 3, with.dots = 4 }',
      {
        kind: 'object',
        entries: [
          { key: literal('word'), value: literal(1) },
          { key: literal('text'), value: literal(2) },
          { key: reference('ref'), value: literal(3) },
          { key: reference('with', 'dots'), value: literal(4) },
        ],
      },
    ],
    ['a ? 1 : 2', { kind: 'conditional', condition: reference('a'), whenTrue: literal(1), whenFalse: literal(2) }],
    ['!a', { kind: 'operation', operator: '!', operands: [reference('a')] }],
    ['a == 1', { kind: 'operation', operator: '==', operands: [reference('a'), literal(1)] }],
    [
      '[for v in l : v if v]',
      { kind: 'for', valueName: 'v', of: reference('l'), value: reference('v'), condition: reference('v') },
    ],
    [
      '{ for k, v in m : k => v... }',
      {
        kind: 'for',
        keyName: 'k',
        valueName: 'v',
        of: reference('m'),
        key: reference('k'),
        value: reference('v'),
        groups: true,
      },
    ],
    [
      'r.x[*].arn',
      { kind: 'splat', of: reference('r', 'x'), each: { kind: 'get', of: { kind: 'item' }, path: ['arn'] } },
    ],
    [
      'r.x.*.arn',
      { kind: 'splat', of: reference('r', 'x'), each: { kind: 'get', of: { kind: 'item' }, path: ['arn'] } },
    ],
    ['f(x).y', { kind: 'get', of: { kind: 'call', name: 'f', args: [reference('x')] }, path: ['y'] }],
    ['m[k]', { kind: 'index', of: reference('m'), key: reference('k') }],
    [
      '"%{ if a }x%{ endif }"',
      {
        kind: 'template',
        parts: [
          {
            kind: 'conditional',
            condition: reference('a'),
            whenTrue: literal('x'),
            whenFalse: literal(''),
          },
        ],
      },
    ],
    ['1e999999999', { kind: 'unknown', what: 'a number that is too large' }],
  ])('%s', async (source, expected) => {
    expect(await expressionOf(source)).toEqual(expected);
  });

  it('says where the lines of a heredoc stand', async () => {
    const { body } = await parseHcl('a = <<EOT\n  x\n  y\nEOT\nb = <<-EOT\n    x\n      ${y}\n    EOT\n', 'main.tf');
    expect(body.attributes.map(({ value }) => value)).toMatchObject([
      { kind: 'literal', value: '  x\n  y\n', block: { line: 2, column: 1 } },
      { kind: 'template', parts: [literal('x\n  '), reference('y'), literal('\n')], block: { line: 6, column: 5 } },
    ]);
  });

  it('is read from a template of its own', async () => {
    const { expression, problems } = await parseHclTemplate('arn:${local.partition}:iam', 'main.tf.json');
    expect(problems).toEqual([]);
    expect(withoutPlaces(expression)).toEqual({
      kind: 'template',
      parts: [literal('arn:'), reference('local', 'partition'), literal(':iam')],
    });
  });
});

describe('hostile text', () => {
  const n = 20_000;
  it.each<[string, string]>([
    ['brackets', `a = ${'('.repeat(n)}`],
    ['blocks', 'a { '.repeat(n)],
    ['signs', `a = ${'!'.repeat(n)}b`],
    ['conditionals', `a = ${'b ? c : '.repeat(n)}d`],
    ['templates in templates', `a = "${'${"'.repeat(n)}`],
    ['directives', `a = "${'%{if x}'.repeat(n)}"`],
    ['tokens', `a = [${'1,'.repeat(200_000)}]`],
    ['text', `# ${'x'.repeat(3_000_000)}`],
  ])('%s without end is a limit with its place', async (_, text) => {
    await expect(parseHcl(text, 'bad.tf')).rejects.toMatchObject({
      code: 'ERR_SCAN_LIMIT',
      message: expect.stringMatching(/^bad\.tf:\d+:\d+: (nested too deeply|too many tokens|more text than)/),
      details: { location: { path: 'bad.tf' } },
    });
  });

  it.each<[string, string]>([
    ['sums', `a = ${'1 + '.repeat(n)}1`],
    ['indices', `a = b${'[0]'.repeat(n)}`],
    ['indices in indices', `a = b${'[x[y]]'.repeat(n / 10)}`],
    ['splats', `a = b${'.*'.repeat(n)}`],
  ])('long rows of %s are read or refused', async (_, text) => {
    await expect(outcomeOf(text)).resolves.toMatch(/^(read|ERR_SCAN_LIMIT)$/);
  });

  it('leaves the parser in order for the next file', async () => {
    const all = await Promise.all([
      outcomeOf(`a = b${'[*]'.repeat(60_000)}`),
      outcomeOf('a = 1'),
      outcomeOf(`a = ${'('.repeat(n)}`),
      outcomeOf('a = 1'),
    ]);
    expect(all).toEqual(['ERR_SCAN_LIMIT', 'read', 'ERR_SCAN_LIMIT', 'read']);
  });

  it('gives only typed errors, and places that exist', async () => {
    const words = fc.constantFrom(
      ...[
        'resource',
        '"a"',
        '{',
        '}',
        '[',
        ']',
        '(',
        ')',
        '=',
        '\n',
        '${',
        '%{if x}',
        '%{endif}',
        '"',
        '<<-E\n',
        'E\n',
      ],
      ...[
        'for',
        'in',
        ':',
        '?',
        '...',
        '*',
        '.',
        '[*]',
        '😀',
        '\\u',
        '\\ud800',
        '0x1',
        '1e9',
        '#',
        '/*',
        '=>',
        '\0',
        '!',
      ],
    );
    const anything = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(words, { maxLength: 60 }).map((parts) => parts.join(' ')),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => new TextDecoder().decode(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        const lines = text.split('\n').length;
        try {
          const { problems } = await parseHcl(text, 'any.tf');
          for (const { place } of problems) {
            expect(place.line).toBeGreaterThanOrEqual(1);
            expect(place.line).toBeLessThanOrEqual(lines);
          }
          await parseHclTemplate(text, 'any.tf.json');
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

async function outcomeOf(text: string): Promise<string> {
  return parseHcl(text, 'bad.tf').then(
    () => 'read',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
}
