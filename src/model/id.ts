import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Json } from './json.ts';

/** `aws:user:arn:aws:iam::123456789012:user/ci`. */
export function principalId(platform: string, kind: string, nativeId: string): string {
  return `${platform}:${kind}:${nativeId}`;
}

/** `aws:access-key:AKIA…`. */
export function credentialId(platform: string, kind: string, nativeId: string): string {
  return `${platform}:${kind}:${nativeId}`;
}

/** `secret:` and the first 24 hex digits of the fingerprint: 96 bits, enough that two secrets never share an id. */
export function secretId(fingerprint: string): string {
  return `secret:${fingerprint.slice(0, 24)}`;
}

/** An id made of what a thing says: the same content has the same id. */
export function contentId(prefix: 'grant' | 'trust', content: Json): string {
  return `${prefix}:${createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 24)}`;
}
