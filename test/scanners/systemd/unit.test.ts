import { expect, test } from 'vitest';
import { directivesOf, valuesOf, wordsOf } from '../../../scanners/systemd/unit.ts';

test.each<[string, string[]]>([
  ['[Service]\nA=1\nA=2', ['1', '2']],
  ['[Service]\nA=1\nA=\nA=3', ['3']],
  ['[Unit]\nA=1\n[Service]\nB=2', []],
  ['[Service]\nA = 1 \\\n  2 \\\n# comment\n  3', ['1    2    3']],
  ['[Service]\r\nA=1\r\n', ['1']],
  ['A=1', []],
  ['[Service]\nA', []],
  ['[Service]\nA=1 \\', ['1 \\']],
])('%j', (text, values) => {
  expect(valuesOf(directivesOf(text), 'A').map(({ value }) => value.replace(/ {3,}/g, '    '))).toEqual(values);
});

test.each<[string, string[]]>([
  ['A=1 B=2', ['A=1', 'B=2']],
  ['"A=1 2" \'B=3 4\'', ['A=1 2', 'B=3 4']],
  ['', []],
  ['"a\\"b"', ['a\\"b']],
])('words of %j', (value, words) => {
  expect(wordsOf(value)).toEqual(words);
});
