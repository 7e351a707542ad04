import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveSecret } from '../../src/config/resolve-secret.ts';
import { temporaryFolder } from '../store/temporary-folder.ts';

const value = ['postgres://app', 'correct-horse@db/app'].join(':');

describe('resolveSecret', () => {
  it('reads an environment variable, and a file beside the configuration without its last line end', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'secrets'));
    writeFileSync(join(folder, 'secrets', 'db'), `${value}\r\n`);
    expect(resolveSecret({ env: 'DB' }, { env: { DB: value }, folder }).reveal()).toBe(value);
    expect(resolveSecret({ file: 'secrets/db' }, { env: {}, folder }).reveal()).toBe(value);
    expect(resolveSecret({ file: join(folder, 'secrets', 'db') }, { env: {}, folder: '/' }).reveal()).toBe(value);
  });

  it('gives a value that does not print', () => {
    const secret = resolveSecret({ env: 'DB' }, { env: { DB: value }, folder: '/' });
    expect(`${secret} ${JSON.stringify({ secret })} ${inspect(secret)}`).not.toContain('correct-horse');
  });

  it.each([
    ['an unset variable', { env: 'MISSING' }, 'environment variable MISSING: not set'],
    ['an empty variable', { env: 'EMPTY' }, 'environment variable EMPTY: empty'],
    ['an empty file', { file: 'empty' }, 'file empty: empty'],
    ['a missing file', { file: 'missing' }, 'missing: cannot be read'],
    ['a folder', { file: '.' }, 'cannot be read'],
    ['a huge file', { file: 'huge' }, 'huge: larger than 65536 bytes'],
  ])('refuses %s by name', (_case, reference, message) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'empty'), '\n');
    writeFileSync(join(folder, 'huge'), value.repeat(4_000));
    expect(() => resolveSecret(reference, { env: { EMPTY: '' }, folder })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG_SECRET', message: expect.stringContaining(message) }),
    );
  });
});
