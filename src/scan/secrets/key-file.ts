import { createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { JsonObject } from '../../model/json.ts';

/** No key is larger; a store may hold some certificates more. */
export const LARGEST_KEY_FILE = 65_536;

/** A private key in a file that is nothing else, in a binary form. */
export interface KeyFile {
  readonly encrypted: boolean;
  /** What is fingerprinted: the base64 that PEM would have of the same key; of a store, that of all of it. */
  readonly canonical: string;
  readonly facts: JsonObject;
}

const SEQUENCE = 0x30;
/** Content of a PKCS#12 store (RFC 7292): `data`, 1.2.840.113549.1.7.1. */
const PKCS7_DATA = Buffer.from('06092a864886f70d010701', 'hex');
/** What an encrypted PKCS#8 key begins with: encryption by a password, 1.2.840.113549.1.5 and 1.12.1. */
const BY_PASSWORD = [Buffer.from('2a864886f70d0105', 'hex'), Buffer.from('2a864886f70d010c01', 'hex')];
const JAVA_STORES: Readonly<Record<number, string>> = { 4277010157: 'JKS', 3469659854: 'JCEKS' };
const JAVA_PRIVATE_KEY = 1;

/** Whether the beginning of a file lets it be worth a look at its bytes. */
export function mayBeKeyFile(head: Uint8Array, size: number): boolean {
  if (size > LARGEST_KEY_FILE || size < 32) return false;
  return head[0] === SEQUENCE || JAVA_STORES[Buffer.from(head.subarray(0, 4)).readUInt32BE()] !== undefined;
}

/** Reads a private key in DER, a PKCS#12 store or a key store of Java. Undefined for anything else. Never throws. */
export function readKeyFile(bytes: Buffer): KeyFile | undefined {
  const canonical = bytes.toString('base64');
  const java = bytes.length >= 16 ? JAVA_STORES[bytes.readUInt32BE(0)] : undefined;
  if (java !== undefined)
    return bytes.readUInt32BE(12) === JAVA_PRIVATE_KEY
      ? { encrypted: true, canonical, facts: { format: java, encrypted: true } }
      : undefined;
  if (bytes[0] !== SEQUENCE) return undefined;
  const head = bytes.subarray(0, 80);
  if (BY_PASSWORD.some((oid) => head.includes(oid)))
    return { encrypted: true, canonical, facts: { format: 'PKCS#8', encrypted: true } };
  if (head.includes(PKCS7_DATA)) return readStore(bytes, canonical);
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    const kind = keyKind(bytes, type);
    if (kind !== undefined)
      return { encrypted: false, canonical, facts: { format: `DER ${type}`, encrypted: false, key_type: kind } };
  }
  return undefined;
}

/** One that opens without a password is as good as in the clear. */
function readStore(bytes: Buffer, canonical: string): KeyFile {
  const encrypted = !opensWithoutPassword(bytes);
  return { encrypted, canonical, facts: { format: 'PKCS#12', encrypted } };
}

function opensWithoutPassword(pfx: Buffer): boolean {
  try {
    createSecureContext({ pfx, passphrase: '' });
    return true;
  } catch {
    return false;
  }
}

function keyKind(key: Buffer, type: 'pkcs1' | 'pkcs8' | 'sec1'): string | undefined {
  try {
    return createPrivateKey({ key, format: 'der', type }).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
