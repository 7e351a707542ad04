import type { Decoded, DecodeInput } from '../decoder.ts';
import { certificateBeside } from './certificate.ts';
import { isEncryptedOpenPgpKey } from './openpgp-key.ts';

/** RFC 1421 and RFC 4880 write these in front of the base64. */
const HEADERS = /(?:Proc-Type|DEK-Info|Comment|Version|Hash|Charset|Subject):[^\n\\]{0,200}/g;
const BEGIN = /^-{4,5} ?BEGIN (?:([A-Z0-9 ]{1,40}) )?PRIVATE KEY(?: BLOCK)? ?-{4,5}/;

/**
 * A private key in PEM (RFC 7468, RFC 1421), or in the forms of OpenSSH, OpenPGP and SSH2 that look like it, also where a
 * string literal has `\n` for its line ends. One that is encrypted is told as such: it is worth less without its
 * passphrase. A certificate beside it says whose it is.
 */
export function decodePrivateKey(input: Pick<DecodeInput, 'value'> & Partial<DecodeInput>): Decoded | undefined {
  const [begin = '', label = ''] = BEGIN.exec(input.value) ?? [];
  const inner = input.value.slice(begin.length);
  input.effort?.spend(8 * inner.length);
  const plain = inner
    .replaceAll(/\\[nrt]|\\u000[aAdD]/g, '\n')
    .replaceAll(HEADERS, '')
    // A literal in several pieces.
    .replaceAll(/["'`]\s{0,8}[+.]?\s{0,80}["'`]/g, '')
    // What is neither base64 nor the punctuation of a string literal ends the key, where its last line is missing.
    .replace(/[^A-Za-z0-9+/=\s\\"'`,+.|<>:;()&#-][\s\S]*$/, '');
  const body = plain.replaceAll(/[^A-Za-z0-9+/=]/g, '');
  // Too short for any key: a sample that was cut, or a pattern in somebody's code. Or prose that speaks of keys.
  if (body.length < 40 || new Set(body).size < 10 || !/[A-Za-z0-9+/=]{32}/.test(plain)) return undefined;
  const encrypted = isEncrypted(label, inner, Buffer.from(body.slice(0, 8_000), 'base64'));
  return {
    canonical: body,
    facts: { format: label === '' ? 'PKCS#8' : label, encrypted, ...certificate(input, label, body) },
    ...(encrypted ? { confidence: 'generic' } : {}),
  };
}

function isEncrypted(label: string, inner: string, bytes: Buffer): boolean {
  if (label === 'ENCRYPTED' || /Proc-Type: ?4,ENCRYPTED/.test(inner)) return true;
  if (label === 'OPENSSH') return (stringsBehind(bytes, 'openssh-key-v1\0')[0] ?? 'none') !== 'none';
  if (label === 'SSH2 ENCRYPTED') return isEncryptedSsh2(bytes);
  return label === 'PGP' && isEncryptedOpenPgpKey(bytes);
}

/** The form of SSH Communications: a magic number, a length, the kind of key, the cipher. */
function isEncryptedSsh2(bytes: Buffer): boolean {
  if (bytes.length < 12 || bytes.readUInt32BE(0) !== 0x3f6ff9eb) return false;
  return (stringsBehind(bytes.subarray(8), '')[1] ?? 'none') !== 'none';
}

/** Strings with their length before them (RFC 4251, section 5), behind a beginning. */
function stringsBehind(bytes: Buffer, beginning: string): readonly string[] {
  if (bytes.subarray(0, beginning.length).toString('latin1') !== beginning) return [];
  const strings: string[] = [];
  for (let at = beginning.length; strings.length < 2 && at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    strings.push(bytes.subarray(at + 4, at + 4 + Math.min(length, 200)).toString('latin1'));
    at += 4 + length;
  }
  return strings;
}

function certificate({ text, start, end, now, effort }: Partial<DecodeInput>, label: string, body: string) {
  if (text === undefined || start === undefined || end === undefined || now === undefined || effort === undefined)
    return {};
  const name = label === '' ? 'PRIVATE KEY' : `${label} PRIVATE KEY`;
  const pem = `-----BEGIN ${name}-----\n${body.replaceAll(/.{64}/g, '$&\n')}\n-----END ${name}-----\n`;
  return certificateBeside({ text, start, end, effort }, pem, now) ?? {};
}
