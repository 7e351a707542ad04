import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import {
  entriesAt,
  itemsAt,
  type Node,
  placesWithin,
  textAt,
  textsAt,
  valueAt,
} from '../../../src/scan/formats/node.ts';
import { type Anchors, parseYaml } from '../../../src/scan/formats/yaml.ts';

function failure(text: string, line?: number): string {
  try {
    parseYaml(text, { path: 'a.yaml', ...(line === undefined ? {} : { line }) });
  } catch (error) {
    if (error instanceof AppError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'read';
}

function read(text: string): Node | undefined {
  return parseYaml(text, { path: 'a.yaml' });
}

describe('values and places', () => {
  test('every value knows its line and column', () => {
    const root = read('# first\na: {b: [x, 12]}\nc:\n  - d: true\n');
    expect(valueAt(root, 'a', 'b')).toMatchObject({ kind: 'list', place: { line: 2, column: 8 } });
    expect(itemsAt(root, 'a', 'b')[1]).toMatchObject({ value: 12, place: { line: 2, column: 12 } });
    expect(entriesAt(itemsAt(root, 'c')[0])[0]).toMatchObject(['d', { place: { line: 4, column: 5 } }]);
  });

  test('columns count UTF-16 units', () => {
    expect(valueAt(read('a: {"😀": 1}'), 'a', '😀')).toMatchObject({ place: { line: 1, column: 11 } });
  });

  test('counts lines from where the text begins in its file', () => {
    expect(parseYaml('a: b', { path: 'x', line: 40 })).toMatchObject({ place: { line: 40 } });
    expect(failure('a: [', 40)).toMatch(/^ERR_SCAN_SYNTAX a\.yaml:40:5:/);
  });

  test('is YAML 1.2 whatever the file says: on, yes and 1.10 stay as they are', () => {
    const root = read('%YAML 1.1\n---\non: yes\nversion: 1.10\nname: 0123\n');
    expect([textAt(root, 'on'), textAt(root, 'version'), textAt(root, 'name')]).toEqual(['yes', '1.10', '0123']);
    expect(valueAt(root, 'on')).toMatchObject({ value: 'yes' });
  });

  test.each(['', '# nothing\n', '---\n', '\n\n'])('%j is an empty document', (text) => {
    const root = read(text);
    expect(root === undefined || (root.kind === 'scalar' && root.value === null)).toBe(true);
  });

  test('null is no text', () => {
    expect(textAt(read('a:'), 'a')).toBeUndefined();
    expect(textsAt(read('a: [x, null, y]'), 'a')).toEqual(['x', 'y']);
  });

  test('keys are text', () => {
    expect(textAt(read('true: a\n12: b'), 'true')).toBe('a');
  });

  test('merge keys give what is not there', () => {
    const root = read('base: &b {x: 1, y: 2}\nall: {<<: *b, y: 3}\nlist: {<<: [*b, {z: 4}]}\n');
    expect([textAt(root, 'all', 'x'), textAt(root, 'all', 'y'), textAt(root, 'list', 'z')]).toEqual(['1', '3', '4']);
  });

  test('an alias is what its anchor was last', () => {
    expect(textAt(read('a: &x 1\nb: *x\nc: &x 2\nd: *x'), 'd')).toBe('2');
  });

  test('anchors reach from one piece of a document to the next', () => {
    const anchors: Anchors = new Map();
    parseYaml('- &a {x: 1}', { path: 'x', anchors });
    expect(textAt(itemsAt(parseYaml('- *a', { path: 'x', anchors }))[0], 'x')).toBe('1');
  });

  test('a literal block knows where its lines stand', () => {
    const node = valueAt(read('run: |\n\n    one\n    two three\n'), 'run');
    if (node?.kind !== 'scalar') throw new Error('a text is expected');
    const placeOf = placesWithin(node);
    expect(placeOf(node.text.indexOf('one'))).toEqual({ line: 3, column: 5 });
    expect(placeOf(node.text.indexOf('three'))).toEqual({ line: 4, column: 9 });
  });
});

describe('what is no YAML, with its place and without its content', () => {
  test.each([
    ['a: "unclosed\nb: 1\n', 'ERR_SCAN_SYNTAX a.yaml:3:1: a closing quote, a bracket, a comma or a colon is missing'],
    ['a: [1, 2', 'ERR_SCAN_SYNTAX a.yaml:1:9: wrong indentation, or a bracket that is not closed'],
    ['a:\n\tb: 1\n', 'ERR_SCAN_SYNTAX a.yaml:2:1: a tab as indentation'],
    ['a: 1\na: 2\n', 'ERR_SCAN_SYNTAX a.yaml:2:1: a key that is there already'],
    ['a: {{ .Values.x }}\n', 'ERR_SCAN_SYNTAX a.yaml:1:5: a key that is no text'],
    ['a: *nowhere\n', 'ERR_SCAN_SYNTAX a.yaml:1:4: an alias without an anchor before it'],
    ['a: &a [*a]\n', 'ERR_SCAN_SYNTAX a.yaml:1:8: an alias without an anchor before it'],
    ['a: 1\n---\nb: 1\n', 'ERR_SCAN_SYNTAX a.yaml:2:1: a second document'],
    ['a: "\\q"\n', 'ERR_SCAN_SYNTAX a.yaml:1:5: invalid escape in a double-quoted text'],
    ['a: {<<: 1}\n', 'ERR_SCAN_SYNTAX a.yaml:1:4: a merge key whose value is no mapping'],
    [']\n', 'ERR_SCAN_SYNTAX a.yaml:1:1: not YAML from here on'],
  ])('%j', (text, message) => {
    expect(failure(text)).toBe(message);
  });

  test('never quotes what it read', () => {
    const secret = 'hunter2'.repeat(3);
    for (const text of [
      `password: "${secret}" ${secret}`,
      `a: "${secret}\\q"`,
      `- ${secret}: [${secret}`,
      `]${secret}`,
    ]) {
      expect(failure(text)).toMatch(/^ERR_SCAN/);
      expect(failure(text)).not.toContain(secret);
    }
  });
});

describe('hostile input comes to an end', () => {
  const letters = [...'abcdefghijklmnopqrst'];
  const laughs = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${letters
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${letters[index]}`).join(',')}]\n`)
    .join('')}`;

  test.each([
    ['aliases that multiply', laughs, 'too many values, written out'],
    ['brackets', '['.repeat(300_000), 'nested too deeply'],
    ['braces', '{'.repeat(300_000), 'nested too deeply'],
    ['dashes', '- '.repeat(100_000), 'nested too deeply'],
    ['questions', '? '.repeat(100_000), 'nested too deeply'],
    ['keys in keys', 'a: '.repeat(100_000), 'nested too deeply'],
    [
      'indentation',
      Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
      'nested too deeply',
    ],
    ['many small values', `[${'1,'.repeat(150_000)}1]`, 'too many values'],
    ['anchors without end', '&a '.repeat(150_000), 'too many values'],
    ['quotes', '"'.repeat(500_000), 'too many values'],
  ])('%s', (_, text, reason) => {
    expect(failure(text)).toMatch(new RegExp(`^ERR_SCAN_LIMIT a\\.yaml:\\d+:\\d+: ${reason}$`));
  });

  test('a megabyte on one line is a text', () => {
    expect(textAt(read('a'.repeat(1_000_000)))).toHaveLength(1_000_000);
  });

  test('many keys cost no more than they are', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: v\n`).join('');
    expect(entriesAt(read(keys))).toHaveLength(20_000);
  });

  test('no text gives an untyped error', () => {
    const yamlish = fc.array(
      fc.oneof(
        fc.constantFrom(
          ...[
            '- ',
            ': ',
            'a',
            '\n',
            '  ',
            '[',
            ']',
            '{',
            '}',
            '"',
            "'",
            '&a ',
            '*a',
            '|\n',
            '>-\n',
            '#',
            '---\n',
            '? ',
            '<<',
            '!t ',
            '\t',
            ',',
          ],
        ),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(yamlish, (parts) => {
        expect(failure(parts.join(''))).toMatch(/^(?:read$|ERR_SCAN_(?:SYNTAX|LIMIT) a\.yaml:\d+:\d+: )/);
      }),
      { numRuns: 500 },
    );
  });
});

test('tags are told to whoever asks, and say nothing otherwise', () => {
  const text = 'a: !Ref X\nb: !GetAtt [R, Arn]\nc: &d !Sub "a b"\ne: *d\n';
  const tagged = (tag: string, value: Node): Node => ({
    kind: 'map',
    entries: new Map([[tag, { place: value.place, value }]]),
    place: value.place,
  });
  const node = parseYaml(text, { path: 'a.yaml' }, tagged);
  expect(textAt(node, 'a', '!Ref')).toBe('X');
  expect(textsAt(node, 'b', '!GetAtt')).toEqual(['R', 'Arn']);
  expect(textAt(node, 'e', '!Sub')).toBe('a b');
  expect(textAt(parseYaml(text, { path: 'a.yaml' }), 'a')).toBe('X');
});

test.each(['.inf', '-.INF', '.nan', '1e999'])('%s stays the text that it is', (text) => {
  expect(valueAt(read(`a: ${text}`), 'a')).toMatchObject({ value: text, text });
});
