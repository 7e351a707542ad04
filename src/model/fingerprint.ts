import { createHmac, type KeyObject } from 'node:crypto';

/**
 * The keyed fingerprint of secret material: HMAC-SHA-256 in hex. Without the key nobody can test a guess against it,
 * which is why the store's key lives outside the database.
 */
export function fingerprint(key: KeyObject | Uint8Array, value: string): string {
  return createHmac('sha256', key).update(value, 'utf8').digest('hex');
}
