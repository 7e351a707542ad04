import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { placeOf, realPath, showPath } from '../../src/scan/path-bytes.ts';
import { temporaryTree } from './temporary-tree.ts';

/** A path of text and single bytes. */
const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));

describe('paths', () => {
  it.each([
    ['plain/ä/\ufffd', bytes('plain/ä/\ufffd')],
    ['ä/b\\xff', bytes('ä/b', 0xff)],
    ['b\\xff/ä\\x', bytes('b', 0xff, '/ä\\x')],
    ['\\xc3\\xa4\\x5cxff\\xff', bytes('ä\\xff', 0xff)],
    ['/top/\\x80/x', bytes('/top/', 0x80, '/x')],
  ])('are shown as %s', (shown, path) => {
    expect(showPath(path)).toBe(shown);
  });

  it('are found again by how they are shown', () => {
    const base = temporaryTree({});
    // Node.js removes no such names.
    onTestFinished(() => void execFileSync('rm', ['-rf', base]));
    for (const path of [bytes(base, '/d', 0xff), bytes(base, '/d', 0xff, '/\\xaa', 0xfe)]) {
      mkdirSync(path);
      expect(placeOf(showPath(path))).toEqual(path);
      expect(realPath(showPath(path))).toBe(showPath(path));
    }
    expect(placeOf(join(base, 'plain'))).toBe(join(base, 'plain'));
    symlinkSync(bytes('d', 0xff), bytes(base, '/', 0xfd));
    expect(realPath(join(base, '\\xfd'))).toBe(join(base, 'd\\xff'));
  });

  it('are those of a file that really has the name, where there is one', () => {
    const base = temporaryTree({ 'a\\xff/x': '' });
    expect(placeOf(join(base, 'a\\xff'))).toBe(join(base, 'a\\xff'));
    onTestFinished(() => void execFileSync('rm', ['-rf', base]));
    writeFileSync(bytes(base, '/a\\xff/', 0xfe), '');
    expect(placeOf(join(base, 'a\\xff', '\\xfe'))).toEqual(bytes(base, '/a\\xff/', 0xfe));
  });
});
