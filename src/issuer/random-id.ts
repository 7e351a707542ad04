import { randomBytes } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** `lse_` and 26 characters of lower-case base32 (RFC 4648): 130 random bits, so that knowing one is a capability. */
export function randomId(prefix: 'req' | 'lse' | 'bnd' | 'dlg' | 'rev' | 'ses'): string {
  return `${prefix}_${Array.from(randomBytes(26), (byte) => ALPHABET[byte & 31]).join('')}`;
}
