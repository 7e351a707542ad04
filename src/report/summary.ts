import { SEVERITIES, type Severity } from '../model/finding.ts';
import type { FindingGroup, Report } from './report.ts';

/** Whether a severity is at or above the threshold. */
export function reaches(severity: Severity, threshold: Severity | 'none'): boolean {
  return threshold !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold);
}

/** Groups that make a check fail. */
export function failingGroups(report: Report): readonly FindingGroup[] {
  return report.groups.filter((group) => reaches(group.primary.severity, report.threshold));
}

/** 3 when something could not be read or evaluated (wins), 1 with findings at or above the threshold, else 0. */
export function exitCodeOf(report: Report): 0 | 1 | 3 {
  if (report.problems.length > 0) return 3;
  return failingGroups(report).length > 0 ? 1 : 0;
}

/** `2 critical, 1 high`; `none` for an empty list. */
export function countBySeverity(groups: readonly FindingGroup[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = groups.filter((group) => group.primary.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return counts.length === 0 ? 'none' : counts.join(', ');
}
