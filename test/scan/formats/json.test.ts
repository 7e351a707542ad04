import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { Json } from '../../../src/model/json.ts';
import { type JsonPiece, type JsonSelection, jsonPieces } from '../../../src/scan/formats/json.ts';
import { itemsAt, type Node, textAt, valueAt } from '../../../src/scan/formats/node.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function pieces(text: string, size = 1_000_000): Promise<JsonPiece[]> {
  const found: JsonPiece[] = [];
  for await (const piece of jsonPieces(chunksOf(text, size), 'a.json')) found.push(piece);
  return found;
}

async function failure(text: string, size?: number): Promise<string> {
  try {
    await pieces(text, size);
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'read';
}

/** The value that a tree of nodes stands for. */
function plain(node: Node): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

describe('documents', () => {
  test('every value knows its line and column', async () => {
    const [piece] = await pieces('{\n  "a": [1, {"b": "x"}],\n  "ü😀": true}');
    expect(valueAt(piece?.node, 'a')).toMatchObject({ place: { line: 2, column: 8 } });
    expect(itemsAt(piece?.node, 'a')[1]).toMatchObject({ place: { line: 2, column: 12 } });
    expect(piece?.node.kind === 'map' && piece.node.entries.get('ü😀')).toMatchObject({
      place: { line: 3, column: 3 },
      value: { place: { line: 3, column: 10 } },
    });
  });

  test('places are the same however the text is chunked', async () => {
    const text = '{"a": ["\\u0041\\"", -1.5e3, null],\n "b": {"c": "d"}}\n{"e": 1}\n';
    const whole = await pieces(text);
    for (const size of [1, 2, 3, 7]) expect(await pieces(text, size)).toEqual(whole);
  });

  test('one after the other, or one per line', async () => {
    expect(
      (await pieces('{"a":1}{"a":2}\n{"a":3}\n')).map(({ document, node }) => [document, textAt(node, 'a')]),
    ).toEqual([
      [0, '1'],
      [1, '2'],
      [2, '3'],
    ]);
  });

  test('agrees with the engine on any value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 1, max: 20 }), fc.boolean(), async (value, size, pretty) => {
        const text = JSON.stringify({ value }, null, pretty ? 2 : 0);
        const [piece] = await pieces(text, size);
        expect(piece && plain(piece.node)).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('lists', () => {
  test('elements of items come singly, and are not kept', async () => {
    const found = await pieces('{"kind": "List", "items": [{"a": 1}, {"a": 2}], "metadata": {"continue": "x"}}');
    expect(found.map(({ kind, node }) => [kind, textAt(node, 'a')])).toEqual([
      ['item', '1'],
      ['item', '2'],
      ['document', undefined],
    ]);
    expect(textAt(found[0]?.around, 'kind')).toBe('List');
    expect(itemsAt(found[2]?.node, 'items')).toEqual([]);
    expect(textAt(found[2]?.node, 'metadata', 'continue')).toBe('x');
  });

  test('only those at the top', async () => {
    expect((await pieces('{"spec": {"items": [1, 2]}}')).map(({ kind }) => kind)).toEqual(['document']);
  });
});

describe('what is no JSON, with its place', () => {
  test.each([
    ['{"a": 1', 'a.json:1:8: the file ends inside of a JSON document'],
    ['{"a": "x', 'a.json:1:7: the file ends inside of a JSON document'],
    ['{"a" 1}', 'a.json:1:6: a colon is missing'],
    ['{"a": 1 "b": 2}', 'a.json:1:9: a comma is missing'],
    ['{"a": 1,}', 'a.json:1:9: unexpected "}"'],
    ['[1,]', 'a.json:1:4: unexpected "]"'],
    ['[1 2]', 'a.json:1:4: a comma is missing'],
    ['{"a": 012}', 'a.json:1:7: not JSON from here on'],
    ['{"a": tru}', 'a.json:1:7: not JSON from here on'],
    ["{'a': 1}", 'a.json:1:2: not JSON from here on'],
    ['{"a": "\\x"}', 'a.json:1:7: a text with an invalid escape or a line break'],
    ['{"a": "x\ny"}', 'a.json:1:7: a text with an invalid escape or a line break'],
    ['{1: 2}', 'a.json:1:2: a key or end is missing'],
    ['}', 'a.json:1:1: unexpected "}"'],
    ['{"a": [}', 'a.json:1:8: unexpected "}"'],
    [':', 'a.json:1:1: unexpected ":"'],
    ['{"a": 1}\n"', 'a.json:2:1: not JSON from here on'],
  ])('%j', async (text, message) => {
    expect(await failure(text)).toBe(`ERR_SCAN_SYNTAX ${message}`);
    expect(await failure(text, 1)).toBe(`ERR_SCAN_SYNTAX ${message}`);
  });

  test('never quotes a text', async () => {
    const secret = 'hunter2'.repeat(3);
    for (const text of [`{"a": "${secret}\\q"}`, `{"a": "${secret}" "${secret}"}`, `{"a": ${secret}}`]) {
      expect(await failure(text)).toMatch(/^ERR_SCAN_SYNTAX/);
      expect(await failure(text)).not.toContain(secret);
    }
  });
});

describe('hostile input comes to an end', () => {
  test.each([
    ['brackets', '['.repeat(1_000_000), 'nested too deeply'],
    ['objects', '{"a":'.repeat(100_000), 'nested too deeply'],
    ['many values', `[${'1,'.repeat(300_000)}1]`, 'too many values'],
    ['a long text', `"${'x'.repeat(5_000_000)}"`, 'a text that is too long'],
    ['much text', `[${`"${'x'.repeat(1_000_000)}",`.repeat(20)}1]`, 'too much text in one value'],
  ])('%s', async (_, text, reason) => {
    expect(await failure(text, 65_536)).toMatch(new RegExp(`^ERR_SCAN_LIMIT a\\.json:1:\\d+: ${reason}$`));
  });

  test('a number without end', async () => {
    expect(await failure(`[${'1'.repeat(2_000_000)}`, 65_536)).toMatch(/^ERR_SCAN_SYNTAX a\.json:1:\d+: /);
  });

  test('limits are those of one element, not of the list', async () => {
    const items = Array.from({ length: 300 }, () => `[${'1,'.repeat(1_000)}1]`).join(',');
    expect(await pieces(`{"items": [${items}]}`, 65_536)).toHaveLength(301);
  });

  test('no text gives an untyped error', async () => {
    const parts = fc.oneof(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '"a"', '1', '-', 'true', ' ', '\n', '\\', '"items"'),
      fc.string({ maxLength: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (text, size) => {
        const whole = await failure(text.join(''));
        expect(whole).toMatch(/^(?:read$|ERR_SCAN_(?:SYNTAX|LIMIT) a\.json:\d+:\d+: )/);
        expect(await failure(text.join(''), size)).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is selected', () => {
  const select: JsonSelection = (path) => {
    if (path.at(-1) === 'resources') return 'items';
    return path.join('/') === 'prior' ? 'skip' : undefined;
  };
  async function selected(text: string, size: number): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { kind, node, path } of jsonPieces(chunksOf(text, size), 'a.json', select)) {
      found.push(`${kind} ${path?.join('/') ?? ''} ${JSON.stringify(plain(node))}`);
    }
    return found;
  }

  test.each([1, 7, 1_000])(
    'comes singly from wherever it stands, and what is skipped is not kept (%i)',
    async (size) => {
      const text =
        '{"v": {"resources": [1, {"resources": [2]}], "child": [{"resources": [3], "x": 4}]}, "prior": {"resources": [5]}, "resources": {"a": 6}}';
      expect(await selected(text, size)).toEqual([
        'item v/resources 1',
        'item v/resources {"resources":[2]}',
        'item v/child/[]/resources 3',
        'document  {"v":{"resources":[],"child":[{"resources":[],"x":4}]},"prior":{},"resources":{"a":6}}',
      ]);
    },
  );

  test('what is skipped has no limit of values', async () => {
    const many = `[${'1,'.repeat(300_000)}1]`;
    expect(await selected(`{"prior": ${many}, "a": 1}`, 65_536)).toEqual(['document  {"prior":[],"a":1}']);
  });
});

test('a number that no number can hold stays the text that it is', async () => {
  const [piece] = await pieces('{"a": 1e999, "b": 1}');
  expect(piece === undefined ? undefined : plain(piece.node)).toEqual({ a: '1e999', b: 1 });
});
