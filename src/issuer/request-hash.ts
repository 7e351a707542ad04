import { createHash } from 'node:crypto';
import type { AccessDetail, Requester } from '../model/access-request.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import type { JsonObject } from '../model/json.ts';

/** Claims that differ between two tokens of one and the same caller (RFC 7519 section 4.1, OpenID Connect Core section 2). */
const PER_TOKEN: ReadonlySet<string> = new Set(['jti', 'iat', 'nbf', 'exp', 'auth_time', 'nonce', 'at_hash', 'sid']);

/**
 * What an approver approves: who asks, by every claim that outlives one token, and exactly what is asked. Approvals count for this
 * hash only, and only who presents the same claims and proves the same key again can claim the request.
 *
 * @returns SHA-256 over canonical JSON (RFC 8785), in hex.
 */
export function requestHash(requester: Requester, detail: AccessDetail): string {
  const claims = Object.fromEntries(Object.entries(requester.claims).filter(([name]) => !PER_TOKEN.has(name)));
  const content: JsonObject = {
    requester: {
      kind: requester.kind,
      issuer: requester.issuer,
      subject: requester.subject,
      principal: requester.principal,
      owners: requester.owners,
      claims,
      lease: requester.lease,
      client: requester.client,
      actor: requester.actor === undefined ? undefined : { ...requester.actor },
      cnf: requester.cnf,
    },
    detail: { ...detail },
  };
  return createHash('sha256').update(canonicalJson(content), 'utf8').digest('hex');
}
