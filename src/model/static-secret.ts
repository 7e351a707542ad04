import type { JsonObject } from './json.ts';
import type { Location } from './location.ts';
import type { Platform } from './platform.ts';

/** The surest first. */
export const CONFIDENCES = ['structured', 'contextual', 'generic'] as const;

/** How sure the engine is: prefix plus checksum or decodable; vendor context plus shape; assignment plus entropy. */
export type SecretConfidence = (typeof CONFIDENCES)[number];

/** Negative when the first is surer than the second, for sorting. */
export function compareConfidence(a: SecretConfidence, b: SecretConfidence): number {
  return CONFIDENCES.indexOf(a) - CONFIDENCES.indexOf(b);
}

/**
 * Secret material found in a file, in history or in an export. The value is not here and cannot be had from here: a
 * fingerprint stands for it (HMAC-SHA-256 under the store's private key).
 */
export interface StaticSecret {
  /** `secretId(fingerprint)`. */
  readonly id: string;
  /** The rule that found it, `vendor/what`. */
  readonly rule: string;
  readonly vendor: string;
  readonly title: string;
  readonly confidence: SecretConfidence;
  /** 64 hex digits, keyed. */
  readonly fingerprint: string;
  /** Where it is safe: the public prefix and the last four characters, `AKIA…WXYZ`. */
  readonly hint?: string;
  /** Platform whose credential this is, when the rule knows. */
  readonly platform?: Platform;
  /** The provider's id of the credential, where the material shows it: an access key id, a key id of a key file. */
  readonly credentialNativeId?: string;
  /** Decoded, non-secret facts in snake_case: `account_id`, `client_email`, `iss`, `sub`, `exp`, `host`, `user`, `database`, `expired`. */
  readonly facts?: JsonObject;
  /** What its vendor answered when asked; `inactive` also where the material itself says that its time is over (`facts.expired`). */
  readonly validity: 'unknown' | 'active' | 'inactive';
  /** ISO 8601: when its vendor was asked for the validity, if it was. */
  readonly verifiedAt?: string;
  /** False when it is only in history. */
  readonly inHead: boolean;
  readonly locations: readonly Location[];
}
