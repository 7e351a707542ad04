import { hash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, type JWTVerifyResult, jwtVerify } from 'jose';
import { AppError } from '../../errors.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import type { DpopNonces } from './dpop-nonce.ts';

/** Asymmetric ones only; advertised in the metadata. */
export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'ES512', 'PS256', 'RS256', 'EdDSA'] as const;

const MAX_PROOF_LENGTH = 4096;
const MAX_JTI_LENGTH = 256;
const WINDOW_SECONDS = 60;
/** RFC 7518 §6: members of private and symmetric keys. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

interface Expected {
  readonly method: string;
  /** Every URL that the endpoint goes by. */
  readonly urls: readonly string[];
  /** The token that the proof is shown with, in `Authorization: DPoP`. */
  readonly accessToken?: string | undefined;
}

interface Dependencies {
  readonly issuer: Pick<Issuer, 'useOnce'>;
  /** When proofs must carry one. */
  readonly dpopNonces?: DpopNonces;
  now(): Date;
}

export interface DpopProof {
  /** Thumbprint of its key (RFC 7638), for `cnf.jkt`. */
  readonly jkt: string;
  /**
   * Uses it up: `jti` is good once per key. Before anything is done for its sender, and not before the sender is known: what anybody can make
   * must not fill the store.
   *
   * @throws {AppError} ERR_DPOP_PROOF when it was used before.
   */
  use(): Promise<void>;
}

/**
 * Checks a DPoP proof (RFC 9449 §4.3).
 *
 * @throws {AppError} ERR_DPOP_PROOF, whatever is wrong with it; ERR_DPOP_NONCE when only the nonce is missing or old.
 */
export async function verifyDpopProof(
  proof: string,
  expected: Expected,
  { issuer, dpopNonces, now }: Dependencies,
): Promise<DpopProof> {
  if (proof.length > MAX_PROOF_LENGTH) throw refusedProof('too long');
  const { payload, protectedHeader } = await verifySignature(proof, now());
  const { jwk } = protectedHeader;
  if (jwk === undefined || PRIVATE_MEMBERS.some((name) => name in jwk)) throw refusedProof('a private key');
  const { jti, htm, htu, iat, ath, nonce } = payload;
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_LENGTH) throw refusedProof('jti');
  if (htm !== expected.method) throw refusedProof('htm');
  if (typeof htu !== 'string' || !expected.urls.some((url) => placeOf(url) === placeOf(htu))) throw refusedProof('htu');
  if (typeof iat !== 'number' || Math.abs(now().getTime() / 1000 - iat) > WINDOW_SECONDS) throw refusedProof('iat');
  if (expected.accessToken !== undefined && ath !== hash('sha256', expected.accessToken, 'base64url'))
    throw refusedProof('ath');
  if (dpopNonces !== undefined && (typeof nonce !== 'string' || !dpopNonces.accepts(nonce, now())))
    throw new AppError('ERR_DPOP_NONCE', 'the DPoP proof needs the nonce of the header DPoP-Nonce');
  const jkt = await calculateJwkThumbprint(jwk);
  const until = new Date((iat + 2 * WINDOW_SECONDS) * 1000);
  return {
    jkt,
    use: async () => {
      if (!(await issuer.useOnce(`dpop ${jkt}`, jti, until))) throw refusedProof('used before');
    },
  };
}

async function verifySignature(proof: string, now: Date): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...DPOP_ALGORITHMS],
      currentDate: now,
      clockTolerance: WINDOW_SECONDS,
    });
  } catch (cause) {
    throw refusedProof('not verifiable', cause);
  }
}

/** RFC 9449 §4.3: without query and fragment, after the normalisations of RFC 3986. Undefined for what is no URL, or names a user. */
function placeOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.username === '' && url.password === '' ? url.origin + url.pathname : undefined;
}

/** One answer to every bad proof; why is for the log. */
export function refusedProof(reason: string, cause?: unknown): AppError {
  return new AppError('ERR_DPOP_PROOF', 'the DPoP proof was refused', { details: { reason }, cause });
}
