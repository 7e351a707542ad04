import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type YamlPiece, yamlPieces } from '../../../src/scan/formats/yaml-pieces.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function cut(text: string, size = Number.POSITIVE_INFINITY): Promise<YamlPiece[]> {
  const pieces: YamlPiece[] = [];
  for await (const piece of yamlPieces(chunksOf(text, Math.min(size, Math.max(text.length, 1))))) pieces.push(piece);
  return pieces;
}

async function shapes(text: string): Promise<string[]> {
  return (await cut(text)).map(
    ({ kind, document, line, text: piece }) => `${kind} ${document} @${line} ${piece ?? '…'}`,
  );
}

describe('cutting at documents', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['comments', '# a\n\n', []],
    ['one document', 'a: 1\n', ['document 0 @1 a: 1\n']],
    ['no line break at the end', 'a: 1', ['document 0 @1 a: 1']],
    ['two', 'a: 1\n---\nb: 2\n', ['document 0 @1 a: 1\n', 'document 1 @2 ---\nb: 2\n']],
    ['a mark before the first', '---\na: 1\n', ['document 0 @1 ---\na: 1\n']],
    ['a comment before the mark', '# x\n---\na: 1\n', ['document 0 @1 # x\n---\na: 1\n']],
    ['empty ones between', 'a: 1\n---\n---\n# x\n---\nb: 2\n', ['document 0 @1 a: 1\n', 'document 1 @5 ---\nb: 2\n']],
    ['a mark at the end', 'a: 1\n---\n', ['document 0 @1 a: 1\n']],
    ['a directive', '%YAML 1.2\n---\na: 1\n', ['document 0 @1 %YAML 1.2\n---\na: 1\n']],
    ['an end mark', 'a: 1\n...\nb: 2\n', ['document 0 @1 a: 1\n', 'document 1 @3 b: 2\n']],
    [
      'content beside the mark',
      '--- {a: 1}\n--- {b: 2}\n',
      ['document 0 @1 --- {a: 1}\n', 'document 1 @2 --- {b: 2}\n'],
    ],
    ['carriage returns', 'a: 1\r\n---\r\nb: 2\r\n', ['document 0 @1 a: 1\r\n', 'document 1 @2 ---\r\nb: 2\r\n']],
    ['a dashed line inside of a block', 'a: |\n  x\n  ---\n  y\n', ['document 0 @1 a: |\n  x\n  ---\n  y\n']],
    ['something like a mark', '----\n', ['document 0 @1 ----\n']],
  ])('%s', async (_, text, expected) => {
    expect(await shapes(text)).toEqual(expected);
  });
});

describe('cutting lists', () => {
  test('before each element, with what stands around them apart', async () => {
    const text = 'kind: List\nitems:\n- a: 1\n  b:\n  - c\n# about the second\n- a: 2\nmetadata:\n  x: y\n';
    expect(await shapes(text)).toEqual([
      'rest 0 @1 kind: List\nitems:\n',
      'item 0 @3 - a: 1\n  b:\n  - c\n# about the second\n',
      'item 0 @7 - a: 2\n',
      'rest 0 @8 metadata:\n  x: y\n',
    ]);
  });

  test('also where the elements are indented', async () => {
    expect(await shapes('items:\n  - a: 1\n    - b\n  - a: 2\nkind: List\n')).toEqual([
      'rest 0 @1 items:\n',
      'item 0 @2   - a: 1\n    - b\n',
      'item 0 @4   - a: 2\n',
      'rest 0 @5 kind: List\n',
    ]);
  });

  test('text of a block that looks like an element stays where it is', async () => {
    expect(await shapes('items:\n- a: |\n    - b\n\n    - c\n- d\n')).toEqual([
      'rest 0 @1 items:\n',
      'item 0 @2 - a: |\n    - b\n\n    - c\n',
      'item 0 @6 - d\n',
    ]);
  });

  test.each(['items: []\na: 1\n', 'items:\n  a: 1\n', 'a:\n  items:\n  - b\n', 'items: [\n]\n', 'items:\n'])(
    '%j is no list to cut',
    async (text) => {
      expect(await shapes(text)).toEqual([`document 0 @1 ${text}`]);
    },
  );

  test('the next document begins anew', async () => {
    expect(await shapes('items:\n- a\n---\n- b\n')).toEqual([
      'rest 0 @1 items:\n',
      'item 0 @2 - a\n',
      'document 1 @3 ---\n- b\n',
    ]);
  });

  test('says kind and version without parsing', async () => {
    const pieces = await cut(
      'apiVersion: v1\nitems:\n- apiVersion: "v2" # x\n  kind: Pod\n  metadata:\n    kind: no\nkind: List\n',
    );
    expect(pieces.map(({ top }) => [...top])).toEqual([
      [['apiVersion', 'v1']],
      [
        ['apiVersion', 'v2'],
        ['kind', 'Pod'],
      ],
      [['kind', 'List']],
    ]);
  });
});

describe('limits', () => {
  test('a document that is too long has no text, and the next one has', async () => {
    const pieces = await cut(`kind: Big\na:\n${'  - x\n'.repeat(100_000)}---\nkind: Small\n`);
    expect(pieces.map(({ text, top }) => [text, top.get('kind')])).toEqual([
      [undefined, 'Big'],
      ['---\nkind: Small\n', 'Small'],
    ]);
  });

  test('a line that never ends', async () => {
    const pieces = await cut(`kind: Big\na: ${'x'.repeat(3_000_000)}\n---\nb: 1\n`, 65_536);
    expect(pieces.map(({ text }) => text)).toEqual([undefined, '---\nb: 1\n']);
  });
});

test('how the text is chunked does not show', async () => {
  const parts = fc.constantFrom(
    'a: 1\n',
    '---\n',
    'items:\n',
    '- x\n',
    '  - y\n',
    '\n',
    '# c\n',
    '...\n',
    'kind: List\n',
    '  z: |\n',
    '%T\n',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
      const text = lines.join('');
      expect(await cut(text, size)).toEqual(await cut(text));
    }),
  );
});

test('no line is lost or doubled, end marks and empty documents apart', async () => {
  const parts = fc.constantFrom('a: 1\n', 'items:\n', '- x\n', '  - y\n', '    z\n', 'b:\n');
  await fc.assert(
    fc.asyncProperty(fc.array(parts, { maxLength: 20 }), async (lines) => {
      const pieces = await cut(lines.join(''));
      expect(pieces.map(({ text }) => text).join('')).toBe(lines.join(''));
    }),
  );
});
