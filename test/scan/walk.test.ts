import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppError } from '../../src/errors.ts';
import { type Walk, type WalkOptions, walk } from '../../src/scan/walk.ts';
import { temporaryTree } from './temporary-tree.ts';

function walked(base: string, options: Partial<WalkOptions> = {}): Walk & { errors: readonly AppError[] } {
  const errors: AppError[] = [];
  const onError = (error: AppError) => void errors.push(error);
  return { ...walk({ base, start: '', exclude: [], gitignore: true, onError, ...options }), errors };
}

describe('lines that are of no use', () => {
  it('are told, of .lapseignore files and of what the configuration excludes', () => {
    const base = temporaryTree({
      '.gitignore': 'never/\n',
      '.lapseignore': '# samples\n\n*.log\n*.bak\r\n!keep.log\ndocs/\n',
      'd/.lapseignore': 'x.txt\ny.txt\n',
      'a.log': '',
      'docs/x': '',
      'd/x.txt': '',
      'gen/a': '',
    });
    const found = walked(base, { exclude: ['gen/', 'out/'] });
    expect(found.idleLines()).toEqual([
      { file: 'scan.exclude', line: 2, pattern: 'out/' },
      { file: '.lapseignore', line: 4, pattern: '*.bak' },
      { file: 'd/.lapseignore', line: 2, pattern: 'y.txt' },
    ]);
  });

  it.each([
    ['a.log', '.lapseignore:1 *.log'],
    ['build/deep/x.txt', '.gitignore:2 build/'],
    ['d/e/x.txt', 'd/.lapseignore:1 e/'],
    ['gen/a', 'scan.exclude:1 gen/'],
    ['d/keep.log', undefined],
    ['d/z.txt', undefined],
  ])('says what leaves out %s', (path, expected) => {
    const base = temporaryTree({
      '.gitignore': '\nbuild/\n',
      '.lapseignore': '*.log\n!keep.log\n',
      'd/.lapseignore': 'e/\n',
    });
    const line = walked(base, { exclude: ['gen/'] }).whatIgnores(path);
    expect(line && `${line.file}:${line.line} ${line.pattern}`).toBe(expected);
  });
});

describe('walk', () => {
  it('lists files in one order, dot files too, and never enters .git', () => {
    const base = temporaryTree({
      'b/2.txt': '',
      'b/10.txt': '',
      'a.txt': '',
      '.env': '',
      '.git/config': '',
      'sub/.git': 'gitdir: x',
      'B.txt': '',
    });
    expect(walked(base).paths).toEqual(['.env', 'B.txt', 'a.txt', 'b/10.txt', 'b/2.txt']);
  });

  it('does not read what lapse keeps itself, with git or without', () => {
    const base = temporaryTree({ '.lapse/store.key': '', 'd/.lapse/inventory.db': '', 'e/.lapse': '', a: '' });
    expect(walked(base, { gitignore: false }).paths).toEqual(['a', 'e/.lapse']);
    expect(walked(base).paths).toEqual(['a', 'e/.lapse']);
  });

  it.each([
    ['a pattern', { '.gitignore': '*.log\n' }, ['x.log', 'd/x.log'], ['x.txt', 'd/x.txt']],
    ['a directory', { '.gitignore': 'build/\n' }, ['build/x', 'd/build/y'], ['buildx', 'd/build.txt']],
    ['an anchored pattern', { '.gitignore': '/x\n' }, ['x'], ['d/x']],
    ['a negation', { '.gitignore': '*.log\n!keep.log\n' }, ['x.log'], ['keep.log', 'd/keep.log']],
    [
      'a negation below an ignored directory, which git does not honour',
      { '.gitignore': 'd/\n!d/keep\n' },
      ['d/keep'],
      ['e'],
    ],
    ['a nested file', { 'd/.gitignore': '*.log\n' }, ['d/x.log', 'd/e/x.log'], ['x.log']],
    [
      'a nested file that takes back',
      { '.gitignore': '*.log\n', 'd/.gitignore': '!x.log\n' },
      ['x.log', 'e/x.log'],
      ['d/x.log'],
    ],
    ['comments and CRLF', { '.gitignore': '# note\r\nx.log\r\n' }, ['x.log'], ['y.log']],
    ['.lapseignore', { '.lapseignore': 'fixtures/\n' }, ['fixtures/key'], ['src/key']],
    ['a nested .lapseignore', { 'd/.lapseignore': 'key\n' }, ['d/key'], ['key']],
  ])('honours %s', (_, ignoreFiles, ignored, kept) => {
    const base = temporaryTree({
      ...ignoreFiles,
      ...Object.fromEntries([...ignored, ...kept].map((path) => [path, 'x'])),
    });
    const { paths } = walked(base);
    expect(paths.filter((path) => ignored.includes(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(kept));
  });

  it('counts ignore files above the directory that it starts in', () => {
    const base = temporaryTree({ '.gitignore': 'd/*.log\n', 'd/x.log': '', 'd/y.txt': '', 'e/z': '' });
    expect(walked(base, { start: 'd' }).paths).toEqual(['d/y.txt']);
  });

  it('honours exclude and info/exclude, and reads no .gitignore when told so', () => {
    const base = temporaryTree({ '.gitignore': 'a\n', a: '', b: '', c: '' });
    expect(walked(base, { exclude: ['b'], gitExclude: 'c\n' }).paths).toEqual(['.gitignore']);
    expect(walked(base, { gitignore: false }).paths).toEqual(['.gitignore', 'a', 'b', 'c']);
  });

  it('takes .lapseignore from a trusted place instead of the disk', () => {
    const base = temporaryTree({ '.lapseignore': 'a\n', a: '', b: '' });
    expect(walked(base, { lapseIgnore: new Map([['', 'b\n']]) }).paths).toEqual(['.lapseignore', 'a']);
  });

  it('says of other paths whether .lapseignore or exclude leave them out', () => {
    const base = temporaryTree({ '.gitignore': 'a\n', '.lapseignore': 'd/\n', 'e/x': '' });
    const { excludes } = walked(base, { exclude: ['*.key'] });
    expect(['a', 'd/x', 'd/e/f', 'e/x', 'e/y.key'].map(excludes)).toEqual([false, true, true, false, true]);
  });

  it('follows no link: not in a cycle, not out of the tree, not to a file', () => {
    const outside = temporaryTree({ 'secret.txt': 'outside' });
    const base = temporaryTree({ 'd/x.txt': '' });
    symlinkSync(base, join(base, 'd', 'cycle'));
    symlinkSync('..', join(base, 'd', 'up'));
    symlinkSync(outside, join(base, 'out'));
    symlinkSync(join(outside, 'secret.txt'), join(base, 'file'));
    symlinkSync('nowhere', join(base, 'dangling'));
    expect(walked(base).paths).toEqual(['d/x.txt']);
  });

  it('lists names that look like patterns or options', () => {
    const names = ['[x]', '*', '-n', '{a,b}', 'a b', '!x', '#x', 'ü', "quote'"].sort();
    expect(walked(temporaryTree(Object.fromEntries(names.map((name) => [name, ''])))).paths).toEqual(names);
  });

  it('reports a directory that cannot be listed, and goes on', () => {
    const base = temporaryTree({ 'a/x': '', 'c/x': '' });
    const root = walked(base, { start: 'gone' });
    expect(root.paths).toEqual([]);
    expect(root.errors.map((error) => [error.code, error.message])).toEqual([
      ['ERR_SCAN_UNREADABLE', 'gone: cannot be read (ENOENT)'],
    ]);
  });

  it('reports a directory that was swapped for a file while it walked', () => {
    const base = temporaryTree({ 'a/x': '', 'b/x': '' });
    // Listing `a` reads its ignore file: that is when `b` is swapped.
    const swap = { get: () => swapped() } as unknown as ReadonlyMap<string, string>;
    const swapped = () => {
      rmSync(join(base, 'b'), { recursive: true, force: true });
      writeFileSync(join(base, 'b'), '');
      return undefined;
    };
    const { paths, errors } = walked(base, { lapseIgnore: swap });
    expect(paths).toEqual(['a/x']);
    expect(errors.map((error) => error.message)).toEqual(['b: cannot be read (ENOTDIR)']);
  });

  it('reports a directory without permission, and goes on', (test) => {
    if (process.getuid?.() === 0) test.skip('root may read everything');
    const base = temporaryTree({ 'a/x': '', 'c/x': '' });
    mkdirSync(join(base, 'b'));
    chmodSync(join(base, 'b'), 0);
    const { paths, errors } = walked(base);
    chmodSync(join(base, 'b'), 0o700);
    expect(paths).toEqual(['a/x', 'c/x']);
    expect(errors.map((error) => error.message)).toEqual(['b: cannot be read (EACCES)']);
  });
});
