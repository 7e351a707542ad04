import type { AccessDetail, AccessRequest, Decision } from '../model/access-request.ts';

/** How far ahead access can be asked for. */
export const MOST_AHEAD_MS = 90 * 24 * 3_600_000;

/**
 * When the clock of what is granted starts: when the last approval was given, or at the start that was asked for when that is
 * later. Never when it was asked for: then who approves late would approve nothing.
 */
export function clockStart(detail: Pick<AccessDetail, 'not_before'>, approvedAt: Date): Date {
  const asked = detail.not_before === undefined ? approvedAt : new Date(detail.not_before);
  return asked > approvedAt ? asked : approvedAt;
}

/** When what was approved has lapsed, whether it was claimed or not. */
export function lastMoment(detail: Pick<AccessDetail, 'not_before' | 'duration'>, approvedAt: Date): Date {
  return new Date(clockStart(detail, approvedAt).getTime() + detail.duration * 1000);
}

/** Until when a request waits for people: as long as policy says, and not beyond the window that it is for. */
export function waitsUntil(
  detail: Pick<AccessDetail, 'not_before' | 'duration'>,
  decision: Pick<Decision, 'pending_ttl'>,
  usual: number,
  now: Date,
): Date {
  const wait = now.getTime() + (decision.pending_ttl === undefined ? usual : decision.pending_ttl * 1000);
  if (detail.not_before === undefined) return new Date(wait);
  return new Date(Math.min(wait, Date.parse(detail.not_before) + detail.duration * 1000));
}

/** Whether the window of an approved request has not begun yet. */
export function isEarly({ detail }: Pick<AccessRequest, 'detail'>, now: Date): boolean {
  return detail.not_before !== undefined && now.getTime() < Date.parse(detail.not_before);
}
