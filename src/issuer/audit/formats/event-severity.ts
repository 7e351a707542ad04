import type { AuditEvent } from '../../../model/audit-event.ts';

export type EventSeverity = 'info' | 'warning' | 'error';

const ERRORS: ReadonlySet<string> = new Set([
  'audit.sink_failed',
  'audit.sink_space_low',
  'break_glass.used',
  'lease.revoke_failed',
  'orphan.found',
  'policy.refused',
]);

/** How loud an event is where a receiver wants to know: what failed, what was refused, and everything else. */
export function severityOf({ event }: Pick<AuditEvent, 'event'>): EventSeverity {
  if (ERRORS.has(event)) return 'error';
  return failed({ event }) || event === 'alert.raised' || event === 'lease.missing' ? 'warning' : 'info';
}

/** Whether the event tells of something that was not done. */
export function failed({ event }: Pick<AuditEvent, 'event'>): boolean {
  return /[._](?:refused|denied|failed|rejected|replayed)$/.test(event);
}
