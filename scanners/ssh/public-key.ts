import { createHash } from 'node:crypto';

/** What a public key says of itself; nothing of it is secret. */
export interface PublicKey {
  /** As OpenSSH names it: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `sk-ssh-ed25519@openssh.com`. */
  readonly type: string;
  /** Of the modulus or the curve; absent where the type says enough or is not known. */
  readonly bits?: number;
  /** As `ssh-keygen -l` prints it: what joins it to the same key elsewhere, and to the private key that was found. */
  readonly fingerprint: string;
}

const BLOB = /^[A-Za-z0-9+/]{32,20000}={0,2}$/;
const CURVES: Readonly<Record<string, number>> = { nistp256: 256, nistp384: 384, nistp521: 521 };

/**
 * Reads the base64 of a public key (RFC 4253, section 6.6), or undefined when the key does not begin with the type that
 * is said of it.
 */
export function publicKey(type: string, base64: string): PublicKey | undefined {
  if (!BLOB.test(base64)) return undefined;
  const blob = Buffer.from(base64, 'base64');
  const parts = stringsOf(blob);
  if (parts[0]?.toString('latin1') !== type) return undefined;
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  const bits = bitsOf(type, parts);
  return { type, ...(bits === undefined ? {} : { bits }), fingerprint };
}

function bitsOf(type: string, parts: readonly Buffer[]): number | undefined {
  if (/^(?:sk-)?ssh-ed25519/.test(type)) return 256;
  // RSA: exponent, then modulus; DSA: p comes first.
  const number = type === 'ssh-rsa' ? parts[2] : type === 'ssh-dss' ? parts[1] : undefined;
  if (number !== undefined) return bitLength(number);
  return CURVES[/(nistp\d+)/.exec(type)?.[1] ?? ''];
}

function bitLength(number: Buffer): number {
  const start = number.findIndex((byte) => byte !== 0);
  if (start < 0) return 0;
  return (number.length - start) * 8 - (Math.clz32(number[start] ?? 0) - 24);
}

/** The strings of a blob, each behind its length in four bytes. */
function stringsOf(blob: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at + 4 <= blob.length && parts.length < 8; ) {
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) break;
    parts.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}
