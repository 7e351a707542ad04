import type { Decoded, DecodeInput } from '../decoder.ts';
import { decodeJwt } from './jwt.ts';
import { decodePrivateKey } from './private-key.ts';

/** A JSON Web Token that is written in base64 once more, as in a Kubernetes Secret. */
export function decodeEncodedJwt(input: DecodeInput): Decoded | undefined {
  const token = decoded(input.value);
  if (!/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16,}$/.test(token)) return undefined;
  const result = decodeJwt({ ...input, value: token });
  return result === undefined ? undefined : { ...result, canonical: token };
}

/** A private key in PEM that is written in base64 once more. */
export function decodeEncodedPrivateKey(input: DecodeInput): Decoded | undefined {
  const text = decoded(input.value);
  const begin = text.search(/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/);
  return begin < 0 ? undefined : decodePrivateKey({ ...input, value: text.slice(begin).split('-----END')[0] ?? '' });
}

function decoded(value: string): string {
  return Buffer.from(value, 'base64').toString('latin1').trim();
}
