import { z } from 'zod';
import type { AuditEvent } from '../model/audit-event.ts';
import { SEVERITIES } from '../model/finding.ts';
import { type Notice, shortened } from './notice.ts';

const alertSchema = z.looseObject({
  alert: z.string(),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  message: z.string(),
  who: z.string(),
  cause: z.string(),
});
const escalatedSchema = z.looseObject({
  effect: z.literal('escalate'),
  approvals: z.array(z.looseObject({ from: z.string(), count: z.number(), level: z.number().default(1) })),
});
const askedSchema = z.looseObject({ level: z.number().min(2), from: z.array(z.string()) });
const reviewSchema = z.looseObject({ review: z.string(), of: z.string(), due_at: z.string() });

/**
 * What people are told of an audit event; undefined for most.
 *
 * @param url - of the issuer, for links.
 */
export function noticeOf(event: AuditEvent, url: string): Notice | undefined {
  if (event.event === 'alert.raised') return alertNotice(event, url);
  if (event.event === 'policy.evaluated') return firstApprovers(event, url);
  if (event.event === 'approval.asked') return nextApprovers(event, url);
  return event.event === 'review.overdue' ? reviewNotice(event, url) : undefined;
}

function alertNotice(event: AuditEvent, url: string): Notice | undefined {
  const alert = alertSchema.safeParse(event.detail).data;
  if (alert === undefined) return undefined;
  return {
    kind: 'alerts',
    key: keyOf(event),
    severity: alert.severity,
    rule: alert.alert,
    title: shortened(alert.title),
    message: shortened(alert.message),
    facts: [{ name: 'who', value: shortened(alert.who) }, ...factsOf(event), { name: 'event', value: alert.cause }],
    ...linkOf(event, url),
    at: event.at,
  };
}

function firstApprovers(event: AuditEvent, url: string): Notice | undefined {
  const asked = escalatedSchema.safeParse(event.detail).data;
  const places = asked?.approvals.filter(({ count, level }) => count > 0 && level <= 1) ?? [];
  const message = `${places.map(({ from, count }) => `${count} of ${from}`).join(', ')} must answer it`;
  return places.length === 0
    ? undefined
    : approvalNotice(
        event,
        url,
        places.map(({ from }) => from),
        message,
      );
}

function nextApprovers(event: AuditEvent, url: string): Notice | undefined {
  const asked = askedSchema.safeParse(event.detail).data;
  if (asked === undefined) return undefined;
  return approvalNotice(event, url, asked.from, `${asked.from.join(', ')} must answer it next`);
}

function approvalNotice(event: AuditEvent, url: string, groups: readonly string[], message: string): Notice {
  return {
    kind: 'approvals',
    key: keyOf(event),
    severity: 'info',
    title: `A request for ${event.target ?? 'access'} waits for approval`,
    message,
    facts: factsOf(event),
    ...linkOf(event, url),
    groups: [...groups],
    at: event.at,
  };
}

function reviewNotice(event: AuditEvent, url: string): Notice | undefined {
  const review = reviewSchema.safeParse(event.detail).data;
  if (review === undefined) return undefined;
  return {
    kind: 'reviews',
    key: keyOf(event),
    severity: 'high',
    title: 'A review of emergency access is overdue',
    message: `what ${review.of} did was to be reviewed by ${review.due_at}`,
    facts: [...factsOf(event), { name: 'review', value: review.review }],
    ...linkOf(event, url),
    at: event.at,
  };
}

function keyOf({ chain, seq }: AuditEvent): string {
  return `${chain}:${seq}`;
}

function factsOf({ actor, target, request, lease }: AuditEvent): Notice['facts'] {
  const facts = { actor: actor === 'system' ? undefined : actor, target, request, lease };
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value: shortened(value) }],
  );
}

function linkOf({ request }: AuditEvent, url: string): { link?: string } {
  return request === undefined ? {} : { link: `${url}/console/requests/${encodeURIComponent(request)}` };
}
