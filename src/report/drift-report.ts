import type { Drift, DriftRow } from '../drift/drift.ts';
import { worseAlerts, worseRows } from '../drift/worse.ts';
import type { EntityKind } from '../model/entity.ts';
import type { Severity } from '../model/finding.ts';

/** A drift and what it is judged by. */
export interface DriftReport {
  readonly version: string;
  readonly drift: Drift;
  /** Lowest severity of a finding that makes the exit code 1 when it comes or comes back. */
  readonly threshold: Severity | 'none';
}

/** One way to print a drift: one file, one line in `drift-reporters.ts`. */
export interface DriftReporter {
  readonly id: string;
  readonly title: string;
  /** @returns the whole output, ending in a newline. */
  render(report: DriftReport, options: { readonly color: boolean }): string;
}

/** What could not be read or judged. */
export function isIncomplete({ coverage, problems }: Drift): boolean {
  return !coverage.complete || problems.length > 0;
}

/** Findings that came, came back or were raised, and alerts; those at or above the threshold. */
export function countWorse({ drift, threshold }: DriftReport): number {
  return worseRows(drift, threshold).length + worseAlerts(drift, threshold).length;
}

/** 3 when something could not be read or judged (wins), 1 when something got worse, else 0. */
export function driftExitCode(report: DriftReport): 0 | 1 | 3 {
  if (isIncomplete(report.drift)) return 3;
  return countWorse(report) > 0 ? 1 : 0;
}

/** In the order in which people want to know. */
export const DRIFT_SECTIONS: readonly { readonly entity: EntityKind; readonly title: string }[] = [
  { entity: 'finding', title: 'findings' },
  { entity: 'secret', title: 'static secrets' },
  { entity: 'credential', title: 'credentials' },
  { entity: 'principal', title: 'principals' },
  { entity: 'grant', title: 'grants' },
  { entity: 'trust', title: 'trusts' },
];

/** `2 added, 1 reopened, 3 removed`; findings are opened and closed. */
export function countKinds(rows: readonly DriftRow[], entity: EntityKind): string {
  const words: readonly (readonly [DriftRow['kind'], string])[] = [
    ['added', entity === 'finding' ? 'opened' : 'added'],
    ['reopened', 'back again'],
    ['changed', 'changed'],
    ['removed', entity === 'finding' ? 'closed' : 'removed'],
    ['not-seen', 'not looked at'],
  ];
  return words
    .map(([kind, word]) => [rows.filter((row) => row.kind === kind).length, word] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}
