import type { AuditEvent } from '../../model/audit-event.ts';
import { digestOf } from '../../model/digest.ts';
import type { JsonObject } from '../../model/json.ts';

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type';
export const SESSION_REVOKED = `${CAEP}/session-revoked`;
export const CREDENTIAL_CHANGE = `${CAEP}/credential-change`;

/** What is known of a lease beside its event. */
export interface LeaseFacts {
  /** As our tokens name it. */
  readonly subject: string;
  /** `AccessDetail.type`. */
  readonly detailType: string;
}

/**
 * The claims of a security event token (RFC 8417) for an audit event; undefined for most. Its `jti` follows from event and receiver, so that a
 * receiver knows one that comes twice.
 */
export function claimsOf(
  event: AuditEvent,
  lease: LeaseFacts | undefined,
  { issuer, receiver, audience }: { readonly issuer: string; readonly receiver: string; readonly audience: string },
): JsonObject | undefined {
  const said = event.lease === undefined ? keyEvent(event) : lease === undefined ? undefined : leaseEvent(event, lease);
  if (said === undefined) return undefined;
  const { correlation_id: txn } = event.detail;
  return {
    iss: issuer,
    jti: digestOf(`${receiver}|${event.chain}|${event.seq}`),
    iat: Math.floor(Date.parse(event.at) / 1000),
    aud: audience,
    ...(typeof txn === 'string' ? { txn } : {}),
    sub_id:
      event.lease === undefined
        ? { format: 'opaque', id: String(event.detail.secret) }
        : leaseSubject(event, lease, issuer),
    events: {
      [said.type]: { event_timestamp: Math.floor(Date.parse(event.at) / 1000), ...initiator(event), ...said.members },
    },
  };
}

interface Said {
  readonly type: string;
  readonly members: JsonObject;
}

function leaseEvent({ event, detail }: AuditEvent, { detailType }: LeaseFacts): Said | undefined {
  const credential_type = CREDENTIAL_TYPES[detailType] ?? `lapse:${detailType}`;
  const reason = typeof detail.reason === 'string' ? { reason_admin: { en: detail.reason } } : {};
  if (event === 'lease.active') return { type: CREDENTIAL_CHANGE, members: { credential_type, change_type: 'create' } };
  if (event === 'lease.revoking') return { type: SESSION_REVOKED, members: reason };
  if (event === 'lease.dead')
    return { type: CREDENTIAL_CHANGE, members: { credential_type, change_type: 'delete', ...reason } };
  return undefined;
}

/** What CAEP has a word for; the others are ours. */
const CREDENTIAL_TYPES: Readonly<Record<string, string>> = { db_credential: 'password' };

function keyEvent({ event, detail }: AuditEvent): Said | undefined {
  if (event !== 'swap.stage') return undefined;
  const change = { disabled: 'revoke', gone: 'delete' }[String(detail.stage)];
  if (change === undefined) return undefined;
  return { type: CREDENTIAL_CHANGE, members: { credential_type: 'lapse:static_key', change_type: change } };
}

function leaseSubject(event: AuditEvent, lease: LeaseFacts | undefined, issuer: string): JsonObject {
  return {
    format: 'complex',
    user: { format: 'iss_sub', iss: issuer, sub: lease?.subject ?? '' },
    session: { format: 'opaque', id: event.lease ?? '' },
  };
}

function initiator({ actor, event }: AuditEvent): JsonObject {
  if (actor.startsWith('operator:')) return { initiating_entity: 'admin' };
  return { initiating_entity: actor === 'system' || event === 'lease.dead' ? 'system' : 'user' };
}
