import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EncryptionKeyReference, resolveEncryptionKey } from '../../src/config/encryption-key.ts';

const BYTES = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-key-'));
  writeFileSync(join(folder, 'key.txt'), `${BYTES.toString('base64')}\n`);
  // As a KMS's command line does: it is told where the encrypted key is, and prints the key.
  writeFileSync(join(folder, 'kms'), '#!/bin/sh\ntest "$1" = decrypt && cat "$2"\n');
  writeFileSync(join(folder, 'loud'), `#!/bin/sh\necho ${BYTES.toString('hex')}; exit 3\n`);
  for (const script of ['kms', 'loud']) chmodSync(join(folder, script), 0o700);
});

afterAll(() => rmSync(folder, { recursive: true }));

const resolve = (reference: EncryptionKeyReference, env: Readonly<Record<string, string>> = {}) =>
  resolveEncryptionKey(reference, { folder, env: { PATH: process.env.PATH, ...env } });

it.each<[string, EncryptionKeyReference]>([
  ['hex in the environment', { env: 'HEX' }],
  ['base64url in the environment', { env: 'URL' }],
  ['a file', { file: 'key.txt' }],
  ['a command', { command: ['./kms', 'decrypt', 'key.txt'] }],
])('comes from %s', async (_what, reference) => {
  const key = await resolve(reference, { HEX: BYTES.toString('hex'), URL: BYTES.toString('base64url') });
  expect(key.export().equals(BYTES)).toBe(true);
});

it.each<[string, EncryptionKeyReference]>([
  ['too short', { env: 'SHORT' }],
  ['no key at all', { env: 'TEXT' }],
  ['from a command that fails', { command: ['./kms', 'other'] }],
  ['from a command that is not there', { command: ['./none'] }],
])('is refused when it is %s', async (_what, reference) => {
  await expect(resolve(reference, { SHORT: 'abcd', TEXT: 'x'.repeat(64) })).rejects.toMatchObject({
    code: 'ERR_CONFIG_SECRET',
  });
});

it('is never told by the error of a command that failed', async () => {
  const error = await resolve({ command: ['./loud'] }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'ERR_CONFIG_SECRET' });
  expect(error).not.toHaveProperty('cause');
  expect(String(error)).not.toContain(BYTES.toString('hex').slice(0, 16));
});
