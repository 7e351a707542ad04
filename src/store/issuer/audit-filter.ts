import type { AuditEvent } from '../../model/audit-event.ts';

/** Which events somebody looks for: all that is given must fit. */
export interface AuditFilter {
  /** Of all chains when absent. */
  readonly chain?: string | undefined;
  /** A name, or a beginning such as `lease.*`. */
  readonly event?: string | undefined;
  readonly actor?: string | undefined;
  readonly target?: string | undefined;
  readonly request?: string | undefined;
  readonly lease?: string | undefined;
  readonly correlation?: string | undefined;
  /** ISO 8601; from then on, and before then. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** Whether an event is one of those: what the query of the store says, for events that stand elsewhere. */
export function fitsFilter(event: AuditEvent, filter: AuditFilter): boolean {
  const { chain, actor, target, request, lease, since, until } = filter;
  const same = { chain, actor, target, request, lease };
  for (const [key, wanted] of Object.entries(same))
    if (wanted !== undefined && event[key as keyof typeof same] !== wanted) return false;
  if (filter.event !== undefined && !fitsName(event.event, filter.event)) return false;
  if (filter.correlation !== undefined && event.detail.correlation_id !== filter.correlation) return false;
  return (since === undefined || event.at >= since) && (until === undefined || event.at < until);
}

function fitsName(name: string, wanted: string): boolean {
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}
