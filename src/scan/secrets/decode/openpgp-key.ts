/** Algorithms of public keys, and how many numbers each has in its public part (RFC 9580, section 9.1). */
const PUBLIC_NUMBERS: Readonly<Record<number, number>> = { 1: 2, 2: 2, 3: 2, 16: 3, 17: 4 };
/** Lengths of the keys that have one, in bytes: X25519, X448, Ed25519, Ed448. */
const NATIVE_LENGTHS: Readonly<Record<number, number>> = { 25: 32, 26: 56, 27: 32, 28: 57 };
const ON_A_CURVE: ReadonlySet<number> = new Set([18, 19, 22]);
const ECDH = 18;

/**
 * Whether the secret part of an OpenPGP key is encrypted by a passphrase (RFC 9580, section 5.5.3): the octet behind the
 * public part says so. False for what cannot be read.
 *
 * @param bytes - the beginning of the key, without its armour.
 */
export function isEncryptedOpenPgpKey(bytes: Uint8Array): boolean {
  const start = packetBody(bytes);
  if (start === undefined) return false;
  const version = bytes[start];
  if (version !== 4 && version !== 6) return false;
  const algorithm = bytes[start + 5] ?? 0;
  const usage = bytes[endOfPublicPart(bytes, algorithm, start + 6 + (version === 6 ? 4 : 0))];
  return usage !== undefined && usage !== 0;
}

/** Where the body of a first packet begins that is a secret key or subkey (tag 5 or 7). */
function packetBody(bytes: Uint8Array): number | undefined {
  const [first = 0, length = 0] = bytes;
  const isNew = (first & 0x40) !== 0;
  const tag = isNew ? first & 0x3f : (first >> 2) & 0x0f;
  if ((first & 0x80) === 0 || (tag !== 5 && tag !== 7)) return undefined;
  // Old packets say in two bits how long their length is: 1, 2 or 4 bytes, or none.
  if (!isNew) return 1 + ([1, 2, 4, 0][first & 3] ?? 0);
  return length < 192 ? 2 : length < 224 ? 3 : 6;
}

function endOfPublicPart(bytes: Uint8Array, algorithm: number, start: number): number {
  const native = NATIVE_LENGTHS[algorithm];
  if (native !== undefined) return start + native;
  let at = start;
  if (ON_A_CURVE.has(algorithm)) at += 1 + (bytes[at] ?? 0);
  const numbers = ON_A_CURVE.has(algorithm) ? 1 : (PUBLIC_NUMBERS[algorithm] ?? 0);
  for (let index = 0; index < numbers; index++) {
    const bits = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    at += 2 + ((bits + 7) >> 3);
  }
  return algorithm === ECDH ? at + 1 + (bytes[at] ?? 0) : at;
}
