import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  compactVerify,
  createLocalJWKSet,
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
}

/**
 * Opens `keys.json` in `folder`, generating keys at the first time. Folder 0700, file 0600; a file that others may read is refused.
 *
 * @throws {AppError} ERR_STORE_KEY
 */
export async function openIssuerKeys(folder: string): Promise<IssuerKeys> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const file = join(folder, 'keys.json');
  let ring = await readRing(file);
  if (ring === undefined) {
    ring = {
      current: await newPair(),
      next: await newPair(),
      former: [],
      audit: await newKey('ES256'),
      formerAudit: [],
    };
    await writeRing(file, ring);
  }
  return makeKeys(file, ring);
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

function makeKeys(file: string, opened: Ring): IssuerKeys {
  let ring = opened;
  const imported = new Map<string, Promise<CryptoKey | Uint8Array>>();
  const privateKey = (jwk: StoredJwk) => {
    const known = imported.get(jwk.kid) ?? importJWK(jwk, jwk.alg);
    imported.set(jwk.kid, known);
    return known;
  };
  return {
    async sign(claims, { alg, typ }) {
      const jwk = ring.current[alg];
      return await new SignJWT({ ...claims })
        .setProtectedHeader({ alg, typ, kid: jwk.kid })
        .sign(await privateKey(jwk));
    },
    async verify(token) {
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
    async rotate(now, overlapMs) {
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
      await writeRing(file, rotated);
      ring = rotated;
    },
  };
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

async function readRing(file: string): Promise<Ring | undefined> {
  let text: string;
  try {
    const handle = await open(file, 'r');
    try {
      const mode = (await handle.stat()).mode & 0o077;
      if (mode !== 0)
        throw new AppError('ERR_STORE_KEY', `${file}: others than its owner may use it`, { hint: `chmod 600 ${file}` });
    } finally {
      await handle.close();
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    if (error instanceof AppError) throw error;
    throw new AppError('ERR_STORE_KEY', `${file}: cannot be read`, { cause: error });
  }
  const parsed = ringSchema.safeParse(parseJson(text));
  // The parse error itself would quote the key.
  if (!parsed.success) throw new AppError('ERR_STORE_KEY', `${file}: not a key file of lapse`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Never half a key file: written beside, synced, then renamed. */
async function writeRing(file: string, ring: Ring): Promise<void> {
  const fresh = `${file}.${randomBytes(4).toString('hex')}`;
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(ring));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}
