import type { IssuerKeys } from '../issuer/keys.ts';

/** What our own keys sign with. */
export type TokenAlgorithm = Parameters<IssuerKeys['sign']>[1]['alg'];

/** RFC 9701 §5: the media type that asks for a signed answer, and that it comes with. */
export const SIGNED_INTROSPECTION = 'application/token-introspection+jwt';

/** What a resource server gets that has not said which it wants (RFC 9701 §6). */
const USUAL_ALGORITHM: TokenAlgorithm = 'RS256';

/**
 * An introspection answer as a JWT (RFC 9701 §5): for one caller, with the answer inside, and without the claims by which it could pass for an
 * access token.
 */
export async function signedIntrospection(
  answer: Readonly<Record<string, unknown>>,
  to: { readonly audience: string; readonly alg?: TokenAlgorithm | undefined },
  from: { readonly url: string; readonly sign: IssuerKeys['sign']; now(): Date },
): Promise<string> {
  const claims = {
    iss: from.url,
    aud: to.audience,
    iat: Math.floor(from.now().getTime() / 1000),
    token_introspection: JSON.parse(JSON.stringify(answer)),
  };
  return await from.sign(claims, { alg: to.alg ?? USUAL_ALGORITHM, typ: 'token-introspection+jwt' });
}
