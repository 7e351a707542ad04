import { describe, expect, test } from 'vitest';
import { looksLikeYaml } from '../../../src/scan/formats/looks-like-yaml.ts';
import { brokenByTemplate, isTemplate, isUnrendered } from '../../../src/scan/formats/template.ts';
import { textChunks } from '../../../src/scan/formats/text-chunks.ts';
import { parseYaml } from '../../../src/scan/formats/yaml.ts';
import { utf32 } from '../../support/utf32.ts';

async function text(bytes: Uint8Array, size: number): Promise<string> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  let all = '';
  for await (const chunk of textChunks(chunks())) all += chunk;
  return all;
}

describe('textChunks', () => {
  test.each([
    ['UTF-8', Buffer.from('größe 😀')],
    ['UTF-8 with a mark', Buffer.from('\ufeffgröße 😀')],
    ['UTF-16, low byte first', Buffer.from('\ufeffgröße 😀', 'utf16le')],
    ['UTF-16, high byte first', Buffer.from('\ufeffgröße 😀', 'utf16le').swap16()],
    ['UTF-32, low byte first', utf32('\ufeffgröße 😀')],
    ['UTF-32, high byte first', utf32('\ufeffgröße 😀').swap32()],
  ])('%s, in any chunks', async (_, bytes) => {
    for (const size of [1, 2, 3, 5, 100]) expect(await text(bytes, size)).toBe('größe 😀');
  });

  test('nothing, and less than a mark', async () => {
    expect(await text(Buffer.from(''), 1)).toBe('');
    expect(await text(Buffer.from('ab'), 1)).toBe('ab');
  });

  test('invalid bytes are replaced', async () => {
    expect(await text(Buffer.from([0x61, 0xff, 0x62]), 1)).toBe('a\ufffdb');
    const units = [0xfeff, 0x61, 0x11_0000, 0xd800, 0x62].map((code) => Buffer.from(new Uint32Array([code]).buffer));
    for (const size of [1, 4, 7])
      expect(await text(Buffer.concat([...units, Buffer.from('c')]), size)).toBe('a\ufffd\ufffdb\ufffd');
  });
});

describe('looksLikeYaml', () => {
  test.each([
    ['a.yml', 'anything', true],
    ['a.txt', 'key: value\n', true],
    ['a.txt', '# comment\n---\nkey: value\n', true],
    ['a.txt', '{"a": 1}', true],
    ['README.md', '# Title\n\nkey: in prose\n', true],
    ['README.md', '# Title\n\nSome prose.\nkey: value\n', false],
    ['README.md', 'key: value\n\n```yaml\na: 1\n```\n', false],
    ['run.sh', '#!/bin/sh\nset -e\n', false],
    ['empty', '', false],
  ])('%s with %j', (path, content, expected) => {
    expect(looksLikeYaml(path, content)).toBe(expected);
  });
});

describe('templates', () => {
  test.each([
    ['a: {{ .Values.a }}\n', true],
    ['{{- if .Values.a }}\na: 1\n{{- end }}\n', true],
    ['a:\n  - {{ .b }}\n', true],
    ['{% raw %}\n', true],
    ['a: "{{ .Values.a }}"\n', false],
    ['a: text {{ .b }}\n', false],
    ['a: b # {{ c }}\n', false],
    ['a: 1\n', false],
  ])('%j', (content, expected) => {
    expect(isTemplate(content)).toBe(expected);
  });

  test('what broke is a template only where it broke', () => {
    const breaks = (content: string): boolean => {
      try {
        parseYaml(content, { path: 'a', line: 5 });
      } catch (error) {
        return brokenByTemplate(error, content, 5);
      }
      throw new Error('was read');
    };
    expect(breaks('a: {{ .b }}\n')).toBe(true);
    expect(breaks('a: 1\n{{- if x }}\nb: 2\n')).toBe(true);
    expect(breaks('note: "x\n  {{ y }}"\nb: 2\nc: 3\nb: 4\n')).toBe(false);
  });

  test('names that are still to be rendered', () => {
    expect([isUnrendered('{{ .x }}-a'), isUnrendered('{% x %}'), isUnrendered('a-b')]).toEqual([true, true, false]);
  });

  test('an error that is not ours says nothing of a template', () => {
    expect(brokenByTemplate(new TypeError('x'), '{{ a }}', 1)).toBe(false);
  });
});
