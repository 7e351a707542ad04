import { hash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

type Changes = Readonly<Record<string, unknown>>;

/** A client's DPoP key, made by hand so that its proofs can be wrong in any way. */
export interface DpopKey {
  readonly jkt: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** A good proof for a POST, unless changed. */
  proof(url: string, now: Date, claims?: Changes, header?: Partial<JWTHeaderParameters>): Promise<string>;
}

export async function makeDpopKey(alg = 'ES256'): Promise<DpopKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    jkt: await calculateJwkThumbprint(publicJwk),
    proof: (url, now, claims = {}, header = {}) => {
      const content = { jti: randomUUID(), htm: 'POST', htu: url, iat: Math.floor(now.getTime() / 1000), ...claims };
      return new SignJWT(content)
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk: publicJwk, ...header })
        .sign(privateKey);
    },
  };
}

/** `ath` of a token. */
export const tokenHash = (token: string): string => hash('sha256', token, 'base64url');
