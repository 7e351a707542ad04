import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { Json } from '../../../src/model/json.ts';
import { readPositionedJson } from '../../../src/scan/formats/positioned-json.ts';

async function read(text: string | Uint8Array, chunk = 7) {
  const bytes = Buffer.from(text);
  const items: { member: string; value: Json; place: string }[] = [];
  const ends: string[] = [];
  const file = {
    path: 'a.json',
    size: bytes.length,
    text: '',
    head: bytes.subarray(0, 0),
    binary: false,
    readText: async () => '',
    async *stream() {
      for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    },
  };
  let error: string | undefined;
  try {
    await readPositionedJson(file, {
      item: (member, value, placeOf) => {
        const { line, column } = placeOf(value);
        items.push({ member, value, place: `${line}:${column}` });
      },
      documentEnd: ({ line, column }) => ends.push(`${line}:${column}`),
    });
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    error = `${thrown.code} ${thrown.message}`;
  }
  return { items, ends, error };
}

describe('items', () => {
  it('are the elements of lists, and members that are none', async () => {
    const { items, ends, error } = await read('{"a": [{"x": 1}, 2], "b": {"y": []},\n "c": [], "d": true}');
    expect(items).toEqual([
      { member: 'a', value: { x: 1 }, place: '1:8' },
      { member: 'a', value: 2, place: '1:18' },
      { member: 'b', value: { y: [] }, place: '1:27' },
      { member: 'd', value: true, place: '2:16' },
    ]);
    expect({ ends, error }).toEqual({ ends: ['2:20'], error: undefined });
  });

  it.each([
    ['one after the other', '{"a": 1}{"a": 2}\n\n  {"a": 3}', ['1:7', '1:15', '3:9']],
    ['one per line', '{"a": 1}\n{"a": 2}\n', ['1:7', '2:7']],
    ['a list', '[{"a": 1},\n{"a": 2}]', ['1:2', '2:1']],
    ['none', ' \n', []],
  ])('of several documents: %s', async (_, text, places) => {
    const { items, error } = await read(text);
    expect({ places: items.map(({ place }) => place), error }).toEqual({ places, error: undefined });
  });

  it('count columns as editors do', async () => {
    const { items } = await read('{"é": 1, "💥": 2, "x\\n\\u00e9": {"n": 3}}', 3);
    expect(items.map(({ place }) => place)).toEqual(['1:7', '1:16', '1:32']);
  });

  it('may have any name', async () => {
    const { items } = await read('{"a": [{"__proto__": {"x": 1}, "constructor": 2}]}');
    const [item] = items;
    expect(Object.keys(item?.value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each<[string, (text: string) => Uint8Array]>([
    ['UTF-8 with a mark', (text) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16, big-endian', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
  ])('in %s', async (_, encode) => {
    const { items, error } = await read(encode('{"a": "é",\n"b": {}}'));
    expect(error).toBeUndefined();
    expect(items).toEqual([
      { member: 'a', value: 'é', place: '1:7' },
      { member: 'b', value: {}, place: '2:6' },
    ]);
  });

  it('keep going over invalid UTF-8, as file heads do', async () => {
    const { items } = await read(Buffer.concat([Buffer.from('{"a": "x'), Buffer.from([0xff]), Buffer.from('y"}')]));
    expect(items).toEqual([{ member: 'a', value: 'x\uFFFDy', place: '1:7' }]);
  });

  it('are what JSON.parse reads, and objects begin where they begin, however the stream is cut', async () => {
    const json = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });
    await fc.assert(
      fc.asyncProperty(
        json,
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 1, max: 40 }),
        async (value, indent, chunk) => {
          const text = JSON.stringify(value, null, indent);
          const { items, error } = await read(text, chunk);
          expect(error).toBeUndefined();
          const parsed = JSON.parse(text) as Record<string, Json>;
          const wanted = Object.entries(parsed).flatMap(([member, inner]) =>
            (Array.isArray(inner) ? inner : [inner]).map((one) => ({ member, value: one })),
          );
          expect(items.map(({ member, value: one }) => ({ member, value: one }))).toEqual(wanted);
          const lines = text.split('\n');
          for (const { value: item, place } of items) {
            const [line = 0, column = 0] = place.split(':').map(Number);
            const written = typeof item === 'object' && item !== null ? '{' : JSON.stringify(item)[0];
            expect(lines[line - 1]?.[column - 1]).toBe(Array.isArray(item) ? '[' : written);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('what is not JSON', () => {
  it.each([
    ['{"a": 1,}', 'ERR_SCAN_SYNTAX a.json:1:9: not JSON from here on'],
    ['{"a": 1 "b": 2}', 'ERR_SCAN_SYNTAX a.json:1:9: not JSON from here on'],
    ['{"a": [1, 2}', 'ERR_SCAN_SYNTAX a.json:1:12: not JSON from here on'],
    ['{"a": [1,\n\n]}', 'ERR_SCAN_SYNTAX a.json:3:1: not JSON from here on'],
    ['{a: 1}', 'ERR_SCAN_SYNTAX a.json:1:2: not JSON from here on'],
    ['{"a"\n1}', 'ERR_SCAN_SYNTAX a.json:2:1: not JSON from here on'],
    ['{"a": nul}', 'ERR_SCAN_SYNTAX a.json:1:10: not JSON from here on'],
    ['{"a": "x\ny"}', 'ERR_SCAN_SYNTAX a.json:1:9: not JSON from here on'],
    ['{"a": "\\x"}', 'ERR_SCAN_SYNTAX a.json:1:9: not JSON from here on'],
    ['{1: 2}', 'ERR_SCAN_SYNTAX a.json:1:2: not JSON from here on'],
    ['}', 'ERR_SCAN_SYNTAX a.json:1:1: not JSON from here on'],
    ['{"a": 1}]', 'ERR_SCAN_SYNTAX a.json:1:9: not JSON from here on'],
    ['"text"', 'ERR_SCAN_SYNTAX a.json:1:1: not JSON from here on'],
    ['{"a": 1', 'ERR_SCAN_SYNTAX a.json:1:8: the file ends inside a JSON document'],
    ['{"a": "b', 'ERR_SCAN_SYNTAX a.json:1:9: the file ends inside a JSON document'],
    ['{"a":\n tru', 'ERR_SCAN_SYNTAX a.json:2:5: the file ends inside a JSON document'],
  ])('%j', async (text, expected) => {
    for (const chunk of [1, 4, 100]) expect((await read(text, chunk)).error).toBe(expected);
  });

  it('ends at a limit, where it is deep or large beyond any export', async () => {
    expect((await read(`{"a": ${'['.repeat(100)}`)).error).toBe('ERR_SCAN_LIMIT a.json:1:70: nested more than 64 deep');
    const { error } = await read(`{"a": [{"x": "${'x'.repeat(17 * 1024 * 1024)}`, 64 * 1024);
    expect(error).toMatch(/^ERR_SCAN_LIMIT a\.json:1:\d+: an item of more than 16777216 bytes$/);
  });
});

describe('numbers that no number can hold', () => {
  it('stay text: facts are JSON, which has none of them', async () => {
    const { items } = await read('{"a": {"big": 1e999, "small": -1e999, "one": 1}}');
    expect(items[0]?.value).toEqual({ big: 'Infinity', small: '-Infinity', one: 1 });
  });
});
