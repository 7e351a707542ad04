import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicySources, mergePolicyFolders } from '../../src/policy/policy-sources.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse policies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

describe('loadPolicySources', () => {
  it('reads modules without tests, and mounts data where it stands', async () => {
    write({
      'main.rego': 'package a',
      'rules/x/x.rego': 'package x',
      'rules/x/x_test.rego': 'package x_test',
      'data.yaml': 'custom: {age: 90, kinds: [a]}',
      'custom/limits/data.json': '{"max": 5}',
      'notes.yaml': 'not: data',
      'README.md': 'text',
    });
    expect(await loadPolicySources(folder, { name: 'policies' })).toEqual({
      modules: { 'policies/main.rego': 'package a', 'policies/rules/x/x.rego': 'package x' },
      data: { custom: { age: 90, kinds: ['a'], limits: { max: 5 } } },
    });
    const { modules } = await loadPolicySources(folder, { tests: true });
    expect(Object.keys(modules)).toContain(join(folder, 'rules/x/x_test.rego'));
  });

  it('reads one file', async () => {
    write({ 'p/x.rego': 'package x', 'p/y.rego': 'package y' });
    expect(await loadPolicySources(join(folder, 'p/x.rego'), { name: 'p/x.rego' })).toEqual({
      modules: { 'p/x.rego': 'package x' },
      data: {},
    });
  });

  it('follows no symbolic link out of the folder, nor around in it', async () => {
    write({ 'p/x.rego': 'package x', 'elsewhere/y.rego': 'package y' });
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'p', 'linked'));
    symlinkSync(join(folder, 'p'), join(folder, 'p', 'self'));
    expect(Object.keys((await loadPolicySources(join(folder, 'p'), { name: 'p' })).modules)).toEqual(['p/x.rego']);
  });

  it('names what is not there', async () => {
    await expect(loadPolicySources(join(folder, 'none'))).rejects.toMatchObject({ code: 'ERR_POLICY_NOT_FOUND' });
  });

  it.each([
    ['YAML', 'data.yaml', 'a: [1', /^p\/data\.yaml:\d+:\d+: /],
    ['JSON', 'data.json', '{"a": ', /^p\/data\.json:\d+:\d+: /],
    ['a list', 'data.yaml', '- 1', /^p\/data\.yaml:1:1: expected a map of JSON values/],
    ['a key twice', 'data.yaml', 'a: 1\na: 2', /^p\/data\.yaml:2:1: /],
  ])('names the place of %s that cannot be read', async (_, name, text, message) => {
    write({ [name]: text });
    await expect(loadPolicySources(folder, { name: 'p' })).rejects.toMatchObject({
      code: 'ERR_POLICY_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['data.json', 200 * 1024 ** 2],
    ['custom/data.yaml', 3 * 1024 ** 2],
  ])('does not begin with %s of %d bytes', async (name, bytes) => {
    write({ [name]: '' });
    truncateSync(join(folder, name), bytes);
    await expect(loadPolicySources(folder, { name: 'p' })).rejects.toMatchObject({
      code: 'ERR_POLICY_INVALID',
      message: `p/${name}:1:1: ${bytes} bytes of data, expected at most ${name.endsWith('json') ? 33554432 : 2097152}`,
    });
  });

  it('does not unfold an alias bomb', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level++)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    write({ 'data.yaml': lines.join('\n') });
    await expect(loadPolicySources(folder, { name: 'p' })).rejects.toMatchObject({ code: 'ERR_POLICY_INVALID' });
  });
});

describe('mergePolicyFolders', () => {
  it('puts several folders together, the later data over the earlier', () => {
    expect(
      mergePolicyFolders([
        { modules: { a: '1' }, data: { custom: { x: 1, y: 1 } } },
        { modules: { b: '2' }, data: { custom: { y: 2 } } },
      ]),
    ).toEqual({ modules: { a: '1', b: '2' }, data: { custom: { x: 1, y: 2 } } });
    expect(mergePolicyFolders([])).toEqual({ modules: {}, data: {} });
  });
});
