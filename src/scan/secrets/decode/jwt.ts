import type { JsonObject } from '../../../model/json.ts';
import type { Decoded, DecodeInput } from '../decoder.ts';

const CLAIMS = ['iss', 'sub', 'azp', 'client_id', 'appid', 'tid', 'email', 'scope'] as const;

/**
 * A signed token in compact form (RFC 7519). What decodes to JSON is one; its issuer, subject and end are told, and one
 * that has ended is less of a secret.
 */
export function decodeJwt({ value, now }: DecodeInput): Decoded | undefined {
  const [header, payload, signature = ''] = value.split('.');
  const head = part(header);
  if (head === undefined) return undefined;
  // Without an algorithm it is none, but may be a part of one.
  if (typeof head.alg !== 'string') return { confidence: 'generic' };
  const claims = part(payload);
  // Signed without a payload in JSON (a nested or detached one): the header alone makes it contextual.
  if (claims === undefined)
    return signature === '' ? undefined : { confidence: 'contextual', facts: { alg: head.alg } };
  if (head.alg === 'none' || signature === '') return undefined;
  // The sample that jwt.io shows, which half of all tests use.
  if (claims.sub === '1234567890' && claims.name === 'John Doe')
    return { confidence: 'generic', facts: { alg: head.alg } };
  if (isBundleSignature(claims)) return undefined;
  const facts: Record<string, string | number | boolean> = { alg: head.alg };
  if (typeof head.kid === 'string') facts.kid = head.kid.slice(0, 200);
  for (const name of CLAIMS) {
    const claim = claims[name];
    if (typeof claim === 'string') facts[name] = claim.slice(0, 200);
  }
  const audience = Array.isArray(claims.aud) ? claims.aud.join(' ') : claims.aud;
  if (typeof audience === 'string') facts.aud = audience.slice(0, 200);
  if (typeof claims.iat === 'number' && Number.isFinite(claims.iat)) facts.iat = claims.iat;
  if (typeof claims.exp !== 'number' || !Number.isFinite(claims.exp)) return { facts };
  facts.exp = claims.exp;
  facts.expired = claims.exp * 1_000 < now.getTime();
  return { facts, ...(facts.expired ? { confidence: 'generic' } : {}) };
}

/** Signatures of OPA bundles list the digests of files: they are published with the bundle, and open nothing. */
function isBundleSignature({ files, sub, aud }: JsonObject): boolean {
  if (!Array.isArray(files) || sub !== undefined || aud !== undefined) return false;
  return files.every((file) => typeof file === 'object' && file !== null && 'name' in file && 'hash' in file);
}

function part(encoded: string | undefined): JsonObject | undefined {
  if (encoded === undefined || encoded === '') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
