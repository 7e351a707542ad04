import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { Json } from '../../../src/model/json.ts';
import { type Node, valueAt } from '../../../src/scan/formats/node.ts';
import { parseToml } from '../../../src/scan/formats/toml.ts';

const at = (text: string, ...keys: string[]) => valueAt(parseToml(text, { path: 'a.toml' }), ...keys);

function jsonOf(node: Node): Json {
  if (node.kind === 'list') return node.items.map(jsonOf);
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, jsonOf(value)]));
  return node.value;
}

describe('places', () => {
  it.each([
    ['a = 1', ['a'], 1, 5],
    ['# x\n\n  a   =   "b"', ['a'], 3, 11],
    ['[t]\na = 1\n[t.u]\nb = 2', ['t', 'u', 'b'], 4, 5],
    ['[t."a.b"]\nc = 1', ['t', 'a.b', 'c'], 2, 5],
    ["a.'b c'.d = 1", ['a', 'b c', 'd'], 1, 13],
    ['t = { a = 1, "b" = { c = [1, 2] } }', ['t', 'b', 'c'], 1, 26],
    ['s = """\n[no]\na = 1\n"""\na = 2', ['a'], 5, 5],
    ["s = '''x''''\na = 2", ['a'], 2, 5],
    ['s = "a \\" # b"\na = 2', ['a'], 2, 5],
    ['l = [\n  "x", # ]\n  { a = 1 },\n]\na = 2', ['a'], 5, 5],
    ['"\\u0061" = 1', ['a'], 1, 12],
    ['\uFEFFa = 1', ['a'], 1, 5],
    ['a = 1\r\nb = 2\r\n', ['b'], 2, 5],
  ])('%j %j', (text, keys, line, column) => {
    expect(at(text, ...keys)?.place).toEqual({ line, column });
  });

  it('of arrays of tables', () => {
    const list = at('[[s]]\na = 1\n[[s]]\na = 2\n[s.t]\nb = 3\n', 's');
    expect(list?.kind === 'list' ? list.items.map((item) => valueAt(item, 'a')?.place.line) : undefined).toEqual([
      2, 4,
    ]);
    expect(list?.kind === 'list' ? valueAt(list.items[1], 't', 'b')?.place : undefined).toEqual({ line: 6, column: 5 });
  });

  it('of any document: the values are those of the text, each where it is written', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, scalar, fc.array(scalar, { maxLength: 3 }), tie('table')),
      table: fc.dictionary(fc.string({ minLength: 1, maxLength: 6 }), tie('any'), { maxKeys: 4 }),
    })).table;
    fc.assert(
      fc.property(value, (table) => {
        const text = stringify(table as Record<string, unknown>);
        const node = parseToml(text, { path: 'a.toml' });
        expect(jsonOf(node)).toEqual(JSON.parse(JSON.stringify(table)));
        const lines = text.split('\n');
        const check = (one: Node): void => {
          if (one.kind === 'map') for (const { value } of one.entries.values()) check(value);
          else if (one.kind === 'list') one.items.forEach(check);
          else if (typeof one.value === 'string')
            expect(lines[one.place.line - 1]?.[one.place.column - 1]).toMatch(/["']/);
          else expect(lines[one.place.line - 1]?.slice(one.place.column - 1).startsWith(one.text)).toBe(true);
        };
        check(node);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is no TOML, or too much', () => {
  const secret = ['kG7pQ2xW', '9zR4tY6u', 'B1nM'].join('');
  it.each([
    ['no value', `a = ${secret}\n`, 'ERR_SCAN_SYNTAX', 'a.toml:1:'],
    ['a key twice', 'a = 1\na = 2\n', 'ERR_SCAN_SYNTAX', 'a.toml:2:'],
    ['no end', `b = 1\na = "${secret}`, 'ERR_SCAN_SYNTAX', 'a.toml:'],
    ['lists in lists', `a = ${'['.repeat(100_000)}`, 'ERR_SCAN', 'a.toml:1:'],
    ['tables in tables', `a = ${'{a='.repeat(100_000)}`, 'ERR_SCAN', 'a.toml:1:'],
    ['dots', `a${'.a'.repeat(100_000)} = 1`, 'ERR_SCAN_LIMIT', 'a.toml:'],
    ['dots of a table', `[a${'.a'.repeat(100_000)}]`, 'ERR_SCAN_LIMIT', 'a.toml:'],
  ])('%s', (_, text, code, place) => {
    let error: unknown;
    try {
      parseToml(text, { path: 'a.toml' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toContain(code);
    expect((error as AppError).message).toContain(place);
    expect((error as AppError).message).not.toContain(secret);
  });

  it('keeps what no number is as text, and a member of any name', () => {
    expect(
      jsonOf(parseToml('a = inf\nb = nan\nc = 9223372036854775807\nd = 2026-01-02\n__proto__ = 1\n', { path: 'a' })),
    ).toEqual(
      JSON.parse('{"a": "Infinity", "b": "NaN", "c": "9223372036854775807", "d": "2026-01-02", "__proto__": 1}'),
    );
  });

  it('gives only typed errors', () => {
    const words = fc.constantFrom(
      '[',
      ']',
      '[[',
      ']]',
      'a',
      '.',
      '=',
      ' ',
      '\n',
      '"',
      "'",
      '"""',
      "'''",
      '{',
      '}',
      ',',
      '#',
      '\\',
      '1',
      'true',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
        try {
          parseToml(parts.join(''), { path: 'a.toml' });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
