/**
 * The key that a credential is bound to (`cnf`, RFC 7800): a DPoP key by its JWK thumbprint (RFC 9449 §6.1), or a client certificate by
 * the SHA-256 of its DER (RFC 8705 §3.1).
 */
export type Confirmation = { readonly jkt: string } | { readonly 'x5t#S256': string };

/** One text for one key, which no other kind of key can have. */
export function keyOf(confirmation: Confirmation | undefined): string | undefined {
  if (confirmation === undefined) return undefined;
  return 'jkt' in confirmation ? `jkt ${confirmation.jkt}` : `x5t#S256 ${confirmation['x5t#S256']}`;
}
