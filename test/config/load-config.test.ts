import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

/** A git work tree with a folder two levels below its top. */
function workTree(): { readonly top: string; readonly below: string } {
  const top = join(temporaryFolder(), 'work tree');
  const below = join(top, 'services', 'shop');
  mkdirSync(join(top, '.git'), { recursive: true });
  mkdirSync(below, { recursive: true });
  return { top, below };
}

const named = (cluster: string) => `version: 1\ncluster: ${cluster}\n`;

describe('loadConfig', () => {
  it('is all default without a file, in the top of the work tree', () => {
    const { top, below } = workTree();
    expect(loadConfig({ cwd: below })).toMatchObject({ cluster: 'cluster', folder: top });
    expect(loadConfig({ cwd: below })).not.toHaveProperty('file');
  });

  it('finds the nearest file, up to the top of the work tree', () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'lapse.yaml'), named('top'));
    expect(loadConfig({ cwd: below })).toMatchObject({ cluster: 'top', file: join(top, 'lapse.yaml'), folder: top });
    writeFileSync(join(below, 'lapse.yaml'), named('below'));
    expect(loadConfig({ cwd: below })).toMatchObject({ cluster: 'below', folder: below });
  });

  it('takes no file from above the work tree, nor from above the folder where there is none', () => {
    const { top, below } = workTree();
    writeFileSync(join(top, '..', 'lapse.yaml'), named('stranger'));
    expect(loadConfig({ cwd: below }).cluster).toBe('cluster');
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'lapse.yaml'), named('stranger'));
    expect(loadConfig({ cwd: join(folder, 'sub') })).toMatchObject({ cluster: 'cluster', folder: join(folder, 'sub') });
  });

  it('takes the file that is asked for, and says when it is not there', () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'other.yaml'), named('other'));
    expect(loadConfig({ cwd: below, path: '../../other.yaml' })).toMatchObject({ cluster: 'other', folder: top });
    expect(() => loadConfig({ cwd: below, path: 'missing.yaml' })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_NOT_FOUND', message: expect.stringContaining('missing.yaml') }),
    );
  });

  it('reads no folder, no pipe and nothing huge', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder.yaml'));
    writeFileSync(join(folder, 'huge.yaml'), '# '.padEnd(1024 ** 2 + 1, 'x'));
    for (const path of ['folder.yaml', 'huge.yaml', '/dev/zero'])
      expect(() => loadConfig({ cwd: folder, path })).toThrow(
        expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message: expect.stringContaining('no regular file') }),
      );
  });

  it('takes a text instead of the file on disk, and reads nothing', () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'lapse.yaml'), 'version: 99');
    expect(loadConfig({ cwd: below, text: named('base') })).toMatchObject({ cluster: 'base', folder: top });
    expect(loadConfig({ cwd: temporaryFolder(), text: named('base') }).cluster).toBe('base');
  });

  it('names the file as the user would', () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'lapse.yaml'), 'version: 1\nclustr: x');
    expect(() => loadConfig({ cwd: top })).toThrow('lapse.yaml:2:1: unknown key "clustr"');
    expect(() => loadConfig({ cwd: below })).toThrow('../../lapse.yaml:2:1: unknown key "clustr"');
    expect(() => loadConfig({ cwd: below, path: join(top, 'lapse.yaml') })).toThrow(
      `${top}/lapse.yaml:2:1: unknown key "clustr"`,
    );
  });
});
