import type { AcceptedEntry, Baseline } from '../config/baseline.ts';
import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';

/** A finding, and the entry of the baseline that accepts it. */
export interface AcceptedFinding {
  readonly finding: Finding;
  readonly entry: AcceptedEntry;
}

/** Entries of a baseline that still count: to the end of their last day (UTC). */
function unexpired<T extends { readonly expires: string }>(entries: readonly T[] | undefined, now: Date): readonly T[] {
  const today = now.toISOString().slice(0, 10);
  return (entries ?? []).filter(({ expires }) => expires >= today);
}

/** Splits findings into those that count and those that are accepted. */
export function applyBaseline(
  added: readonly Finding[],
  baseline: Baseline | undefined,
  now: Date,
): { readonly added: readonly Finding[]; readonly accepted: readonly AcceptedFinding[] } {
  const valid = new Map(unexpired(baseline?.accepted, now).map((entry) => [entry.fingerprint, entry]));
  return {
    added: added.filter(({ fingerprint, severity }) => !covers(valid.get(fingerprint)?.severity, severity)),
    accepted: added.flatMap((finding) => {
      const entry = valid.get(finding.fingerprint);
      return entry === undefined || !covers(entry.severity, finding.severity) ? [] : [{ finding, entry }];
    }),
  };
}

/** What is accepted as unreadable is told, and makes no check incomplete. */
export function splitUnreadable(
  problems: readonly Problem[],
  baseline: Baseline | undefined,
  now: Date,
): {
  readonly problems: readonly Problem[];
  readonly notices: readonly { readonly message: string; readonly location: Location }[];
} {
  const accepted = new Map(unexpired(baseline?.unreadable, now).map((entry) => [entry.path, entry]));
  return {
    problems: problems.filter(({ location }) => !accepted.has(location.path)),
    notices: problems.flatMap(({ message, location }) => {
      const entry = accepted.get(location.path);
      return entry === undefined ? [] : [{ message: `accepted as unreadable (${entry.reason}): ${message}`, location }];
    }),
  };
}

/** Whether what is known or accepted at one severity is known or accepted at another: it is not when it got worse. */
export function covers(known: Severity | undefined, now: Severity): boolean {
  return known !== undefined && SEVERITIES.indexOf(known) <= SEVERITIES.indexOf(now);
}
