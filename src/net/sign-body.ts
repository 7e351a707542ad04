import { createHmac, randomUUID } from 'node:crypto';
import type { SecretValue } from '../model/secret-value.ts';

/** How a receiver can tell that a delivery is ours. */
export type BodySigning =
  | { readonly hmac: SecretValue }
  /** Detached JWS (RFC 7515, appendix F) with the key of `/jwks`. */
  | { readonly jws: (bytes: Uint8Array) => Promise<string> };

/**
 * Headers that sign a body together with an id and the time, so that it can be neither changed nor sent again later: with a shared
 * secret as the Standard Webhooks specification has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`), or the same text as a
 * detached JWS in `lapse-signature`.
 */
export async function signedHeaders(body: string, signing: BodySigning, now: Date): Promise<Record<string, string>> {
  const id = `msg_${randomUUID()}`;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const text = `${id}.${timestamp}.${body}`;
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if ('jws' in signing) return { ...headers, 'lapse-signature': await signing.jws(new TextEncoder().encode(text)) };
  const hmac = createHmac('sha256', signing.hmac.reveal()).update(text, 'utf8').digest('base64');
  return { ...headers, 'webhook-signature': `v1,${hmac}` };
}
