import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileCached } from '../../src/policy/compile-cache.ts';
import { createRegoCompiler, type PolicySources } from '../../src/policy/compiler/compiler.ts';
import { defaultCacheFolder } from '../../src/policy/default-cache-folder.ts';

const SOURCES = { 'a.rego': 'package a\nx := 1\ny := 2' };

let folder: string;
let compilations: number;

const rego = createRegoCompiler();
afterAll(() => rego.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse cache-'));
  compilations = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

function compile(sources: PolicySources, entrypoints: readonly string[], cacheFolder: string | undefined = folder) {
  const counting = {
    compile: (...operands: Parameters<typeof rego.compile>) => {
      compilations += 1;
      return rego.compile(...operands);
    },
  };
  return compileCached({ compiler: counting, cacheFolder }, sources, entrypoints);
}

function onlyEntry(): string {
  const [entry, ...others] = readdirSync(folder);
  if (entry === undefined || others.length > 0) throw new Error(`expected one entry, found ${others.length + 1}`);
  return join(folder, entry);
}

describe('compileCached', () => {
  it('does not call the compiler a second time', async () => {
    const first = await compile(SOURCES, ['a/x']);
    expect(compilations).toBe(1);
    const second = await compile(SOURCES, ['a/x']);
    expect(compilations).toBe(1);
    expect(second).toEqual(first);
    expect(statSync(onlyEntry()).mode & 0o077).toBe(0);
  });

  const damages: readonly (readonly [string, (text: string) => string])[] = [
    ['cut short', (text) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['altered', (text) => text.replace('"entrypoints":["a/x"]', '"entrypoints":["a/y"]')],
    ['not JSON at all', () => 'nonsense'],
    ['with another checksum', (text) => `${'0'.repeat(64)}${text.slice(64)}`],
  ];

  it.each(damages)('compiles anew for an entry that is %s, and replaces it', async (_, damage) => {
    const first = await compile(SOURCES, ['a/x']);
    const file = onlyEntry();
    const intact = readFileSync(file, 'utf8');
    const damaged = damage(intact);
    expect(damaged).not.toBe(intact);
    writeFileSync(file, damaged);
    const second = await compile(SOURCES, ['a/x']);
    expect(compilations).toBe(2);
    expect(second).toEqual(first);
    expect(readFileSync(onlyEntry(), 'utf8')).toBe(intact);
  });

  it('tells sources and entry points apart, whatever the order of either', async () => {
    const sources = { 'a.rego': 'package a\nx := 1', 'b.rego': 'package b\ny := 1' };
    const turned = { 'b.rego': sources['b.rego'], 'a.rego': sources['a.rego'] };
    await compile(sources, ['a/x', 'b/y']);
    await compile(turned, ['b/y', 'a/x']);
    expect(readdirSync(folder)).toHaveLength(1);
    await compile(sources, ['a/x']);
    await compile({ ...sources, 'b.rego': 'package b\ny := 2' }, ['a/x']);
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('leaves nothing behind when compiling fails', async () => {
    await expect(compile({ 'a.rego': 'package' }, ['a/x'])).rejects.toMatchObject({
      code: 'ERR_POLICY_INVALID',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('works without a cache, and with one that cannot be written', async () => {
    const occupied = join(folder, 'file');
    writeFileSync(occupied, '');
    const [none, broken] = [
      await compileCached({ compiler: rego, cacheFolder: undefined }, SOURCES, ['a/x']),
      await compile(SOURCES, ['a/x'], join(occupied, 'below')),
    ];
    expect(none).toEqual(broken);
  });

  it('may be filled by several at once', async () => {
    const both = await Promise.all([compile(SOURCES, ['a/x']), compile(SOURCES, ['a/x'])]);
    expect(both[0]).toEqual(both[1]);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('defaultCacheFolder', () => {
  it('belongs to the user, never to a repository', () => {
    expect(defaultCacheFolder({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/lapse/policy');
    expect(defaultCacheFolder({ XDG_CACHE_HOME: '' })).toBe(join(homedir(), '.cache', 'lapse', 'policy'));
  });
});
