import type { Confirmation } from '../../model/confirmation.ts';

interface CredentialKind {
  /** `issued_token_type` (RFC 8693 §2.2.1). */
  readonly issued: string;
  /** `N_A`: not a token that could be sent in an Authorization header. */
  readonly tokenType: 'Bearer' | 'N_A';
  /** Member of the minted secrets that is the token itself; the others get a handle of their lease as `access_token`. */
  readonly tokenMember?: string;
  /** Values of `requested_token_type` that ask for this. */
  readonly requested: readonly string[];
}

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const DB_CREDENTIAL = 'urn:lapse:token-type:db-credential';
const ELEVATION = 'urn:lapse:token-type:elevation';

/** No credential: what a principal of the target has for a time. The handle ends it. */
const elevation: CredentialKind = { issued: ELEVATION, tokenType: 'N_A', requested: [ACCESS_TOKEN, ELEVATION] };

/** What each type of detail is answered with. A broker with a new `detailType` adds a line. */
export const CREDENTIAL_KINDS: Readonly<Record<string, CredentialKind>> = {
  api_token: { issued: ACCESS_TOKEN, tokenType: 'Bearer', tokenMember: 'access_token', requested: [ACCESS_TOKEN, JWT] },
  db_credential: { issued: DB_CREDENTIAL, tokenType: 'N_A', requested: [ACCESS_TOKEN, DB_CREDENTIAL] },
  db_membership: elevation,
  kubernetes_binding: elevation,
  aws_policy: elevation,
};

/** `token_type`: a token that is bound to a DPoP key is no bearer token (RFC 9449 §5); one that is bound to a certificate is (RFC 8705 §3). */
export function tokenTypeOf({ tokenType }: CredentialKind, cnf: Confirmation | undefined): 'Bearer' | 'DPoP' | 'N_A' {
  return tokenType === 'Bearer' && cnf !== undefined && 'jkt' in cnf ? 'DPoP' : tokenType;
}
