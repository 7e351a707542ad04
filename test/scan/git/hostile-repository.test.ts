import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesFromHistory } from '../../../src/scan/files-from-history.ts';
import { filesFromIndex, filesFromTree } from '../../../src/scan/files-from-tree.ts';
import { filesFromWorkingTree, listWorkingTree } from '../../../src/scan/files-from-working-tree.ts';
import { changedFiles } from '../../../src/scan/git/changed-files.ts';
import { history } from '../../../src/scan/git/history.ts';
import { mergeBase } from '../../../src/scan/git/merge-base.ts';
import { type GitRepository, openRepository } from '../../../src/scan/git/open-repository.ts';
import { origin } from '../../../src/scan/git/origin.ts';
import { readBlob } from '../../../src/scan/git/read-blob.ts';
import { type TestRepository, testRepository } from '../../support/repository.ts';
import { readingScanner, scanAll } from '../scan-all.ts';
import { temporaryTree } from '../temporary-tree.ts';

/** Everything a repository's own configuration can name that git would run, each with a marker file of its own. */
function armed(): { test: TestRepository; markers: string; missing: string } {
  const markers = temporaryTree();
  const test = testRepository({ 'a.txt': 'one\n', 'b.txt': 'two\n', 'lost.txt': 'lost\n' });
  onTestFinished(() => test.close());
  const mark = (name: string) => `touch '${join(markers, name)}'; cat`;
  const run = (name: string) => `sh -c "touch '${join(markers, name)}'"`;
  const missing = test.git('rev-parse', 'HEAD:lost.txt');
  test.write({ '.gitattributes': '* filter=evil diff=evil\n', 'a.txt': 'changed\n' });
  test.commit('attributes');
  appendFileSync(
    join(test.path, '.git', 'config'),
    `[core]
	fsmonitor = ${JSON.stringify(run('fsmonitor'))}
	hooksPath = hooks
	pager = ${JSON.stringify(mark('pager'))}
	editor = ${JSON.stringify(run('editor'))}
	askPass = ${JSON.stringify(run('askpass'))}
	sshCommand = ${JSON.stringify(run('ssh'))}
	gitProxy = ${JSON.stringify(run('proxy'))}
	alternateRefsCommand = ${JSON.stringify(run('alternate-refs'))}
[filter "evil"]
	clean = ${JSON.stringify(mark('clean'))}
	smudge = ${JSON.stringify(mark('smudge'))}
	required = true
[diff]
	external = ${JSON.stringify(run('external-diff'))}
[diff "evil"]
	command = ${JSON.stringify(run('diff-command'))}
	textconv = ${JSON.stringify(run('textconv'))}
[log]
	showSignature = true
[gpg]
	program = ${JSON.stringify(run('gpg'))}
[credential]
	helper = ${JSON.stringify(`!${run('credential')}`)}
[uploadpack]
	packObjectsHook = ${JSON.stringify(run('pack-objects'))}
[alias]
	rev-parse = ${JSON.stringify(`!${run('alias')}`)}
[protocol "ext"]
	allow = always
[extensions]
	partialClone = origin
[remote "origin"]
	url = ${JSON.stringify(`ext::sh -c touch% '${join(markers, 'fetch').replaceAll(' ', '% ')}'`)}
	promisor = true
	partialCloneFilter = blob:none
[include]
	path = included
`,
  );
  writeFileSync(join(test.path, '.git', 'included'), `[core]\n\tfsmonitor = ${JSON.stringify(run('included'))}\n`);
  mkdirSync(join(test.path, 'hooks'));
  for (const hook of ['post-index-change', 'reference-transaction', 'pre-auto-gc', 'post-checkout', 'post-merge']) {
    writeFileSync(join(test.path, 'hooks', hook), `#!/bin/sh\ntouch '${join(markers, hook)}'\n`);
    chmodSync(join(test.path, 'hooks', hook), 0o755);
  }
  // The index knows these files by times that are no longer theirs: git would compare contents, through the filter.
  utimesSync(join(test.path, 'a.txt'), new Date(), new Date());
  rmSync(join(test.path, '.git', 'objects', missing.slice(0, 2), missing.slice(2)));
  return { test, markers, missing };
}

function ran(markers: string): readonly string[] {
  return readdirSync(markers).sort();
}

describe('a hostile repository', () => {
  it('is a trap for git itself', () => {
    const { test, markers, missing } = armed();
    for (const args of [['status'], ['diff', 'HEAD'], ['cat-file', '-p', missing]]) {
      try {
        execFileSync('git', args, {
          cwd: test.path,
          stdio: 'ignore',
          env: { PATH: process.env.PATH, HOME: test.path },
        });
      } catch {
        // That it fails is no matter: what it runs before it does is.
      }
    }
    expect(ran(markers)).toEqual(expect.arrayContaining(['clean', 'fetch']));
    expect(ran(markers).filter((name) => ['fsmonitor', 'included'].includes(name))).not.toEqual([]);
  });

  it('runs nothing of its own in anything that we do', async () => {
    const { test, markers } = armed();
    const repository = openRepository(test.path);
    if (repository === undefined) throw new Error('not opened');
    onTestFinished(() => repository.close());
    await everything(repository);
    expect(ran(markers)).toEqual([]);
  });

  it('does not fetch what a partial clone leaves out, and says what it could not read', async () => {
    const { test, markers } = armed();
    const repository = openRepository(test.path);
    if (repository === undefined) throw new Error('not opened');
    onTestFinished(() => repository.close());
    const { result } = await scanAll([filesFromTree('HEAD~1', { repository })], [readingScanner(() => undefined)]);
    expect(result.problems.map(({ code, message }) => ({ code, message }))).toEqual([
      { code: 'ERR_SCAN_UNREADABLE', message: 'lost.txt: the repository does not have its content' },
    ]);
    expect(result.files.read).toBe(2);
    expect(ran(markers)).toEqual([]);
  });

  it('has no way to point git at files elsewhere', async () => {
    const outside = temporaryTree({ 'secret.txt': 'outside' });
    const test = testRepository({ 'a.txt': 'inside' });
    onTestFinished(() => test.close());
    test.git('config', 'core.worktree', outside);
    const repository = openRepository(test.path);
    onTestFinished(() => repository?.close());
    expect(repository?.toplevel).toBe(test.path);
    expect(repository && (await listWorkingTree({ base: test.path, repository }, fail))).toEqual(['a.txt']);
  });

  it.each(['--help', '--output=/tmp/x', '-x', 'HEAD\nHEAD', '', '@{upstream}', ':/x'])(
    'takes %j for the name of a commit and for nothing else',
    async (name) => {
      const test = testRepository({ 'a.txt': '' });
      onTestFinished(() => test.close());
      const repository = openRepository(test.path);
      if (repository === undefined) throw new Error('not opened');
      onTestFinished(() => repository.close());
      await expect(mergeBase(repository, 'HEAD', name)).rejects.toMatchObject({ code: 'ERR_SCAN_GIT' });
      await expect(readBlob(repository, name, 'a.txt')).rejects.toMatchObject({ code: 'ERR_SCAN_GIT' });
    },
  );

  it('leaves nothing of ours behind', () => {
    const test = testRepository();
    onTestFinished(() => test.close());
    const repository = openRepository(test.path);
    expect(existsSync(repository?.isolatedDirectory ?? '')).toBe(true);
    repository?.close();
    expect(existsSync(repository?.isolatedDirectory ?? '')).toBe(false);
    expect(test.git('status', '--porcelain')).toBe('');
  });
});

async function everything(repository: GitRepository): Promise<void> {
  origin(repository);
  const paths = await listWorkingTree({ base: repository.toplevel, repository }, fail);
  await mergeBase(repository, 'HEAD', 'HEAD~1');
  await readBlob(repository, 'HEAD', 'a.txt');
  await history(repository);
  for (const target of [{ commit: 'HEAD' }, { index: true }, { workingTree: paths }] as const)
    await changedFiles(repository, 'HEAD~1', target);
  const sources = [
    filesFromWorkingTree({ base: repository.toplevel, repository }),
    filesFromTree('HEAD', { repository }),
    filesFromIndex({ repository }),
    filesFromHistory({ repository }),
  ];
  const { result } = await scanAll(sources, [readingScanner(() => undefined, true)]);
  expect(result.files.read).toBeGreaterThan(10);
}

function fail(error: Error): never {
  throw error;
}
