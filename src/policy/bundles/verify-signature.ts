import type { KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { bundleFault } from './bundle-fault.ts';
import type { BundleFiles } from './bundle-files.ts';
import { fileDigest } from './file-digest.ts';

export const SIGNATURES = '.signatures.json';

/** Whose signature a bundle must have. */
export interface SignatureRule {
  /** By the id that signers name (`opa sign --verification-key-id`). */
  readonly keys: ReadonlyMap<string, { readonly algorithm: string; readonly key: KeyObject }>;
  /** What signers must have meant the bundle for (claim `scope`); nothing in particular when absent. */
  readonly scope?: string;
}

const signaturesSchema = z.object({ signatures: z.array(z.string()).length(1, 'expected exactly one') });

const claimsSchema = z.object({
  files: z.array(z.object({ name: z.string(), hash: z.string(), algorithm: z.string() })),
  scope: z.string().default(''),
});

/**
 * Checks that every file of a bundle is what one of the keys signed, and that none that was signed is missing. A signature that has
 * an end (`exp`) is good until then.
 *
 * https://www.openpolicyagent.org/docs/management-bundles#signing
 *
 * @returns the id of the key.
 * @throws AppError ERR_POLICY_BUNDLE
 */
export async function verifySignature(files: BundleFiles, rule: SignatureRule, now: Date): Promise<string> {
  const content = files.get(SIGNATURES);
  if (content === undefined)
    throw bundleFault(
      'is not signed, but its signature is configured',
      'sign it with "lapse policy build" or "opa sign"',
    );
  const token = tokenOf(content);
  const id = keyIdOf(token);
  const trusted = rule.keys.get(id);
  if (trusted === undefined)
    throw bundleFault(
      `${SIGNATURES}: signed with the key ${JSON.stringify(id)}, which is not configured`,
      `expected one of ${[...rule.keys.keys()].join(', ')}`,
    );
  const claims = await verifiedClaims(token, trusted, now);
  const scope = rule.scope ?? '';
  if (claims.scope !== scope)
    throw bundleFault(
      `${SIGNATURES}: signed for the scope ${JSON.stringify(claims.scope)}, expected ${JSON.stringify(scope)}`,
    );
  compareFiles(files, claims.files);
  return id;
}

function tokenOf(content: Buffer): string {
  try {
    return signaturesSchema.parse(JSON.parse(content.toString('utf8'))).signatures[0] ?? '';
  } catch (cause) {
    throw bundleFault(`${SIGNATURES}: expected {"signatures": [one JWT]}`, undefined, cause);
  }
}

/** Believed no further than to choose one of our own keys. The claim `keyid` is how OPA named it before the header did. */
function keyIdOf(token: string): string {
  try {
    const { kid } = decodeProtectedHeader(token);
    const { keyid } = decodeJwt(token);
    const id = kid ?? keyid;
    if (typeof id === 'string' && id !== '') return id;
  } catch (cause) {
    throw bundleFault(`${SIGNATURES}: the signature is no JWT`, undefined, cause);
  }
  throw bundleFault(`${SIGNATURES}: the signature names no key`, 'sign with --verification-key-id');
}

async function verifiedClaims(
  token: string,
  { algorithm, key }: { readonly algorithm: string; readonly key: KeyObject },
  now: Date,
): Promise<z.output<typeof claimsSchema>> {
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(token, key, { algorithms: [algorithm], currentDate: now }));
  } catch (cause) {
    const why = cause instanceof errors.JOSEError ? ` (${cause.code})` : '';
    throw bundleFault(`${SIGNATURES}: the signature is not valid${why}`, undefined, cause);
  }
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) throw bundleFault(`${SIGNATURES}: the signature names no files`);
  return claims.data;
}

function compareFiles(files: BundleFiles, signed: z.output<typeof claimsSchema>['files']): void {
  const left = new Map(signed.map((file) => [file.name.replace(/^\//, ''), file]));
  if (left.size < signed.length) throw bundleFault(`${SIGNATURES}: a file is signed twice`);
  for (const [path, content] of files) {
    if (path === SIGNATURES) continue;
    const expected = left.get(path);
    if (expected === undefined) throw bundleFault(`${path}: is not signed`);
    if (fileDigest(path, content, expected.algorithm) !== expected.hash.toLowerCase())
      throw bundleFault(`${path}: is not what was signed`);
    left.delete(path);
  }
  const [missing] = left.keys();
  if (missing !== undefined) throw bundleFault(`${missing}: was signed, and is missing`);
}
