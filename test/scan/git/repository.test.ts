import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesFromIndex, filesFromTree } from '../../../src/scan/files-from-tree.ts';
import { BlobReader } from '../../../src/scan/git/blob-reader.ts';
import { changedFiles } from '../../../src/scan/git/changed-files.ts';
import { listIndex, listTree } from '../../../src/scan/git/list-tree.ts';
import { mergeBase } from '../../../src/scan/git/merge-base.ts';
import { type GitRepository, openRepository } from '../../../src/scan/git/open-repository.ts';
import { origin, repositoryName } from '../../../src/scan/git/origin.ts';
import { readBlob } from '../../../src/scan/git/read-blob.ts';
import { resolveCommit } from '../../../src/scan/git/resolve-commit.ts';
import { runGit } from '../../../src/scan/git/run-git.ts';
import { type TestRepository, testRepository } from '../../support/repository.ts';
import { contentsOf } from '../scan-all.ts';
import { temporaryTree } from '../temporary-tree.ts';

function opened(path: string, indexFile?: string): GitRepository {
  const repository = openRepository(path, indexFile);
  if (repository === undefined) throw new Error('not opened');
  onTestFinished(() => repository.close());
  return repository;
}

function repositoryWith(files: Readonly<Record<string, string>>): { test: TestRepository; repository: GitRepository } {
  const test = testRepository(files);
  onTestFinished(() => test.close());
  return { test, repository: opened(test.path) };
}

describe('opening', () => {
  it('finds the repository from a file or directory inside of it', () => {
    const { test } = repositoryWith({ 'd/e/f.txt': '' });
    expect(opened(join(test.path, 'd', 'e')).toplevel).toBe(test.path);
    expect(opened(join(test.path, 'd', 'e', 'f.txt')).toplevel).toBe(test.path);
  });

  it('finds none where there is none, or only something called .git', () => {
    expect(openRepository(temporaryTree({ x: '' }))).toBeUndefined();
    expect(openRepository(temporaryTree({ '.git': 'no such line' }))).toBeUndefined();
    expect(openRepository('/no/such/place')).toBeUndefined();
  });

  it('works in a linked work tree', async () => {
    const { test } = repositoryWith({ x: 'one' });
    const linked = join(temporaryTree(), 'linked');
    test.git('worktree', 'add', '--quiet', '-b', 'side', linked);
    writeFileSync(join(linked, 'x'), 'two');
    test.git('-C', linked, 'commit', '--quiet', '-am', 'two');
    const repository = opened(linked);
    expect(repository.toplevel).toBe(linked);
    expect(await contentsOf(filesFromTree('HEAD', { repository }))).toEqual({ x: 'two' });
    expect(await contentsOf(filesFromTree('main', { repository }))).toEqual({ x: 'one' });
  });

  it('works with packed objects and references, in detached HEAD and with SHA-256', async () => {
    const { test, repository } = repositoryWith({ x: 'one' });
    test.git('gc', '--quiet');
    test.git('pack-refs', '--all');
    expect(await contentsOf(filesFromTree('main', { repository }))).toEqual({ x: 'one' });
    test.git('checkout', '--quiet', '--detach');
    expect(await contentsOf(filesFromTree('HEAD', { repository: opened(test.path) }))).toEqual({ x: 'one' });
    const other = temporaryTree({ y: 'two' });
    test.git('init', '--quiet', '--object-format=sha256', other);
    test.git('-C', other, 'add', '.');
    test.git('-C', other, 'commit', '--quiet', '-m', 'two');
    expect(await resolveCommit(opened(other), 'HEAD')).toMatch(/^[0-9a-f]{64}$/);
    expect(await changedFiles(opened(other), 'HEAD', { workingTree: ['y'] })).toEqual([]);
  });

  it('uses the index that a hook names', async () => {
    const { test } = repositoryWith({ x: 'one' });
    test.write({ x: 'two' });
    const index = join(test.path, '.git', 'other-index');
    test.git('read-tree', 'HEAD', `--index-output=${index}`);
    test.git('add', 'x');
    expect(await contentsOf(filesFromIndex({ repository: opened(test.path) }))).toEqual({ x: 'two' });
    expect(await contentsOf(filesFromIndex({ repository: opened(test.path, '.git/other-index') }))).toEqual({
      x: 'one',
    });
  });
});

describe('origin', () => {
  it.each([
    ['git@github.com:acme/shop.git', 'acme/shop'],
    ['https://github.com/acme/shop', 'acme/shop'],
    ['https://user:password@github.com/acme/shop.git/', 'acme/shop'],
    ['ssh://git@example.com:2222/group/sub/shop.git', 'group/sub/shop'],
    ['host:acme/shop', 'acme/shop'],
    ['/srv/git/acme/shop.git', undefined],
    ['file:///srv/git/shop.git', undefined],
    ['../shop', undefined],
    ['https://example.com/shop', undefined],
    ['https://example.com/a/b?x=$(y)', undefined],
    ['', undefined],
  ])('reads %s as %s', (url, name) => {
    expect(repositoryName(url)).toBe(name);
  });

  it('reads the address from the configuration without following what it includes', () => {
    const { test, repository } = repositoryWith({});
    expect(origin(repository)).toBeUndefined();
    test.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    const opened = openRepository(test.path);
    onTestFinished(() => opened?.close());
    expect(opened && origin(opened)).toBe('acme/shop');
  });
});

describe('commits', () => {
  it('finds where two branches parted', async () => {
    const { test, repository } = repositoryWith({ x: '1' });
    const parted = test.git('rev-parse', 'HEAD');
    test.git('checkout', '--quiet', '-b', 'side');
    test.write({ y: '1' });
    const side = test.commit('side');
    test.git('checkout', '--quiet', 'main');
    test.write({ z: '1' });
    test.commit('main');
    expect(await mergeBase(repository, 'main', 'side')).toBe(parted);
    expect(await mergeBase(repository, side, side)).toBe(side);
  });

  it('says that two histories have nothing in common', async () => {
    const { test, repository } = repositoryWith({ x: '1' });
    test.git('checkout', '--quiet', '--orphan', 'other');
    test.commit('other');
    await expect(mergeBase(repository, 'main', 'other')).rejects.toMatchObject({
      code: 'ERR_SCAN_GIT',
      message: '"main" and "other" have no commit in common',
    });
  });

  it('passes on what git says, as one harmless line', async () => {
    const { repository } = repositoryWith({});
    await expect(runGit(repository, ['cat-file', 'blob', 'x\u001b[31m'])).rejects.toMatchObject({
      message: expect.stringMatching(/^git cat-file failed: [ -~]+$/),
    });
  });
});

describe('trees', () => {
  const odd = { 'd/ü b.txt': '1', 'line\nend': '2', '-n': '3', 'a\tb': '4' };

  it('lists files with any name, and no links or submodules', async () => {
    const { test, repository } = repositoryWith(odd);
    test.git('update-index', '--add', '--cacheinfo', `160000,${test.git('rev-parse', 'HEAD')},module`);
    test.git('update-index', '--add', '--cacheinfo', `120000,${test.git('rev-parse', 'HEAD:-n')},link`);
    test.git('commit', '--quiet', '-m', 'link');
    const names = Object.keys(odd).sort();
    expect((await listTree(repository, 'HEAD')).map((entry) => entry.path).sort()).toEqual(names);
    expect((await listIndex(repository)).map((entry) => entry.path).sort()).toEqual(names);
    expect(await contentsOf(filesFromTree('HEAD', { repository }))).toEqual(odd);
  });

  it('reads one file of a commit, by exactly its path', async () => {
    const { repository } = repositoryWith({ 'd/x': 'one', '*': 'star', ':x': 'colon' });
    const read = async (path: string) => (await readBlob(repository, 'HEAD', path))?.toString();
    expect(await read('d/x')).toBe('one');
    expect(await read('*')).toBe('star');
    expect(await read(':x')).toBe('colon');
    expect(await Promise.all([read('d'), read('?'), read('../x'), read('no'), read('')])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('gives only the files that are asked for, with the commit', async () => {
    const { test, repository } = repositoryWith({ a: '1', b: '2', c: '3' });
    expect(await contentsOf(filesFromTree('HEAD', { repository, paths: ['a', 'c', 'no'], exclude: ['c'] }))).toEqual({
      a: '1',
    });
    const commits: (string | undefined)[] = [];
    for await (const file of filesFromTree('HEAD', { repository }).files({
      problem: () => undefined,
    }))
      commits.push(file.from === 'blob' ? file.commit : undefined);
    expect(new Set(commits)).toEqual(new Set([test.git('rev-parse', 'HEAD')]));
  });

  it('reads many blobs, large ones and none, one after the other', async () => {
    const large = 'line\n'.repeat(400_000);
    const { test, repository } = repositoryWith({ large, empty: '', small: 'x' });
    const reader = new BlobReader(repository);
    onTestFinished(() => reader.close());
    const limits = { whole: 10_000_000, head: 10 };
    const hash = (path: string) => test.git('rev-parse', `HEAD:${path}`);
    const read = async (path: string) => (await reader.read(hash(path), limits))?.bytes.toString();
    expect(await read('small')).toBe('x');
    expect(await read('empty')).toBe('');
    expect((await read('large')) === large).toBe(true);
    const start = await reader.read(hash('large'), { whole: 20, head: 10 });
    expect([start?.size, start?.bytes.toString()]).toEqual([large.length, large.slice(0, 10)]);
    const several = await Promise.all(['small', 'large', 'empty', 'small'].map(read));
    expect(several.map((text) => text?.length)).toEqual([1, large.length, 0, 1]);
    expect(await reader.read('0'.repeat(40), limits)).toBeUndefined();
    expect(await reader.read(test.git('rev-parse', 'HEAD'), limits)).toBeUndefined();
    expect(await read('small')).toBe('x');
    await expect(reader.read('HEAD', limits)).rejects.toMatchObject({ code: 'ERR_SCAN_GIT' });
  });
});

/** What changed, without hashes. */
async function changesOf(...args: Parameters<typeof changedFiles>) {
  return (await changedFiles(...args)).map(({ path, status }) => ({ path, status }));
}

describe('changed files', () => {
  it('compares with a commit, the index and the files on disk', async () => {
    const { test, repository } = repositoryWith({
      same: '1',
      edited: '1',
      gone: '1',
      'd/moved': 'a long enough content to be called a rename',
    });
    test.write({ edited: '2', added: '1', 'd/renamed': 'a long enough content to be called a rename' });
    test.remove('gone');
    test.remove('d/moved');
    const expected = [
      { path: 'added', status: 'added' },
      { path: 'd/moved', status: 'deleted' },
      { path: 'd/renamed', status: 'added' },
      { path: 'edited', status: 'modified' },
      { path: 'gone', status: 'deleted' },
    ];
    expect(await changesOf(repository, 'HEAD', { workingTree: ['same', 'edited', 'added', 'd/renamed'] })).toEqual(
      expected,
    );
    test.git('add', '--all');
    expect(await changesOf(repository, 'HEAD', { index: true })).toEqual(expected);
    test.git('commit', '--quiet', '-m', 'changes');
    expect(await changesOf(repository, 'HEAD~1', { commit: 'HEAD' })).toEqual(expected);
    expect(await changesOf(repository, 'HEAD', { commit: 'HEAD' })).toEqual([]);
  });

  it('sees a change that keeps size and time, and a file that became a directory', async () => {
    const { test, repository } = repositoryWith({ x: 'aaaa', y: '1' });
    writeFileSync(join(test.path, 'x'), 'bbbb');
    rmSync(join(test.path, 'y'));
    mkdirSync(join(test.path, 'y'));
    writeFileSync(join(test.path, 'y', 'z'), '');
    expect(await changesOf(repository, 'HEAD', { workingTree: ['x', 'y/z'] })).toEqual([
      { path: 'x', status: 'modified' },
      { path: 'y', status: 'deleted' },
      { path: 'y/z', status: 'added' },
    ]);
  });

  it('counts a file that became a link as deleted', async () => {
    const { test, repository } = repositoryWith({ x: '1' });
    const blob = test.git('rev-parse', 'HEAD:x');
    test.git('update-index', '--cacheinfo', `120000,${blob},x`);
    expect(await changesOf(repository, 'HEAD', { index: true })).toEqual([{ path: 'x', status: 'deleted' }]);
  });
});
