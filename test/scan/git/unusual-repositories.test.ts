import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { DEFAULT_ARCHIVE_LIMITS } from '../../../src/scan/archives/archive-limits.ts';
import { blobOf, filesOfStaged } from '../../../src/scan/files-from-change.ts';
import { filesFromHead } from '../../../src/scan/files-from-tree.ts';
import { changedFiles } from '../../../src/scan/git/changed-files.ts';
import { type GitRepository, openRepository } from '../../../src/scan/git/open-repository.ts';
import type { ScannedFact } from '../../../src/scan/run.ts';
import { scanHistory } from '../../../src/scan/scan-history.ts';
import { type TestRepository, testRepository } from '../../support/repository.ts';
import { buildTar } from '../archives/build-tar.ts';
import { buildZip } from '../archives/build-zip.ts';
import { contentsOf, TEST_CONTEXT } from '../scan-all.ts';
import { temporaryTree } from '../temporary-tree.ts';

const secretLine = (name: string) => `db_password = "${['Qz7', name, '!tR4v'].join('')}"\n`;

function repositoryWith(files: Readonly<Record<string, string>>): TestRepository {
  const test = testRepository(files);
  onTestFinished(() => test.close());
  return test;
}

function opened(path: string): GitRepository {
  const repository = openRepository(path);
  if (repository === undefined) throw new Error('not opened');
  onTestFinished(() => repository.close());
  return repository;
}

/** Where secrets are in the history of what is at a path, what could not be read, and how much was. */
async function historyAt(path: string) {
  const facts: ScannedFact[] = [];
  const { result, contents } = await scanHistory({
    history: { repository: opened(path) },
    scanners: [secretsScanner],
    context: TEST_CONTEXT,
    archives: DEFAULT_ARCHIVE_LIMITS,
    sink: async (batch) => void facts.push(...batch),
  });
  const places = facts.flatMap((fact) =>
    fact.kind === 'secret'
      ? fact.body.locations.map((at) => `${at.path}:${at.line}${fact.body.inHead ? '' : ' (gone)'}`)
      : [],
  );
  return { places: places.sort(), problems: result.problems.map(({ message }) => message), contents };
}

/** A secret that came and went. */
function withPast(files: Readonly<Record<string, string>> = {}): TestRepository {
  const test = repositoryWith({ ...files, 'app.env': secretLine('a') });
  test.write({ 'app.env': '# empty\n' });
  test.commit('removed');
  return test;
}

const GONE = { places: ['app.env:1 (gone)'], problems: [], contents: 2 };

describe('history is read', () => {
  it('of a bare repository, also of one that has nothing but packs', async () => {
    const test = withPast();
    const bare = temporaryTree();
    test.git('clone', '--quiet', '--bare', test.path, bare);
    expect(opened(bare).bare).toBe(true);
    expect(await historyAt(bare)).toEqual(GONE);
    execFileSync('git', ['-C', bare, 'gc', '--quiet', '--aggressive', '--prune=now'], { stdio: 'ignore' });
    expect(await historyAt(bare)).toEqual(GONE);
    expect(await contentsOf(filesFromHead({ repository: opened(bare) }))).toEqual({ 'app.env': '# empty\n' });
  });

  it('of a bare repository before its first commit', async () => {
    const bare = temporaryTree();
    execFileSync('git', ['init', '--quiet', '--bare', bare]);
    expect(await historyAt(bare)).toEqual({ places: [], problems: [], contents: 0 });
  });

  it('of a submodule by itself: the repository around it has only its commit', async () => {
    const inner = withPast();
    const outer = repositoryWith({ 'readme.md': 'text\n' });
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.path, 'lib');
    outer.commit('submodule');
    expect(await historyAt(outer.path)).toMatchObject({ places: [], problems: [] });
    const lib = join(outer.path, 'lib');
    expect(opened(lib)).toMatchObject({ toplevel: lib, bare: false });
    expect(await historyAt(lib)).toEqual(GONE);
    writeFileSync(join(lib, 'new.env'), secretLine('b'));
    execFileSync('git', ['-C', lib, 'add', '--all']);
    expect((await filesOfStaged({ repository: opened(lib) })).now.map(({ path }) => path)).toEqual(['new.env']);
    expect((await filesOfStaged({ repository: opened(outer.path) })).now).toEqual([]);
  });

  it('of a clone that borrows the objects of another one', async () => {
    const test = withPast();
    const clone = join(temporaryTree(), 'clone');
    test.git('clone', '--quiet', '--shared', test.path, clone);
    expect(readdirSync(join(clone, '.git', 'objects'))).toEqual(['info', 'pack']);
    expect(await historyAt(clone)).toEqual(GONE);
    test.close();
    const { places, problems } = await historyAt(clone);
    expect(places).toEqual([]);
    expect(problems).not.toEqual([]);
  });

  it('as it is, not as replacements of commits, trees or contents show it', async () => {
    const test = withPast();
    const clean = test.git('rev-parse', 'HEAD:app.env');
    const first = test.git('rev-list', '--max-parents=0', 'HEAD');
    test.git('replace', test.git('rev-parse', `${first}:app.env`), clean);
    test.git('replace', '--graft', 'HEAD');
    expect(test.git('log', '--format=%H').split('\n')).toHaveLength(1);
    expect((await historyAt(test.path)).places).toEqual(GONE.places);
  });

  it('through grafts of an old kind', async () => {
    const test = withPast();
    writeFileSync(join(test.path, '.git', 'info', 'grafts'), `${test.git('rev-parse', 'HEAD')}\n`);
    expect(await historyAt(test.path)).toEqual(GONE);
  });

  it('into archives that are gone', async () => {
    const test = repositoryWith({ 'readme.md': 'text\n' });
    const members = [{ name: 'etc/app.env', content: secretLine('a') }];
    writeFileSync(join(test.path, 'app.zip'), buildZip(members));
    writeFileSync(join(test.path, 'layer.tgz'), gzipSync(buildTar(members)));
    test.commit('archives');
    test.git('rm', '--quiet', 'app.zip');
    test.commit('removed');
    expect(await historyAt(test.path)).toMatchObject({
      places: ['app.zip!/etc/app.env:1 (gone)', 'layer.tgz!/etc/app.env:1'],
      problems: [],
    });
  });
});

describe('a repository with a hostile configuration', () => {
  /** Programs that git would run for attributes, for a changed index and for a commit that is signed. */
  function armed(): { readonly test: TestRepository; readonly ran: () => readonly string[] } {
    const marks = temporaryTree();
    const test = withPast({ '.gitattributes': '* filter=evil diff=evil\n' });
    const run = (name: string) => JSON.stringify(`sh -c "touch '${join(marks, name)}'; cat"`);
    const hook = join(test.path, '.git', 'hooks', 'post-index-change');
    writeFileSync(hook, `#!/bin/sh\ntouch '${join(marks, 'hook')}'\n`);
    chmodSync(hook, 0o755);
    appendFileSync(
      join(test.path, '.git', 'config'),
      `[core]\n\tfsmonitor = ${run('fsmonitor')}\n\tpager = ${run('pager')}\n\talternateRefsCommand = ${run('refs')}\n` +
        `[filter "evil"]\n\tclean = ${run('clean')}\n\tsmudge = ${run('smudge')}\n` +
        `[diff]\n\texternal = ${run('diff')}\n[diff "evil"]\n\ttextconv = ${run('textconv')}\n` +
        `[log]\n\tshowSignature = true\n[gpg]\n\tprogram = ${run('gpg')}\n`,
    );
    return { test, ran: () => readdirSync(marks) };
  }

  it('runs nothing when its history or what is staged is read', async () => {
    const { test, ran } = armed();
    expect((await historyAt(test.path)).places).toEqual(GONE.places);
    const repository = opened(test.path);
    expect(await changedFiles(repository, 'HEAD~1', { index: true })).toHaveLength(1);
    expect((await filesOfStaged({ repository })).now).toEqual([]);
    expect(ran()).toEqual([]);
    // It is a trap for git itself.
    test.git('status');
    expect(ran()).not.toEqual([]);
  });

  it('runs nothing when it is bare, either', async () => {
    const { test, ran } = armed();
    const bare = temporaryTree();
    execFileSync('git', ['clone', '--quiet', '--bare', '--template=', test.path, bare], { stdio: 'ignore' });
    writeFileSync(join(bare, 'config'), execFileSync('cat', [join(test.path, '.git', 'config')]));
    const before = ran().length;
    expect((await historyAt(bare)).places).toEqual(GONE.places);
    expect(ran()).toHaveLength(before);
  });
});

it('the index gives contents that are on no disk', async () => {
  const test = repositoryWith({ 'a.txt': 'one\n' });
  test.write({ 'a.txt': 'two\n' });
  test.git('add', '--all');
  test.write({ 'a.txt': 'three\n' });
  const repository = opened(test.path);
  const [change] = await changedFiles(repository, 'HEAD', { index: true });
  const refs = change === undefined ? [] : blobOf(change);
  const files = {
    scopes: [],
    maxFileSize: 1_000,
    repository,
    files: async function* () {
      yield* refs;
    },
  };
  expect(await contentsOf(files)).toEqual({ 'a.txt': 'two\n' });
});
