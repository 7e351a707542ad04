import type { Decoded, DecodeInput } from '../decoder.ts';

/** What crypt(5) and Apache's password files call their ways of hashing, by how the hash begins. */
const SCHEMES: readonly (readonly [beginning: string, scheme: string])[] = [
  ['$apr1$', 'apr1'],
  ['$1$', 'md5'],
  ['$2', 'bcrypt'],
  ['$5$', 'sha256'],
  ['$6$', 'sha512'],
  ['$7$', 'scrypt'],
  ['$gy$', 'gost-yescrypt'],
  ['$y$', 'yescrypt'],
  ['$argon2', 'argon2'],
  ['{SHA}', 'sha1'],
  ['{SSHA}', 'salted-sha1'],
];

/** The hash of a password: whoever has it can try passwords at home. */
export function decodePasswordHash({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  // The same few characters again and again: written by hand.
  if (new Set(value).size < 12) return undefined;
  const scheme = SCHEMES.find(([beginning]) => value.startsWith(beginning))?.[1];
  return scheme === undefined ? {} : { facts: { scheme } };
}
