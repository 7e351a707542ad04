import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

/** A workload identity issuer on loopback that signs whatever a test asks for. */
export interface TokenIssuer {
  readonly url: string;
  readonly publicJwk: JWK;
  /** How often the keys were fetched. */
  readonly fetches: () => number;
  /** Answers instead of the usual, until it is undefined again. */
  answer: RequestListener | undefined;
  sign(
    claims: Readonly<Record<string, unknown>>,
    header?: Partial<JWTHeaderParameters>,
    key?: CryptoKey,
  ): Promise<string>;
  close(): Promise<void>;
}

let pair: ReturnType<typeof generateKeyPair> | undefined;

export async function startTokenIssuer(): Promise<TokenIssuer> {
  pair ??= generateKeyPair('ES256', { extractable: true });
  const { privateKey, publicKey } = await pair;
  const jwk = await exportJWK(publicKey);
  const publicJwk = { ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
  let fetches = 0;
  const server = createServer((request, response) => {
    if (request.url === '/jwks') fetches += 1;
    if (issuer.answer !== undefined) return issuer.answer(request, response);
    const document =
      request.url === '/jwks' ? { keys: [publicJwk] } : { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer: TokenIssuer = {
    url: `http://127.0.0.1:${port}`,
    publicJwk,
    fetches: () => fetches,
    answer: undefined,
    sign: (claims, header = {}, key = privateKey) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', kid: publicJwk.kid, ...header }).sign(key),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
