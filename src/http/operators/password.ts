import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretValue } from '../../model/secret-value.ts';

const scrypt = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scryptCallback,
);
/** RFC 7914 with 32 MB of memory for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 1 };
const MAX_MEMORY = 64 * 1024 * 1024;
const HASH_BYTES = 32;
const FORM = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

/** `scrypt$N$r$p$salt$hash`. */
export async function hashPassword(password: SecretValue): Promise<string> {
  const salt = randomBytes(16);
  const hash = await scrypt(password.reveal(), salt, HASH_BYTES, { ...COST, maxmem: MAX_MEMORY });
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether the password is the one that was hashed. Without a hash it takes as long and is false, so that time does not tell which
 * names exist.
 */
export async function verifyPassword(password: SecretValue, stored: string | undefined): Promise<boolean> {
  const [, n, r, p, salt, hash] = FORM.exec(stored ?? '') ?? [];
  if (salt === undefined || hash === undefined) {
    await scrypt(password.reveal(), Buffer.alloc(16), HASH_BYTES, { ...COST, maxmem: MAX_MEMORY });
    return false;
  }
  const expected = Buffer.from(hash, 'base64url');
  const cost = { N: Number(n), r: Number(r), p: Number(p), maxmem: MAX_MEMORY };
  const actual = await scrypt(password.reveal(), Buffer.from(salt, 'base64url'), expected.length, cost);
  return timingSafeEqual(actual, expected);
}
