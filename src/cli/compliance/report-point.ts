import type { DriftPoint } from '../../drift/drift.ts';
import { momentOf, resolvePoint } from '../../drift/resolve-point.ts';
import { AppError } from '../../errors.ts';
import { parseDuration } from '../../model/duration.ts';
import type { Snapshot } from '../../model/snapshot.ts';

/** What a report is about: a state of the inventory, and the moment at which that state is looked at. */
export interface ReportPoint {
  readonly point: DriftPoint;
  /** Not before the point: a state may be old at the moment that is asked about. */
  readonly moment: Date;
}

const NAMED = /^(?:\d+|first|previous)$/;

/**
 * Finds the state that `--as-of` means, and the moment: of a date its own, of a snapshot the time of it, else now.
 *
 * @throws {AppError} ERR_USAGE, also for a moment that has not come yet; ERR_STORE_NOT_FOUND.
 */
export function reportPoint(asOf: string | undefined, snapshots: readonly Snapshot[], now: Date): ReportPoint {
  const point = resolvePoint(asOf ?? 'latest', snapshots, now);
  if (asOf === undefined || asOf === 'latest') return { point, moment: now };
  if (NAMED.test(asOf)) return { point, moment: new Date(point.at ?? now) };
  const moment = new Date(momentOf(asOf, now));
  // The day that is not over yet ends now.
  return { point, moment: moment > now ? now : moment };
}

const DAY = 86_400_000;

/**
 * Reads `--since`: a date (from its beginning, UTC) or moment, or an age before the moment of the report.
 *
 * @throws {AppError} ERR_USAGE for what is neither, and for what is after that moment.
 */
export function sinceMoment(text: string, moment: Date): Date {
  const since = new Date(
    parseDuration(text) === undefined && /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? momentOf(text, moment) - DAY + 1
      : momentOf(text, moment),
  );
  if (since > moment)
    throw new AppError('ERR_USAGE', `--since ${text} is later than ${moment.toISOString()}, which is reported on`);
  return since;
}
