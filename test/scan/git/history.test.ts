import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { filesOfStaged } from '../../../src/scan/files-from-change.ts';
import { filesOfWorkingTree } from '../../../src/scan/files-from-dirty-tree.ts';
import { filesFromHistory, type HistoryFilesOptions } from '../../../src/scan/files-from-history.ts';
import { filesFromWorkingTree, listWorkingTree } from '../../../src/scan/files-from-working-tree.ts';
import { changedFiles } from '../../../src/scan/git/changed-files.ts';
import { history } from '../../../src/scan/git/history.ts';
import { listIndex } from '../../../src/scan/git/list-tree.ts';
import { type GitRepository, openRepository } from '../../../src/scan/git/open-repository.ts';
import type { ScannedFact } from '../../../src/scan/run.ts';
import { type HistoryScanOptions, scanHistory } from '../../../src/scan/scan-history.ts';
import { openContentMemory } from '../../../src/store/content-memory.ts';
import { type TestRepository, testRepository } from '../../support/repository.ts';
import { contentsOf, scanAll, TEST_CONTEXT } from '../scan-all.ts';
import { temporaryTree } from '../temporary-tree.ts';

function repositoryWith(files: Readonly<Record<string, string>>): { test: TestRepository; repository: GitRepository } {
  const test = testRepository(files);
  const repository = openRepository(test.path);
  if (repository === undefined) throw new Error('not opened');
  onTestFinished(() => {
    repository.close();
    test.close();
  });
  return { test, repository };
}

/** What a search of history finds. */
async function historyOf(
  repository: GitRepository,
  options: Partial<HistoryScanOptions> = {},
  part: Omit<HistoryFilesOptions, 'repository'> = {},
) {
  const facts: ScannedFact[] = [];
  const scan = await scanHistory({
    history: { repository, ...part },
    scanners: [secretsScanner],
    context: TEST_CONTEXT,
    sink: async (batch) => void facts.push(...batch),
    ...options,
  });
  return { ...scan, facts };
}

/** A password that no rule but the generic one knows. */
const secretLine = (name: string) => `db_password = "${['Qz7', name, '!tR4v'].join('')}"\n`;

describe('history', () => {
  it('names files whose names are no UTF-8 as the working tree does', async () => {
    const { test, repository } = repositoryWith({ x: '' });
    // Node.js removes no such names.
    onTestFinished(() => void execFileSync('rm', ['-rf', test.path]));
    const at = (...parts: readonly (string | number)[]) =>
      Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));
    mkdirSync(at(test.path, '/d', 0x80));
    const names = ['\\xe4.env', 'd\\x80/\\xff.env', 'd\\x80/ignored.env'];
    writeFileSync(at(test.path, '/', 0xe4, '.env'), secretLine('a'));
    writeFileSync(at(test.path, '/d', 0x80, '/', 0xff, '.env'), secretLine('b'));
    writeFileSync(at(test.path, '/d', 0x80, '/ignored.env'), secretLine('c'));
    writeFileSync(join(test.path, '.gitignore'), 'ignored.env\n');
    test.git('add', '--all', '--force');
    expect((await listIndex(repository)).map(({ path }) => path)).toEqual(expect.arrayContaining(names));
    expect((await filesOfStaged({ repository })).now.map(({ path }) => path)).toEqual(expect.arrayContaining(names));
    test.commit('names');

    const { facts, result } = await historyOf(repository);
    expect(result.problems).toEqual([]);
    const found = facts.flatMap((fact) => (fact.kind === 'secret' ? fact.body.locations : []));
    expect(found.map(({ path }) => path).sort()).toEqual(names);
    // What git tracks is read though it is ignored, and nothing of it has changed.
    expect(Object.keys(await contentsOf(filesFromWorkingTree({ base: test.path, repository })))).toEqual([
      '.gitignore',
      ...names,
      'x',
    ]);
    const base = { base: test.path, repository };
    const paths = await listWorkingTree(base, (error) => expect.unreachable(error.message));
    expect(await changedFiles(repository, 'HEAD', { workingTree: paths })).toEqual([]);
    expect(Object.keys(await contentsOf(filesFromWorkingTree({ ...base, paths: names })))).toEqual(names);

    writeFileSync(at(test.path, '/d', 0x80, '/', 0xff, '.env'), secretLine('d'));
    const { now } = await filesOfWorkingTree({ repository });
    expect(now).toMatchObject([{ path: 'd\\x80/\\xff.env', absolute: at(test.path, '/d', 0x80, '/', 0xff, '.env') }]);
  });

  it('has each content once, with the commit that brought it and the one that took it away', async () => {
    const { test, repository } = repositoryWith({ a: 'one' });
    const base = test.git('rev-parse', 'HEAD');
    test.write({ a: 'two', copy: 'one' });
    const second = test.commit('second');
    test.remove('copy');
    const third = test.commit('third');
    const { blobs } = await history(repository);
    const told = blobs.map(({ places }) =>
      places.map(({ path, addedBy, removedBy }) => [path, addedBy.hash, removedBy?.hash]),
    );
    expect(told).toEqual([
      [
        ['a', base, second],
        ['copy', second, third],
      ],
      [['a', second, undefined]],
    ]);
    expect(blobs[0]?.places[0]?.addedBy).toMatchObject({
      author: 'Mira Holt <mira@acme.example>',
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('reads branches, merges, and what only a merge brought', async () => {
    const { test, repository } = repositoryWith({ x: '1' });
    test.git('checkout', '--quiet', '-b', 'side');
    test.write({ y: 'side' });
    test.commit('side');
    test.git('checkout', '--quiet', 'main');
    test.write({ z: 'main' });
    test.commit('main');
    test.git('merge', '--quiet', '--no-ff', '--no-commit', 'side');
    test.write({ evil: 'only in the merge' });
    const merge = test.commit('merge');
    const places = (await history(repository)).blobs.flatMap((blob) => blob.places);
    expect(places.map(({ path }) => path).sort()).toEqual(['evil', 'x', 'y', 'z']);
    expect(places.find(({ path }) => path === 'evil')?.addedBy.hash).toBe(merge);
  });

  it('takes paths by their place, whatever they look like', async () => {
    const name = `:100644 100644 ${'0'.repeat(40)} ${'1'.repeat(40)} A`;
    const { repository } = repositoryWith({ [name]: '1', '\u0001abc': '2', 'a\nb': '3' });
    const { blobs } = await history(repository);
    expect(blobs.flatMap(({ places }) => places.map(({ path }) => path)).sort()).toEqual(
      ['\u0001abc', name, 'a\nb'].sort(),
    );
  });

  it('tells a secret once per file: where it came in, whether it is still there, what took it away', async () => {
    const { test, repository } = repositoryWith({ 'app.env': `# app\n${secretLine('a')}` });
    const first = test.git('rev-parse', 'HEAD');
    test.write({ 'app.env': `# app\n# more\n${secretLine('a')}`, 'kept.env': secretLine('b') });
    const second = test.commit('edited');
    test.write({ 'app.env': '# empty\n' });
    const third = test.commit('removed');
    const present = await scanAll([filesFromWorkingTree({ base: test.path, repository })], [secretsScanner]);
    const past = await historyOf(repository);
    const facts = [...present.facts, ...past.facts];
    const told = facts.map((fact) =>
      fact.kind === 'secret'
        ? { unit: fact.unit, inHead: fact.body.inHead, locations: fact.body.locations }
        : undefined,
    );
    const author = 'Mira Holt <mira@acme.example>';
    expect(told).toEqual([
      { unit: 'kept.env', inHead: true, locations: [{ path: 'kept.env', line: 1, column: 16, endColumn: 25 }] },
      {
        unit: 'history:app.env',
        inHead: false,
        locations: [
          {
            path: 'app.env',
            line: 2,
            column: 16,
            endColumn: 25,
            commit: first,
            author,
            date: expect.any(String),
            removedBy: third,
          },
        ],
      },
      {
        unit: 'history:kept.env',
        inHead: true,
        locations: [
          { path: 'kept.env', line: 1, column: 16, endColumn: 25, commit: second, author, date: expect.any(String) },
        ],
      },
    ]);
    expect(past.result.problems).toEqual([]);
  });

  it('is not read by scanners that look at the present only', async () => {
    const { repository } = repositoryWith({ x: '1' });
    const seen: string[] = [];
    const scanner = {
      id: 'now',
      title: 'now',
      recognise: () => 'any',
      read: async (file: { path: string }) => void seen.push(file.path),
    };
    const { result } = await historyOf(repository, { scanners: [scanner] });
    expect(seen).toEqual([]);
    expect(result.files.read).toBe(0);
  });

  it('is empty before the first commit', async () => {
    const { test, repository } = repositoryWith({});
    test.git('update-ref', '-d', 'HEAD');
    expect((await scanAll([filesFromHistory({ repository })], [secretsScanner])).result.files.seen).toBe(0);
  });

  it('reads a content once in its life, and tells anew where it is after history was rewritten', async () => {
    const { test, repository } = repositoryWith({ 'app.env': secretLine('a') });
    const place = join(temporaryTree(), 'contents.db');
    const scan = async (revision: string) => {
      const memory = openContentMemory(place, revision);
      const { facts, result } = await historyOf(repository, { memory });
      memory.close();
      const [fact] = facts;
      return { read: result.files.read, commit: fact?.kind === 'secret' ? fact.body.locations[0]?.commit : undefined };
    };
    const first = test.git('rev-parse', 'HEAD');
    expect(await scan('one')).toEqual({ read: 1, commit: first });
    expect(await scan('one')).toEqual({ read: 0, commit: first });
    test.write({ other: 'new' });
    test.commit('second');
    expect(await scan('one')).toEqual({ read: 1, commit: first });
    test.git('checkout', '--quiet', '--orphan', 'squashed');
    const squashed = test.commit('squashed');
    test.git('branch', '--quiet', '-D', 'main');
    expect(await scan('one')).toEqual({ read: 0, commit: squashed });
    expect(await scan('another rule')).toEqual({ read: 2, commit: squashed });
    writeFileSync(place, 'no database');
    expect(await scan('one')).toEqual({ read: 2, commit: squashed });
  }, 60_000);

  it('searches the older entries of the stash, and says that a shallow clone is cut off', async () => {
    const { test, repository } = repositoryWith({ x: '1' });
    for (const content of ['stashed first', 'stashed second']) {
      test.write({ x: content });
      test.git('stash', '--quiet');
    }
    expect((await history(repository)).blobs).toHaveLength(3);
    const clone = join(temporaryTree(), 'clone');
    test.write({ x: '2' });
    test.commit('second');
    test.git('clone', '--quiet', '--depth=1', `file://${test.path}`, clone);
    const shallow = openRepository(clone);
    onTestFinished(() => shallow?.close());
    const { result } = await historyOf(shallow ?? repository, { scanners: [] });
    expect(result.notices.map(({ message }) => message)).toEqual([expect.stringContaining('shallow clone')]);
  });
});
