import type { Decoded, DecodeInput } from '../decoder.ts';
import { isPlaceholder } from '../placeholder.ts';

/** `user:password` in base64, as in an `Authorization: Basic` header (RFC 7617) or a Docker configuration. */
export function decodeBasicAuth({ value }: Pick<DecodeInput, 'value'>): Decoded | undefined {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  const colon = decoded.indexOf(':');
  if (colon < 0 || !/^[ -~]+$/.test(decoded)) return undefined;
  const password = decoded.slice(colon + 1);
  if (password.length < 4 || isPlaceholder(password)) return undefined;
  return { canonical: password, facts: { user: decoded.slice(0, colon) } };
}
