import type { AuditEvent } from '../../../model/audit-event.ts';
import type { Json, JsonObject } from '../../../model/json.ts';
import { failed, severityOf } from './event-severity.ts';

/** Version of the Open Cybersecurity Schema Framework that events are written in. */
export const OCSF_VERSION = '1.6.0';

const SEVERITY_ID = { info: 1, warning: 3, error: 4 } as const;
const ALERT_SEVERITY_ID: Readonly<Record<string, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };

const AUTHENTICATION = 3002;
const AUTHORIZE_SESSION = 3003;
const ENTITY_MANAGEMENT = 3004;
const DETECTION_FINDING = 2004;

/** Activities of Entity Management by what an event ends with; everything else is 99, "Other". */
const ACTIVITIES: Readonly<Record<string, number>> = {
  received: 1,
  intent: 1,
  bound: 1,
  approved: 3,
  extended: 3,
  stage: 3,
  changed: 3,
  activated: 3,
  revoking: 9,
  expired: 4,
  dead: 4,
  removed: 4,
};

/**
 * One event of OCSF: sign-ins and tokens are Authentication (3002), a lease that becomes active is Authorize Session (3003), alerts are
 * Detection Findings (2004), and all else is Entity Management (3004) of the request, lease or target. The event as it stands in the chain
 * is in `unmapped`.
 */
export function ocsfEvent(event: AuditEvent): JsonObject {
  const { classUid, activity, rest } = classify(event);
  const source = event.detail.source_ip;
  return {
    activity_id: activity,
    category_uid: Math.floor(classUid / 1000),
    class_uid: classUid,
    type_uid: classUid * 100 + activity,
    severity_id: severityId(event),
    status_id: failed(event) ? 2 : 1,
    time: Date.parse(event.at),
    message: event.event,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'lapse', vendor_name: 'lapse' },
      uid: `${event.chain}:${event.seq}`,
      sequence: event.seq,
      event_code: event.event,
      original_time: event.at,
      ...(typeof event.detail.correlation_id === 'string' ? { correlation_uid: event.detail.correlation_id } : {}),
    },
    ...(classUid === DETECTION_FINDING ? {} : { actor: { user: userOf(event) } }),
    ...(classUid === DETECTION_FINDING || typeof source !== 'string' || source === ''
      ? {}
      : { src_endpoint: { ip: source } }),
    ...rest,
    unmapped: { ...event },
  };
}

function classify(event: AuditEvent): { classUid: number; activity: number; rest: JsonObject } {
  const name = event.event;
  if (/^(?:operator\.sign|subject_token\.|static_key\.(?:used|refused))/.test(name))
    return {
      classUid: AUTHENTICATION,
      activity: 1,
      rest: { user: userOf(event), service: { name: event.target ?? 'lapse' } },
    };
  if (name === 'lease.active')
    return {
      classUid: AUTHORIZE_SESSION,
      activity: 1,
      rest: { user: userOf(event), privileges: [event.target ?? 'lease'], session: { uid: event.lease ?? '' } },
    };
  if (name === 'alert.raised')
    return {
      classUid: DETECTION_FINDING,
      activity: 1,
      rest: { finding_info: { uid: text(event.detail.key) ?? event.hash, title: text(event.detail.title) ?? name } },
    };
  const uid = event.lease ?? event.request ?? event.target ?? event.chain;
  const ending = name.slice(name.search(/[._][a-z]+$/) + 1);
  return {
    classUid: ENTITY_MANAGEMENT,
    activity: ACTIVITIES[ending] ?? 99,
    rest: { entity: { uid, name: event.target ?? uid, type: name.slice(0, name.indexOf('.')) } },
  };
}

function severityId(event: AuditEvent): number {
  const alert = event.event === 'alert.raised' ? text(event.detail.severity) : undefined;
  return (alert === undefined ? undefined : ALERT_SEVERITY_ID[alert]) ?? SEVERITY_ID[severityOf(event)];
}

function userOf({ actor }: AuditEvent): JsonObject {
  return { uid: actor, name: actor };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
