import { createHash, scryptSync } from 'node:crypto';
import { fingerprint } from '../model/fingerprint.ts';

/** Below this many bits a value could be found by trying; it is stretched first. */
const WEAK_BITS = 80;

/** RFC 7914's parameters, chosen so that one try costs some 50 ms and 32 MiB. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 ** 2 } as const;

/**
 * Fingerprints for what is committed or published (a baseline, SARIF): the key is as public as the repository, so it only keeps
 * values apart between projects. Weak values are stretched with scrypt, so that trying passwords against a fingerprint costs.
 *
 * @param key - 64 hex digits.
 */
export function projectFingerprint(key: string): (value: string) => string {
  const bytes = Buffer.from(key, 'hex');
  const known = new Map<string, string>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const material = bitsOf(value) < WEAK_BITS ? scryptSync(value, bytes, 32, SCRYPT).toString('hex') : value;
    const result = fingerprint(bytes, material);
    known.set(value, result);
    return result;
  };
}

/** The key of a project without baseline: the same on every machine, so that results of two runs can be compared. */
export function defaultProjectKey(repository: string): string {
  return createHash('sha256').update(`lapse project ${repository}`).digest('hex');
}

/** Shannon entropy over the characters of the value, in bits: an upper bound of what guessing it costs. */
function bitsOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / value.length);
  return bits;
}
