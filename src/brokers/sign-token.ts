import type { JsonObject } from '../model/json.ts';

export type TokenAlgorithm = 'ES256' | 'RS256';

/** Signs claims as a compact JWS with the issuer's current key of that algorithm. */
export type SignToken = (claims: JsonObject, header: { alg: TokenAlgorithm; typ: string }) => Promise<string>;
