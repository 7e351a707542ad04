import type { JsonObject } from './json.ts';
import type { Location } from './location.ts';
import type { Observation } from './observation.ts';
import type { Platform } from './platform.ts';
import type { Usage } from './usage.ts';

/**
 * A key, password, certificate or token that a provider says a principal has: metadata only, never the material.
 *
 * Kinds in use: `access-key` `console-password` `signing-certificate` `service-specific` `ssh-key` `token-secret` (a Kubernetes
 * Secret of type service-account-token) `actions-secret` (a named secret that a workflow reads; also
 * `dependabot-secret` `codespaces-secret`) `deploy-key` `fine-grained-token` `classic-token` `ssh-key`;
 * azure `app-secret` `app-certificate` `saml-certificate` `managed-certificate`.
 */
export interface Credential {
  /** `credentialId(platform, kind, nativeId)`. */
  readonly id: string;
  readonly platform: Platform;
  readonly kind: string;
  /** The provider's id: `AKIA…`; where the provider gives none, the owner's native id plus a suffix (`…#access-key-1`). */
  readonly nativeId: string;
  /** Id of the principal it authenticates as. */
  readonly principal: string;
  readonly status: 'active' | 'inactive' | 'expired' | 'unknown';
  /** ISO 8601. */
  readonly createdAt?: string;
  /** ISO 8601; absent means that it does not expire, or that the source does not say (then `expiryUnknown`). */
  readonly expiresAt?: string;
  readonly expiryUnknown?: boolean;
  readonly usage?: Usage;
  /** What other tools and analyses say of it, beside our own view. */
  readonly observations?: readonly Observation[];
  /** For a credential without an id of its own: how it was joined to what it is, and how sure that is. */
  readonly join?: { readonly by: string; readonly confidence: 'high' | 'medium' | 'low' };
  readonly attributes?: JsonObject;
  readonly locations: readonly Location[];
}
