import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { defaultConfig } from '../../src/config/parse-config.ts';
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
  it('has defaults that the build can store', () => {
    expect(JSON.parse(JSON.stringify(defaultConfig()))).toEqual(defaultConfig());
  });

  it('is all default without a file, in the top of the work tree', async () => {
    const { top, below } = workTree();
    expect(await loadConfig({ cwd: below })).toMatchObject({ cluster: 'cluster', folder: top });
    expect(await loadConfig({ cwd: below })).not.toHaveProperty('file');
  });

  it('finds the nearest file, up to the top of the work tree', async () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'lapse.yaml'), named('top'));
    expect(await loadConfig({ cwd: below })).toMatchObject({
      cluster: 'top',
      file: join(top, 'lapse.yaml'),
      folder: top,
    });
    writeFileSync(join(below, 'lapse.yaml'), named('below'));
    expect(await loadConfig({ cwd: below })).toMatchObject({ cluster: 'below', folder: below });
    expect((await loadConfig({ cwd: below })).state).toBe(join(below, '.lapse'));
    writeFileSync(join(below, 'lapse.yaml'), 'version: 1\nstore: {folder: ../state}\n');
    expect((await loadConfig({ cwd: below })).state).toBe(join(below, '..', 'state'));
  });

  it('takes no file from above the work tree, nor from above the folder where there is none', async () => {
    const { top, below } = workTree();
    writeFileSync(join(top, '..', 'lapse.yaml'), named('stranger'));
    expect((await loadConfig({ cwd: below })).cluster).toBe('cluster');
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'lapse.yaml'), named('stranger'));
    expect(await loadConfig({ cwd: join(folder, 'sub') })).toMatchObject({
      cluster: 'cluster',
      folder: join(folder, 'sub'),
    });
  });

  it('takes the file that is asked for, and says when it is not there', async () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'other.yaml'), named('other'));
    expect(await loadConfig({ cwd: below, path: '../../other.yaml' })).toMatchObject({ cluster: 'other', folder: top });
    await expect(loadConfig({ cwd: below, path: 'missing.yaml' })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_NOT_FOUND', message: expect.stringContaining('missing.yaml') }),
    );
  });

  it('reads no folder, no pipe and nothing huge', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder.yaml'));
    writeFileSync(join(folder, 'huge.yaml'), '# '.padEnd(1024 ** 2 + 1, 'x'));
    for (const path of ['folder.yaml', 'huge.yaml', '/dev/zero'])
      await expect(loadConfig({ cwd: folder, path })).rejects.toThrow(
        expect.objectContaining({ code: 'ERR_CONFIG_INVALID', message: expect.stringContaining('no regular file') }),
      );
  });

  it('takes a text instead of the file on disk, and reads nothing', async () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'lapse.yaml'), 'version: 99');
    expect(await loadConfig({ cwd: below, text: named('base') })).toMatchObject({ cluster: 'base', folder: top });
    expect((await loadConfig({ cwd: temporaryFolder(), text: named('base') })).cluster).toBe('base');
  });

  it('names the file as the user would', async () => {
    const { top, below } = workTree();
    writeFileSync(join(top, 'lapse.yaml'), 'version: 1\nclustr: x');
    await expect(loadConfig({ cwd: top })).rejects.toThrow('lapse.yaml:2:1: unknown key "clustr"');
    await expect(loadConfig({ cwd: below })).rejects.toThrow('../../lapse.yaml:2:1: unknown key "clustr"');
    await expect(loadConfig({ cwd: below, path: join(top, 'lapse.yaml') })).rejects.toThrow(
      `${top}/lapse.yaml:2:1: unknown key "clustr"`,
    );
  });
});
