import type { Credential } from '../model/credential.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/principal.ts';
import type { StaticSecret } from '../model/static-secret.ts';

/** A static secret and what it belongs to, as far as the inventory knows. */
export interface SecretMatch {
  readonly secret: StaticSecret;
  readonly credential?: Credential;
  readonly principal?: Principal;
  /** What joined them: `credential id`, `e-mail in the key file`, `subject of the token`. */
  readonly by: string;
}

/**
 * Matches every static secret to the credential and the principal that it is: by the provider's id that the material shows
 * (an access key id, the key id of a key file), else by decoded facts (the account of a key file, the subject of a token).
 * Secrets that match nothing are left out.
 */
export function matchSecrets(inventory: Inventory): ReadonlyMap<string, SecretMatch> {
  const byNativeId = new Map<string, Credential>();
  for (const credential of inventory.credentials.values()) {
    byNativeId.set(`${credential.platform}:${credential.nativeId}`, credential);
  }
  const matches = new Map<string, SecretMatch>();
  for (const secret of inventory.secrets.values()) {
    const match = byCredentialId(secret, byNativeId, inventory) ?? byFacts(secret, inventory);
    if (match !== undefined) matches.set(secret.id, match);
  }
  return matches;
}

function byCredentialId(
  secret: StaticSecret,
  byNativeId: ReadonlyMap<string, Credential>,
  inventory: Inventory,
): SecretMatch | undefined {
  if (secret.credentialNativeId === undefined || secret.platform === undefined) return undefined;
  const credential = byNativeId.get(`${secret.platform}:${secret.credentialNativeId}`);
  if (credential === undefined) return undefined;
  const principal = inventory.principals.get(credential.principal);
  return { secret, credential, ...(principal === undefined ? {} : { principal }), by: 'credential id' };
}

const SERVICE_ACCOUNT_SUBJECT = /^system:serviceaccount:([^:]+):([^:]+)$/;

function byFacts(secret: StaticSecret, inventory: Inventory): SecretMatch | undefined {
  const { facts } = secret;
  if (facts === undefined) return undefined;
  if (typeof facts.client_email === 'string') {
    const principal = inventory.principals.get(`gcp:service-account:${facts.client_email}`);
    if (principal !== undefined) return { secret, principal, by: 'e-mail in the key file' };
  }
  const subject = typeof facts.sub === 'string' ? SERVICE_ACCOUNT_SUBJECT.exec(facts.sub) : null;
  if (subject !== null) {
    const [, namespace, name] = subject;
    const suffix = `/${namespace}/${name}`;
    const candidates = [...inventory.principals.values()].filter(
      (principal) =>
        principal.platform === 'kubernetes' &&
        principal.kind === 'service-account' &&
        principal.nativeId.endsWith(suffix) &&
        principal.scope.length === 2,
    );
    // The token does not say which cluster it is of: with several clusters a match would be a guess.
    const [principal] = candidates;
    if (principal !== undefined && candidates.length === 1) return { secret, principal, by: 'subject of the token' };
  }
  return undefined;
}
