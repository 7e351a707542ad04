import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { fetchPinned, type Pinned } from './fetch-pinned.ts';

const MAX_KEYS = 100;
const FETCH_TIMEOUT = 5_000;
/** A key id that we do not know makes us look again, but not more often than this: storms of made-up key ids cost nothing. */
const COOLDOWN = 30_000;
/** After a failure the issuer is left in peace for this long. */
const FAILURE_COOLDOWN = 5_000;
const CACHE_MAX_AGE = 10 * 60_000;
const DISCOVERY_MAX_AGE = 60 * 60_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.string() });
const keySetSchema = z.object({ keys: z.array(z.object({ kty: z.string() }).loose()).max(MAX_KEYS) });

export interface KeySource extends Pinned {
  readonly issuer: string;
  readonly jwksUri?: string;
}

/**
 * Public keys of a foreign issuer, fetched when needed. The host is the configured one (of `jwksUri`, or of the issuer itself);
 * what a token says about keys (`jku`, `x5u`, `jwk`) is never looked at.
 *
 * @returns a key getter for `jwtVerify`; it rejects with ERR_KEYS_UNREACHABLE when the issuer does not answer, and with jose's
 * own error when there is no such key.
 */
export function remoteKeys(source: KeySource): JWTVerifyGetKey {
  let keys: { readonly get: JWTVerifyGetKey; readonly until: number } | undefined;
  let failedUntil = 0;
  let failure: unknown;

  async function load(url: URL): Promise<Buffer> {
    if (Date.now() < failedUntil) throw unreachable(source.issuer, failure);
    try {
      return await fetchPinned(url, source, AbortSignal.timeout(FETCH_TIMEOUT));
    } catch (error) {
      failure = error;
      failedUntil = Date.now() + FAILURE_COOLDOWN;
      throw unreachable(source.issuer, error);
    }
  }

  async function keySet(): Promise<JWTVerifyGetKey> {
    if (keys !== undefined && Date.now() < keys.until) return keys.get;
    const url = source.jwksUri === undefined ? await discover(source.issuer, load) : new URL(source.jwksUri);
    const get = createRemoteJWKSet(url, {
      cooldownDuration: COOLDOWN,
      cacheMaxAge: CACHE_MAX_AGE,
      [customFetch]: async () => new Response(JSON.stringify(parse(keySetSchema, await load(url), source.issuer))),
    });
    keys = { get, until: Date.now() + DISCOVERY_MAX_AGE };
    return get;
  }

  return async (header, token) => {
    const get = await keySet();
    try {
      return await get(header, token);
    } catch (error) {
      if (error instanceof AppError || error instanceof errors.JWKSNoMatchingKey) throw error;
      if (error instanceof errors.JWKSMultipleMatchingKeys || error instanceof errors.JOSENotSupported) throw error;
      throw unreachable(source.issuer, error);
    }
  };
}

/** OpenID Connect Discovery 1.0 §4: the document must name the issuer, and its keys must live on the issuer's own host. */
async function discover(issuer: string, load: (url: URL) => Promise<Buffer>): Promise<URL> {
  const place = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const document = parse(discoverySchema, await load(place), issuer);
  const found = URL.canParse(document.jwks_uri) ? new URL(document.jwks_uri) : undefined;
  if (document.issuer !== issuer) throw unreachable(issuer, new Error('discovery names another issuer'));
  if (found === undefined || found.host !== place.host || found.protocol !== place.protocol)
    throw unreachable(issuer, new Error('discovery places the keys on another host: configure jwks_uri'));
  return found;
}

function parse<T>(schema: z.ZodType<T>, body: Buffer, issuer: string): T {
  try {
    return schema.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw unreachable(issuer, cause);
  }
}

function unreachable(issuer: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : 'unknown';
  return new AppError('ERR_KEYS_UNREACHABLE', 'the keys of the issuer of the token cannot be read now', {
    details: { issuer, reason },
    cause,
  });
}
