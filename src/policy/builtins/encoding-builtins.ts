import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Builtin } from './builtin.ts';
import { LeftToOpa } from './builtin.ts';
import { stringAt } from './operands.ts';

const hash =
  (algorithm: string): Builtin =>
  (operands) =>
    createHash(algorithm).update(stringAt(operands, 0)).digest('hex');

const hmac =
  (algorithm: string): Builtin =>
  (operands) =>
    createHmac(algorithm, stringAt(operands, 1)).update(stringAt(operands, 0)).digest('hex');

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BASE64URL = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}(?:==)?|[A-Za-z0-9_-]{3}=?)?$/;

/** Hashes and encodings that OPA's WASM runtime lacks, or decodes whatever it is given to something. */
export const ENCODING_BUILTINS: Readonly<Record<string, Builtin>> = {
  'crypto.md5': hash('md5'),
  'crypto.sha1': hash('sha1'),
  'crypto.sha256': hash('sha256'),
  'crypto.hmac.md5': hmac('md5'),
  'crypto.hmac.sha1': hmac('sha1'),
  'crypto.hmac.sha256': hmac('sha256'),
  'crypto.hmac.sha512': hmac('sha512'),

  'crypto.hmac.equal': (operands) => {
    const [one, other] = [Buffer.from(stringAt(operands, 0)), Buffer.from(stringAt(operands, 1))];
    return one.length === other.length && timingSafeEqual(one, other);
  },

  'base64.decode': (operands) => decodeBase64(stringAt(operands, 0), BASE64, 'base64'),

  'base64.is_valid': (operands) => {
    const text = stringAt(operands, 0);
    if (/[\r\n]/.test(text)) throw new LeftToOpa('line breaks');
    return BASE64.test(text);
  },

  'base64url.decode': (operands) => decodeBase64(stringAt(operands, 0), BASE64URL, 'base64url'),

  'base64url.encode_no_pad': (operands) => Buffer.from(stringAt(operands, 0)).toString('base64url'),

  'hex.encode': (operands) => Buffer.from(stringAt(operands, 0)).toString('hex'),

  'hex.decode': (operands) => {
    const text = stringAt(operands, 0);
    if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new LeftToOpa('not hexadecimal');
    return decodeUtf8(Buffer.from(text, 'hex'));
  },

  'urlquery.encode': (operands) => escapeQuery(stringAt(operands, 0)),

  'urlquery.decode': (operands) => {
    const text = stringAt(operands, 0);
    if (/%(?![0-9a-fA-F]{2})/.test(text)) throw new LeftToOpa('invalid escape');
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      throw new LeftToOpa('not UTF-8');
    }
  },
};

/** As application/x-www-form-urlencoded has it, which `encodeURIComponent` differs from in six characters. */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function decodeBase64(text: string, form: RegExp, encoding: 'base64' | 'base64url'): string {
  if (!form.test(text)) throw new LeftToOpa(`not ${encoding}`);
  return decodeUtf8(Buffer.from(text, encoding));
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new LeftToOpa('not UTF-8');
  }
}
