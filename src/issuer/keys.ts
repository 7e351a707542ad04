import {
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  compactVerify,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { z } from 'zod';
import type { SignToken, TokenAlgorithm } from '../brokers/sign-token.ts';
import { AppError } from '../errors.ts';
import type { JsonObject } from '../model/json.ts';
import { type KeyPlace, keyFile } from './key-place.ts';

const jwkSchema = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() });
const ringSchema = z.strictObject({
  current: z.strictObject({ ES256: jwkSchema, RS256: jwkSchema }),
  /** Published already, so that verifiers know it before it signs. */
  next: z.strictObject({ ES256: jwkSchema, RS256: jwkSchema }),
  /** Published until its last token is dead; ISO 8601. */
  former: z.array(z.strictObject({ key: jwkSchema, until: z.iso.datetime() })),
  audit: jwkSchema,
  /** Audit keys that signed older checkpoints: their public half is kept for ever. */
  formerAudit: z.array(jwkSchema),
});

type Ring = z.infer<typeof ringSchema>;
type StoredJwk = z.infer<typeof jwkSchema>;

const ALGORITHMS: readonly TokenAlgorithm[] = ['ES256', 'RS256'];
/** The members of a public key, named one by one, so that nothing private can come along. */
const publicSchema = z.object({
  kty: z.string(),
  kid: z.string(),
  alg: z.string(),
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
});

export interface PublishedKey {
  readonly use: 'current' | 'next' | 'former' | 'audit';
  readonly alg: string;
  readonly kid: string;
  readonly until?: string;
}

/** The issuer's own keys: they sign tokens and audit checkpoints. Private halves never leave this object. */
export interface IssuerKeys {
  readonly sign: SignToken;
  /** Claims of a token that one of our keys signed, whatever its age; undefined for everything else. */
  verify(token: string): Promise<JsonObject | undefined>;
  /** Public halves (RFC 7517): current, next, and former ones whose tokens may live. */
  jwks(now: Date): { readonly keys: readonly JsonObject[] };
  /** Signs an audit checkpoint, as a compact JWS. */
  signCheckpoint(payload: JsonObject): Promise<string>;
  /** Signs bytes as a detached JWS (RFC 7515, appendix F), ES256 with the current key: `<header>..<signature>`. */
  signDetached(bytes: Uint8Array): Promise<string>;
  /** Public halves of all audit keys, for whoever verifies the log elsewhere. */
  auditJwks(): { readonly keys: readonly JsonObject[] };
  /** The next keys become the current ones; the former stay published for `overlapMs`, the longest life of a token. */
  rotate(now: Date, overlapMs: number): Promise<void>;
  /** The published keys, as an operator sees them; `until` in ISO 8601. */
  describe(now: Date): readonly PublishedKey[];
  /** Looks whether they were rotated by another process. */
  refresh(): Promise<void>;
  /** Writes them down again: sealed with the encryption key that is the current one. */
  reseal(): Promise<void>;
}

/** What was rotated elsewhere is known by then; it was published as the next key long before. */
const REFRESH_MS = 10_000;
/** For a token that a key unknown to us has signed, at most so often. */
const REFRESH_UNKNOWN_MS = 1_000;

/**
 * Opens the keys, generating them at the first time.
 *
 * @param place - a folder for `keys.json`, or another place.
 * @throws {AppError} ERR_STORE_KEY
 */
export async function openIssuerKeys(place: string | KeyPlace): Promise<IssuerKeys> {
  const where = typeof place === 'string' ? keyFile(place) : place;
  const found = await readRing(where);
  if (found !== undefined) return makeKeys(where, found);
  const ring: Ring = {
    current: await newPair(),
    next: await newPair(),
    former: [],
    audit: await newKey('ES256'),
    formerAudit: [],
  };
  const written = await where.write(JSON.stringify(ring), 0);
  // Of two daemons that start together the first one's keys count.
  const there = written ? { ring, version: 1 } : await readRing(where);
  if (there === undefined) throw new AppError('ERR_STORE_KEY', `${where.name}: cannot be written`);
  return makeKeys(where, there);
}

/**
 * Checks a checkpoint's signature.
 *
 * @returns its payload; undefined when none of `keys` signed it.
 */
export async function verifyCheckpoint(
  signature: string,
  keys: readonly JsonObject[],
): Promise<JsonObject | undefined> {
  try {
    const { payload } = await compactVerify(
      signature,
      createLocalJWKSet({ keys: keys.map((key) => jwkSchema.parse(key)) }),
      {
        algorithms: ['ES256'],
      },
    );
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
}

interface VersionedRing {
  readonly ring: Ring;
  readonly version: number;
}

function makeKeys(place: KeyPlace, opened: VersionedRing): IssuerKeys {
  let { ring, version } = opened;
  let readAt = performance.now();
  const refresh = async (): Promise<void> => {
    const found = await readRing(place);
    readAt = performance.now();
    if (found !== undefined) ({ ring, version } = found);
  };
  const refreshAfter = async (milliseconds: number): Promise<void> => {
    if (performance.now() - readAt > milliseconds) await refresh();
  };
  const replace = async (changed: Ring): Promise<void> => {
    if (!(await place.write(JSON.stringify(changed), version)))
      throw new AppError('ERR_STORE_KEY', `${place.name}: were changed by somebody else at the same time`);
    await refresh();
  };
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();
  const privateKey = (jwk: StoredJwk) => {
    const known = imported.get(jwk.kid) ?? importJWK(jwk, jwk.alg);
    imported.set(jwk.kid, known);
    return known;
  };
  return {
    async sign(claims, { alg, typ }) {
      await refreshAfter(REFRESH_MS);
      const jwk = ring.current[alg];
      return await new SignJWT({ ...claims })
        .setProtectedHeader({ alg, typ, kid: jwk.kid })
        .sign(await privateKey(jwk));
    },
    async verify(token) {
      if (!isKnown(token, ring)) await refreshAfter(REFRESH_UNKNOWN_MS);
      const keys = published(ring).map((key) => jwkSchema.parse(publicJwk(key)));
      try {
        // The time is the lease's business: an expired token is still one of ours.
        const { payload } = await jwtVerify(token, createLocalJWKSet({ keys }), {
          algorithms: [...ALGORITHMS],
          currentDate: new Date(0),
        });
        return JSON.parse(JSON.stringify(payload));
      } catch {
        return undefined;
      }
    },
    jwks(now) {
      const keys = published({ ...ring, former: ring.former.filter(({ until }) => new Date(until) > now) });
      return { keys: keys.map(publicJwk) };
    },
    async signCheckpoint(payload) {
      return await new SignJWT({ ...payload })
        .setProtectedHeader({ alg: 'ES256', typ: 'lapse-checkpoint+jwt', kid: ring.audit.kid })
        .sign(await privateKey(ring.audit));
    },
    async signDetached(bytes) {
      const jwk = ring.current.ES256;
      const jws = await new CompactSign(bytes)
        .setProtectedHeader({ alg: 'ES256', kid: jwk.kid })
        .sign(await privateKey(jwk));
      const [header, , signature] = jws.split('.');
      return `${header}..${signature}`;
    },
    auditJwks() {
      return { keys: [ring.audit, ...ring.formerAudit].map(publicJwk) };
    },
    describe(now) {
      const pair = (use: 'current' | 'next') => ALGORITHMS.map((alg) => ({ use, alg, kid: ring[use][alg].kid }));
      const former = ring.former
        .filter(({ until }) => new Date(until) > now)
        .map(({ key, until }) => ({ use: 'former' as const, alg: key.alg, kid: key.kid, until }));
      return [
        ...pair('current'),
        ...pair('next'),
        ...former,
        { use: 'audit', alg: ring.audit.alg, kid: ring.audit.kid },
      ];
    },
    refresh: () => refreshAfter(REFRESH_MS),
    async reseal() {
      await refresh();
      await replace(ring);
    },
    async rotate(now, overlapMs) {
      await refresh();
      const until = new Date(now.getTime() + overlapMs).toISOString();
      const rotated: Ring = {
        current: ring.next,
        next: await newPair(),
        former: [
          ...ring.former.filter((former) => new Date(former.until) > now),
          ...ALGORITHMS.map((alg) => ({ key: ring.current[alg], until })),
        ],
        audit: await newKey('ES256'),
        formerAudit: [...ring.formerAudit, jwkSchema.parse(publicJwk(ring.audit))],
      };
      await replace(rotated);
    },
  };
}

/** Whether the header of a token names one of our keys; what is no token is left to whoever verifies it. */
function isKnown(token: string, ring: Ring): boolean {
  try {
    const { kid } = decodeProtectedHeader(token);
    return kid === undefined || published(ring).some((key) => key.kid === kid);
  } catch {
    return true;
  }
}

function published(ring: Ring): readonly StoredJwk[] {
  return [
    ...ALGORITHMS.map((alg) => ring.current[alg]),
    ...ALGORITHMS.map((alg) => ring.next[alg]),
    ...ring.former.map(({ key }) => key),
  ];
}

function publicJwk(jwk: StoredJwk): JsonObject {
  const { kty, kid, alg, crv, x, y, n, e } = publicSchema.parse(jwk);
  return { kty, kid, alg, crv, x, y, n, e, use: 'sig' };
}

async function newPair(): Promise<Ring['current']> {
  return { ES256: await newKey('ES256'), RS256: await newKey('RS256') };
}

async function newKey(alg: TokenAlgorithm): Promise<StoredJwk> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return jwkSchema.parse({ ...jwk, alg, kid: await calculateJwkThumbprint(jwk) });
}

async function readRing(place: KeyPlace): Promise<VersionedRing | undefined> {
  const found = await place.read();
  if (found === undefined) return undefined;
  const parsed = ringSchema.safeParse(parseJson(found.text));
  // The parse error itself would quote the key.
  if (!parsed.success) throw new AppError('ERR_STORE_KEY', `${place.name}: not a key file of lapse`);
  return { ring: parsed.data, version: found.version };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
