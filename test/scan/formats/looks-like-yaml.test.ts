import fc from 'fast-check';
import { expect, it } from 'vitest';
import { looksLikeYaml, mayLookLikeYaml } from '../../../src/scan/formats/looks-like-yaml.ts';
import { openFile } from '../../../src/scan/open-file.ts';

function fileOf(path: string, content: Uint8Array) {
  const close = () => undefined;
  const stream = async function* () {
    yield content;
  };
  return openFile({ path, unit: path, size: content.length, head: content, content, stream, close });
}

it.each([
  ['a manifest', 'm', 'apiVersion: v1\n', true],
  ['comments first', 'm', '# a\n\n%YAML 1.2\n---\na: 1\n', true],
  ['a byte order mark', 'm', '\ufeffapiVersion: v1\n', true],
  ['braces', 'm', '  {"a": 1}', true],
  ['a name', 'm.yml', 'package main\n', true],
  ['more comments than are looked at', 'm', `${'# licence\n'.repeat(400)}import os\n`, true],
  ['a program', 'm.go', 'package main\n', false],
  ['prose', 'm.md', 'This is: not\n', false],
  ['nothing', 'm', '', false],
])('%s may look like YAML or not', (_, path, text, expected) => {
  expect(mayLookLikeYaml(fileOf(path, Buffer.from(text)))).toBe(expected);
});

it('says no only to what does not look like YAML', () => {
  const piece = fc.constantFrom(
    'a: b',
    'package x',
    '---',
    '{',
    '# c',
    '%x',
    '\n',
    ' ',
    'ü',
    '"k":',
    '\r\n',
    '!t',
    '//',
    '\u00a0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom(0, 2_030, 2_050), (pieces, padding) => {
      const file = fileOf('file', Buffer.from('#'.repeat(padding) + pieces.join('')));
      expect(mayLookLikeYaml(file) || !looksLikeYaml(file.path, file.text)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
