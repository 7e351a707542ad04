import type { CoverageNote, DriftMetric, DriftPoint, DriftRow, FieldChange } from '../drift/drift.ts';
import { canonicalJson } from '../model/canonical-json.ts';
import type { Json } from '../model/json.ts';

/** `snapshot 7 (2026-01-08 08:00)`, in UTC. */
export function pointText({ snapshot, at }: DriftPoint): string {
  return at === undefined ? 'nothing' : `snapshot ${snapshot} (${minute(at)})`;
}

/** `2026-01-08 08:00` in UTC. */
export function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** Why numbers may not be comparable, in a sentence without a full stop. */
export function noteText({ kind, at, unreadUnits, tellingUnits, problems }: CoverageNote): string {
  switch (kind) {
    case 'new':
      return 'was not looked at before: what it says counts as added';
    case 'stale':
      return `was not looked at since ${minute(at)}: what it says may be out of date`;
    case 'complete-again':
      return 'is read completely again: it was not at the earlier point';
    case 'fewer-files':
      return `tells of identities in ${tellingUnits.after} file(s), and did in ${tellingUnits.before}: what the others told counts as removed`;
    case 'incomplete':
      return `was not read completely: ${unreadUnits} file(s) stand as they were, ${problems} problem(s)`;
  }
}

/** `12.5 %`, `412 d`, `7`; a dash for what nobody knows. */
export function numberText(value: number | null, unit: DriftMetric['unit']): string {
  if (value === null) return '-';
  return unit === 'count' ? String(value) : unit === 'days' ? `${value} d` : `${value} %`;
}

/** `+3`, `-2`; empty where nothing moved. */
export function deltaText({ delta, unit }: DriftMetric): string {
  if (delta === null || delta === 0) return '';
  return `${delta > 0 ? '+' : ''}${numberText(delta, unit)}`;
}

/** Numbers that say something: those that are not zero on both sides. */
export function tellingMetrics(metrics: readonly DriftMetric[]): readonly DriftMetric[] {
  return metrics.filter(({ before, after }) => (before ?? 0) !== 0 || (after ?? 0) !== 0);
}

/** Whether a number moved the wrong way. */
export function isWorse({ delta, better }: DriftMetric): boolean {
  return delta !== null && ((better === 'less' && delta > 0) || (better === 'more' && delta < 0));
}

const LONGEST = 60;

/** `enabled: true → false`. */
export function fieldText({ field, before, after }: FieldChange): string {
  return `${field}: ${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Rows worth a line of their own. */
export function majorRows(rows: readonly DriftRow[]): readonly DriftRow[] {
  return rows.filter(({ minor }) => !minor);
}

/** Changes worth telling people. */
export function majorFields({ fields }: DriftRow): readonly FieldChange[] {
  return fields.filter(({ minor }) => !minor);
}
