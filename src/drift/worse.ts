import { type Finding, SEVERITIES, type Severity } from '../model/finding.ts';
import type { Drift, DriftRow } from './drift.ts';

/**
 * Findings at or above the threshold that came, came back, or were raised to it. What went away never counts, nor does what
 * changed in words only.
 */
export function worseRows({ rows }: Pick<Drift, 'rows'>, threshold: Severity | 'none'): readonly DriftRow[] {
  if (threshold === 'none') return [];
  const reaches = (severity: unknown) => rank(severity) <= rank(threshold);
  return rows.filter(({ entity, kind, severity, fields }) => {
    if (entity !== 'finding' || !reaches(severity)) return false;
    if (kind === 'added' || kind === 'reopened') return true;
    const raised = fields.find(({ field }) => field === 'severity');
    return kind === 'changed' && raised !== undefined && rank(raised.after) < rank(raised.before);
  });
}

/** What policies say of the change itself, at or above the threshold. */
export function worseAlerts({ alerts }: Pick<Drift, 'alerts'>, threshold: Severity | 'none'): readonly Finding[] {
  return threshold === 'none' ? [] : alerts.filter(({ severity }) => rank(severity) <= rank(threshold));
}

const ORDER: readonly unknown[] = SEVERITIES;

/** 0 is the most severe. */
function rank(severity: unknown): number {
  const index = ORDER.indexOf(severity);
  return index === -1 ? SEVERITIES.length : index;
}
