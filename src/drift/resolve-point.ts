import { AppError } from '../errors.ts';
import { parseDuration } from '../model/duration.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { DriftPoint } from './drift.ts';

const DAY = 86_400_000;

/**
 * Finds the point that a user means. Snapshots of one run share their time, so a run is one point: its last snapshot.
 *
 * - a number: that snapshot;
 * - `latest`, `previous`, `first`: the last run, the one before it, the first one;
 * - `7d`, `24h`: so long ago;
 * - `2026-01-31`, `2026-01-31T12:00Z`: the end of that day (UTC), or that moment.
 *
 * A time before the first snapshot is point 0, where nothing was known yet.
 *
 * @param snapshots - oldest first.
 * @throws {AppError} ERR_USAGE for what is none of these or has not come yet, ERR_STORE_NOT_FOUND for what is not there.
 */
export function resolvePoint(text: string, snapshots: readonly Snapshot[], now: Date): DriftPoint {
  const ends = snapshots.filter(({ at }, index) => snapshots[index + 1]?.at !== at);
  const named = new Map<string, Snapshot | undefined>([
    ['latest', ends.at(-1)],
    ['previous', ends.at(-2)],
    ['first', ends[0]],
  ]);
  if (named.has(text) || /^\d+$/.test(text)) {
    const snapshot = named.has(text) ? named.get(text) : snapshots.find(({ id }) => id === Number(text));
    if (snapshot === undefined) throw notFound(text, snapshots, ends.length);
    return { snapshot: snapshot.id, at: snapshot.at };
  }
  const moment = momentOf(text, now);
  // The day that is not over yet is the one exception: its state so far.
  const begin = text.includes('T') ? moment : moment - DAY;
  if (moment > now.getTime() && begin >= now.getTime())
    throw new AppError('ERR_USAGE', `${text} has not come yet: the inventory knows the past only`, {
      hint: 'leave it out for the state as it is now',
    });
  const last = snapshots.findLast(({ at }) => Date.parse(at) <= moment);
  return last === undefined ? { snapshot: 0 } : { snapshot: last.id, at: last.at };
}

const MOMENT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * The moment that a date or an age means, in milliseconds: of a day its end (UTC), of an age so long before `now`.
 *
 * @throws {AppError} ERR_USAGE for what is neither.
 */
export function momentOf(text: string, now: Date): number {
  const ago = parseDuration(text.replace(/ ago$/, ''));
  if (ago !== undefined) return now.getTime() - ago;
  const [, date, time, zone = 'Z'] = MOMENT.exec(text) ?? [];
  const parsed = Date.parse(time === undefined ? `${date}` : `${date}${time}${zone}`);
  if (Number.isNaN(parsed))
    throw new AppError('ERR_USAGE', `${JSON.stringify(text)} is no point in time`, {
      hint: 'expected a snapshot number, a date such as 2026-01-31, an age such as 7d, or first, previous, latest',
    });
  return time === undefined ? parsed + DAY - 1 : parsed;
}

function notFound(text: string, snapshots: readonly Snapshot[], runs: number): AppError {
  const has =
    snapshots.length === 0
      ? 'the inventory is empty'
      : `the inventory has ${runs} scan(s), up to snapshot ${snapshots.at(-1)?.id}`;
  return new AppError('ERR_STORE_NOT_FOUND', `${text}: no such snapshot; ${has}`, {
    hint: 'run "lapse scan" first, and again later',
  });
}
