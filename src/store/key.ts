import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { AppError } from '../errors.ts';

const KEY_BYTES = 32;
const VARIABLE = 'LAPSE_STORE_KEY';

/**
 * Loads the key that fingerprints are made with (HMAC-SHA-256), from `LAPSE_STORE_KEY` (64 hex digits) or from the file,
 * which is made with mode 0600 where it does not exist. It lives beside the database and never in it: who has only the
 * database cannot test guesses against its fingerprints.
 *
 * @throws {AppError} ERR_STORE_KEY when it is not 32 bytes, or when others can read or write the file.
 */
export function loadStoreKey(file: string, env: Readonly<Record<string, string | undefined>>): KeyObject {
  const given = env[VARIABLE];
  if (given !== undefined) return createSecretKey(keyFromHex(given));
  return createSecretKey(readKeyFile(file) ?? createKeyFile(file));
}

/** Puts a key that another machine has into the file, unless one is there. @throws {AppError} ERR_STORE_KEY */
export function writeStoreKey(file: string, key: KeyObject): void {
  createKeyFile(file, key.export());
}

function keyFromHex(text: string): Buffer {
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new AppError('ERR_STORE_KEY', `environment variable ${VARIABLE}: expected 64 hex digits`, {
      hint: 'make one with: openssl rand -hex 32',
    });
  return Buffer.from(text, 'hex');
}

/** Undefined when there is none. */
function readKeyFile(file: string): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw new AppError('ERR_STORE_KEY', `${file}: the store key cannot be read`, { cause });
  }
  try {
    // On the open file, so that nothing can be put in its place between the look and the read.
    const { mode, size } = fstatSync(descriptor);
    // Windows has no such modes: all files look open there.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new AppError('ERR_STORE_KEY', `${file}: others can read or write the store key`, {
        hint: `if it was never shared: chmod 600 ${file}; otherwise delete it with the inventory and scan again`,
      });
    if (size !== KEY_BYTES)
      throw new AppError('ERR_STORE_KEY', `${file}: expected ${KEY_BYTES} bytes, found ${size}`, {
        hint: 'restore it from a backup; with another key, known secrets are not recognised',
      });
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Written beside and linked into place: another process sees the whole key or none, and the first to link wins. */
function createKeyFile(file: string, key = randomBytes(KEY_BYTES)): Buffer {
  const beside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const descriptor = openSync(beside, 'wx', 0o600);
    try {
      writeSync(descriptor, key);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    linkSync(beside, file);
    return key;
  } catch (cause) {
    const winner = isCode(cause, 'EEXIST') ? readKeyFile(file) : undefined;
    if (winner !== undefined) return winner;
    throw new AppError('ERR_STORE_KEY', `${file}: the store key cannot be made`, { cause });
  } finally {
    rmSync(beside, { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
