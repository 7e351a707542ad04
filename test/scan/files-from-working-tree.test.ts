import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesFromWorkingTree } from '../../src/scan/files-from-working-tree.ts';
import { openRepository } from '../../src/scan/git/open-repository.ts';
import { testRepository } from '../support/repository.ts';
import { contentsOf, readingScanner, scanAll } from './scan-all.ts';
import { temporaryTree } from './temporary-tree.ts';

describe('files from a working tree', () => {
  it('reads what git tracks even if it is ignored, and leaves out what is only ignored', async () => {
    const test = testRepository({ 'tracked.log': 'tracked', 'd/tracked.log': 'tracked too' });
    onTestFinished(() => test.close());
    test.write({
      '.gitignore': '*.log\nd/\n',
      'other.log': 'not tracked',
      'd/new': 'not tracked',
      'new.txt': 'not ignored',
    });
    const repository = openRepository(test.path);
    onTestFinished(() => repository?.close());
    const contents = await contentsOf(filesFromWorkingTree({ base: test.path, ...(repository && { repository }) }));
    expect(Object.keys(contents)).toEqual(['.gitignore', 'd/tracked.log', 'new.txt', 'tracked.log']);
  });

  it('leaves out tracked files that exclude names, that are gone, or that a link hides', async () => {
    const test = testRepository({ 'a.log': '', 'gone.log': '', 'd/inner.log': 'inner', 'e.log': '' });
    onTestFinished(() => test.close());
    const elsewhere = temporaryTree({ 'inner.log': 'outside' });
    test.write({ '.gitignore': '*.log\n' });
    test.remove('gone.log');
    test.remove('d');
    symlinkSync(elsewhere, join(test.path, 'd'));
    const repository = openRepository(test.path);
    onTestFinished(() => repository?.close());
    const source = filesFromWorkingTree({ base: test.path, exclude: ['e.log'], ...(repository && { repository }) });
    expect(Object.keys(await contentsOf(source))).toEqual(['.gitignore', 'a.log']);
  });

  it('reads files whose names are no UTF-8, each under a name of its own', async () => {
    const base = temporaryTree({ 'plain/\ufffd': 'a real one', 'plain/b': 'b' });
    // Node.js removes no such names.
    onTestFinished(() => void execFileSync('rm', ['-rf', base]));
    const at = (...parts: readonly (string | number)[]) =>
      Buffer.concat(
        [base, '/', ...parts].map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))),
      );
    writeFileSync(at('bad', 0xff, '.txt'), 'one');
    writeFileSync(at('bad', 0xfe, '.txt'), 'two');
    writeFileSync(at('gr', 0xfc, 'n.log'), 'ignored');
    mkdirSync(at('d', 0x80));
    writeFileSync(at('d', 0x80, '/x'), 'three');
    mkdirSync(at('d', 0x80, '/sub'));
    writeFileSync(at('d', 0x80, '/sub/', 0xff), 'four');
    writeFileSync(at('d', 0x80, '/.lapseignore'), 'left-out\n');
    writeFileSync(at('d', 0x80, '/left-out'), 'left out');
    expect(await contentsOf(filesFromWorkingTree({ base, exclude: ['*.log'] }))).toEqual({
      'bad\\xfe.txt': 'two',
      'bad\\xff.txt': 'one',
      'd\\x80/.lapseignore': 'left-out\n',
      'd\\x80/sub/\\xff': 'four',
      'd\\x80/x': 'three',
      'plain/b': 'b',
      'plain/\ufffd': 'a real one',
    });

    writeFileSync(join(base, 'bad\\xff.txt'), 'in the way');
    const { result } = await scanAll([filesFromWorkingTree({ base })], [readingScanner(() => undefined)]);
    expect(result.problems).toMatchObject([
      {
        code: 'ERR_SCAN_UNREADABLE',
        unit: 'bad\\xff.txt',
        message: expect.stringContaining('another file has the name'),
      },
    ]);
  });

  it('names a file in a subdirectory from the base, whatever part of it is read', async () => {
    const base = temporaryTree({ 'a/x': '1', 'b/y': '2', c: '3' });
    const source = filesFromWorkingTree({ base, paths: ['a', join(base, 'c')] });
    expect(await contentsOf(source)).toEqual({ 'a/x': '1', c: '3' });
    expect(source.scopes).toEqual(['a/', 'c']);
    expect(filesFromWorkingTree({ base }).scopes).toEqual(['']);
  });

  it('reads a file that was named itself even if it is ignored', async () => {
    const base = temporaryTree({ '.lapseignore': 'x\n', x: 'named' });
    expect(await contentsOf(filesFromWorkingTree({ base, paths: ['x'] }))).toEqual({ x: 'named' });
  });

  it.each([['nowhere'], ['../outside']])('refuses %s at once', (path) => {
    const base = temporaryTree({ 'base/x': '', outside: '' });
    expect(() => filesFromWorkingTree({ base: join(base, 'base'), paths: [path] })).toThrowError(
      expect.objectContaining({ code: 'ERR_SCAN_PATH_NOT_FOUND' }),
    );
  });

  it('streams what is larger than the limit, and names it where it is asked for whole', async () => {
    const base = temporaryTree({ 'large.txt': 'x'.repeat(3_000), 'small.txt': 'y' });
    const source = filesFromWorkingTree({ base, maxFileSize: 1_000 });
    const { result } = await scanAll([source], [readingScanner(() => undefined)]);
    expect(result.problems.map(({ code, message, unit, location }) => ({ code, message, unit, location }))).toEqual([
      {
        code: 'ERR_SCAN_LIMIT',
        message: 'large.txt: 3000 bytes is more than can be read as a whole',
        unit: 'large.txt',
        location: { path: 'large.txt' },
      },
    ]);
    let streamed = 0;
    const scanner = {
      id: 's',
      title: 's',
      recognise: () => 'any',
      read: async (file: { stream(): AsyncIterable<Uint8Array> }) => {
        for await (const part of file.stream()) streamed += part.length;
      },
    };
    await scanAll([source], [scanner]);
    expect(streamed).toBe(3_001);
  });

  it('leaves a FIFO and a directory with the name of a tracked file alone', async () => {
    const test = testRepository({ x: 'file' });
    onTestFinished(() => test.close());
    test.remove('x');
    mkdirSync(join(test.path, 'x'));
    const repository = openRepository(test.path);
    onTestFinished(() => repository?.close());
    expect(await contentsOf(filesFromWorkingTree({ base: test.path, ...(repository && { repository }) }))).toEqual({});
  });
});
