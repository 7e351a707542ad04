import type { Actor } from './access-request.ts';
import type { JsonObject } from './json.ts';

/** The claim `act` (RFC 8693 §4.1): the current actor outermost, those before it nested in their order. */
export function actClaim({ issuer, subject, act }: Actor): JsonObject {
  return { iss: issuer, sub: subject, ...(act === undefined ? {} : { act }) };
}
