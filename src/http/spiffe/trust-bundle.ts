import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Parsed } from '../documents.ts';
import { type Certificate, readCertificate } from '../sender/client-certificate.ts';

const MAX_KEYS = 100;
const [MIN_REFRESH, MAX_REFRESH] = [10_000, 60 * 60_000];

const bundleSchema = z.object({
  keys: z.array(z.object({ kty: z.string(), use: z.string().optional() }).loose()).max(MAX_KEYS),
  spiffe_refresh_hint: z.number().int().min(0).optional(),
});

/** The authorities of one trust domain. */
export interface TrustBundle {
  readonly jwtKeys: JWTVerifyGetKey;
  readonly roots: readonly Certificate[];
}

/**
 * Reads a bundle (SPIFFE Trust Domain and Bundle §4): a JWK Set whose keys say with `use` what they sign. Keys of other uses are ignored, and an
 * authority for certificates is its one certificate in `x5c`.
 *
 * @throws on what is no bundle.
 */
export function parseTrustBundle(text: string): Parsed<TrustBundle> {
  const { keys, spiffe_refresh_hint: hint } = bundleSchema.parse(JSON.parse(text));
  // For a JWK Set, a key of another use than `sig` signs nothing.
  const jwtKeys = keys.filter(({ use }) => use === 'jwt-svid').map(({ use: _use, ...key }) => key);
  const roots = keys.filter(({ use }) => use === 'x509-svid').map(({ x5c }) => rootOf(x5c));
  return {
    value: { jwtKeys: createLocalJWKSet({ keys: jwtKeys }), roots },
    ...(hint === undefined ? {} : { refresh: Math.min(Math.max(hint * 1000, MIN_REFRESH), MAX_REFRESH) }),
  };
}

function rootOf(x5c: unknown): Certificate {
  const [only] = z.tuple([z.string()]).parse(x5c);
  const certificate = readCertificate(Buffer.from(only, 'base64'));
  if (certificate === undefined) throw new TypeError('an authority is no certificate');
  return certificate;
}
