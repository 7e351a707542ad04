import type { Decoded, DecodeInput } from '../decoder.ts';

/** RFC 1421 and RFC 4880 write these in front of the base64. */
const HEADERS = /(?:Proc-Type|DEK-Info|Comment|Version|Hash|Charset):[^\n\\]{0,200}/g;

/**
 * A private key in PEM (RFC 7468, RFC 1421) or OpenSSH's own form, also where a string literal has `\n` for its line
 * ends. One that is encrypted is told as such: it is worth less without its passphrase.
 */
export function decodePrivateKey({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  const [begin = '', label = ''] = /^-----BEGIN (?:([A-Z0-9 ]{1,40}) )?PRIVATE KEY(?: BLOCK)?-----/.exec(value) ?? [];
  const inner = value.slice(begin.length);
  const plain = inner
    .replaceAll(HEADERS, '')
    .replaceAll(/\\[nrt]|\\u000[aAdD]/g, '\n')
    // A literal in several pieces.
    .replaceAll(/["'`]\s{0,8}[+.]?\s{0,80}["'`]/g, '')
    // What is neither base64 nor the punctuation of a string literal ends the key, where its last line is missing.
    .replace(/[^A-Za-z0-9+/=\s\\"'`,+.|<>:;()&#-][\s\S]*$/, '');
  const body = plain.replaceAll(/[^A-Za-z0-9+/=]/g, '');
  // Too short for any key: a sample that was cut, or a pattern in somebody's code. Or prose that speaks of keys.
  if (body.length < 40 || new Set(body).size < 10 || !/[A-Za-z0-9+/=]{32}/.test(plain)) return undefined;
  const encrypted = label === 'ENCRYPTED' || /Proc-Type: ?4,ENCRYPTED/.test(inner) || encryptedOpenSsh(body);
  return {
    canonical: body,
    facts: { format: label === '' ? 'PKCS#8' : label, encrypted },
    ...(encrypted ? { confidence: 'generic' } : {}),
  };
}

/** `openssh-key-v1`, a NUL, then the cipher's name with its length: `none` for a key in the clear. */
function encryptedOpenSsh(body: string): boolean {
  const start = Buffer.from(body.slice(0, 64), 'base64');
  const magic = 'openssh-key-v1\0';
  if (start.subarray(0, magic.length).toString('latin1') !== magic) return false;
  const cipher = start.subarray(magic.length + 4, magic.length + 4 + (start[magic.length + 3] ?? 0)).toString('latin1');
  return cipher !== 'none';
}
