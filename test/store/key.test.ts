import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { loadStoreKey } from '../../src/store/key.ts';
import { createStateDir, stateDir } from '../../src/store/state-dir.ts';
import { startChild } from './child.ts';
import { temporaryFolder } from './temporary-folder.ts';

const keyFile = (): string => join(temporaryFolder(), 'store.key');
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('loadStoreKey', () => {
  it('makes 32 random bytes for their owner only, once', () => {
    const file = keyFile();
    const first = loadStoreKey(file, {});
    expect([statSync(file).size, mode(file)]).toEqual([32, '600']);
    expect(loadStoreKey(file, {}).equals(first)).toBe(true);
    expect(loadStoreKey(keyFile(), {}).equals(first)).toBe(false);
    expect(readdirSync(join(file, '..'))).toEqual(['store.key']);
  });

  it('takes the environment before the file, and writes none', () => {
    const file = keyFile();
    const hex = '0123456789abcdef'.repeat(4);
    expect(loadStoreKey(file, { LAPSE_STORE_KEY: hex }).export().toString('hex')).toBe(hex);
    expect(readdirSync(join(file, '..'))).toEqual([]);
  });

  it('is one key for two processes that make it at once', async () => {
    const file = keyFile();
    const children = [1, 2, 3].map(() => startChild(new URL('./child-key.ts', import.meta.url), file));
    const seen = await Promise.all(children.map((child) => child.says('key')));
    await Promise.all(children.map((child) => child.done()));
    expect(new Set(seen).size).toBe(1);
  });

  it.each([0o640, 0o604, 0o620, 0o602])('refuses a file that others can read or write: %o', (bits) => {
    const file = keyFile();
    loadStoreKey(file, {});
    chmodSync(file, bits);
    expect(() => loadStoreKey(file, {})).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_KEY', hint: expect.stringContaining('chmod 600') }),
    );
  });

  it.each(['', 'short', 'g'.repeat(64), '0'.repeat(63), '0'.repeat(66)])(
    'refuses the variable %j, and does not repeat it',
    (text) => {
      expect(() => loadStoreKey(keyFile(), { LAPSE_STORE_KEY: text })).toThrow(
        expect.objectContaining({
          code: 'ERR_STORE_KEY',
          message: 'environment variable LAPSE_STORE_KEY: expected 64 hex digits',
        }),
      );
    },
  );

  it.each([0, 31, 33, 64])('refuses a file of %d bytes', (size) => {
    const file = keyFile();
    writeFileSync(file, Buffer.alloc(size, 7), { mode: 0o600 });
    expect(() => loadStoreKey(file, {})).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_KEY', message: expect.stringContaining(`found ${size}`) }),
    );
  });

  it('says so when the file cannot be read or made', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'store.key'), { mode: 0o700 });
    for (const file of [join(folder, 'store.key'), join(folder, 'missing', 'store.key')])
      expect(() => loadStoreKey(file, {})).toThrow(expect.objectContaining({ code: 'ERR_STORE_KEY' }));
  });

  it('makes fingerprints that another key does not', () => {
    const value = ['not', 'a', 'real', 'key'].join('-');
    const [one, two] = [loadStoreKey(keyFile(), {}), loadStoreKey(keyFile(), {})];
    expect(fingerprint(one, value)).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(one, value)).not.toBe(fingerprint(two, value));
  });
});

describe('the state folder', () => {
  it('is made for its owner only, and never committed', () => {
    const folder = temporaryFolder();
    const state = createStateDir(join(folder, '.lapse'));
    expect(state).toEqual(stateDir(join(folder, '.lapse')));
    expect([state.path, state.inventory, state.key]).toEqual([
      join(folder, '.lapse'),
      join(folder, '.lapse', 'inventory.db'),
      join(folder, '.lapse', 'store.key'),
    ]);
    expect(mode(state.path)).toBe('700');
    expect(readFileSync(join(state.path, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('is left as it is when it is there', () => {
    const folder = temporaryFolder();
    createStateDir(join(folder, '.lapse'));
    writeFileSync(join(folder, '.lapse', '.gitignore'), '# mine\n*\n');
    createStateDir(join(folder, '.lapse'));
    expect(readFileSync(join(folder, '.lapse', '.gitignore'), 'utf8')).toBe('# mine\n*\n');
  });

  it('says so when it cannot be made', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.lapse'), '');
    expect(() => createStateDir(join(folder, '.lapse'))).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_UNREACHABLE', hint: expect.any(String) }),
    );
  });
});
