import type { Drift, DriftRow } from '../drift/drift.ts';
import { type Finding, SEVERITIES } from '../model/finding.ts';
import { formatLocation } from '../model/location.ts';
import {
  countKinds,
  countWorse,
  DRIFT_SECTIONS,
  type DriftReport,
  type DriftReporter,
  isIncomplete,
} from './drift-report.ts';
import {
  deltaText,
  fieldText,
  isWorse,
  majorFields,
  majorRows,
  minute,
  noteText,
  numberText,
  pointText,
  tellingMetrics,
} from './drift-text.ts';
import { escapeControl } from './escape.ts';
import { makeStyle, type Style } from './style.ts';

/** Rows of one section; the rest is counted. */
const MOST_ROWS = 20;

/** For people at a terminal: the numbers, what they rest on, then row by row what differs. */
export const driftTerminalReporter: DriftReporter = {
  id: 'terminal',
  title: 'for people',
  render(report, { color }) {
    const style = makeStyle(color);
    const { drift } = report;
    const sections = [
      [style.bold(`drift from ${pointText(drift.from)} to ${pointText(drift.to)}`)],
      numbers(drift, style),
      coverage(drift, style),
      alerts(drift, style),
      ...DRIFT_SECTIONS.map(({ entity, title }) => {
        const rows = majorRows(drift.rows).filter((row) => row.entity === entity);
        return rows.length === 0 ? [] : [style.bold(`${title}: ${countKinds(rows, entity)}`), ...rowLines(rows, style)];
      }),
      [verdict(report, style)],
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function numbers({ metrics, coverage: { notes } }: Drift, style: Style): readonly string[] {
  const rows = tellingMetrics(metrics).map((metric) => ({
    metric,
    cells: [
      escapeControl(metric.title),
      numberText(metric.before, metric.unit),
      numberText(metric.after, metric.unit),
      deltaText(metric),
    ],
  }));
  if (rows.length === 0) return [];
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0), column === 0 ? 0 : 6),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  // A number that rests on more or less than before is marked where it stands.
  const mark = notes.length > 0 ? ' *' : '';
  return [
    style.bold(line(['numbers', 'before', 'after', 'change'])),
    ...rows.map(({ metric, cells }) => {
      const text = line(cells);
      if (metric.delta === null || metric.delta === 0) return style.dim(text);
      return isWorse(metric) ? style.severity('high', `${text}${mark}`) : `${text}${mark}`;
    }),
  ];
}

function coverage({ coverage: { notes }, policyChanged }: Drift, style: Style): readonly string[] {
  const lines = notes.map((note) => `  ${escapeControl(note.source)} ${noteText(note)}`);
  if (policyChanged) lines.push('  policies or their data changed: findings may differ because of that');
  return lines.length === 0 ? [] : [style.bold('* what the numbers rest on has changed'), ...lines];
}

function alerts({ alerts: all, problems }: Drift, style: Style): readonly string[] {
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  const lines = all
    .toSorted((a, b) => rank(a) - rank(b))
    .map(
      (alert) =>
        `  ${style.severity(alert.severity, alert.severity.padEnd(8))} ${escapeControl(alert.message)}  ${style.dim(escapeControl(alert.rule))}`,
    );
  const unjudged = problems.map(({ message }) => `  ${escapeControl(message)}`);
  return [
    ...(lines.length === 0 ? [] : [style.bold('for the worse'), ...lines]),
    ...(unjudged.length === 0 ? [] : [style.bold('not judged'), ...unjudged]),
  ];
}

const MARKS: Readonly<Record<DriftRow['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  reopened: '!',
  'not-seen': '?',
};
const ORDER: readonly DriftRow['kind'][] = ['reopened', 'added', 'changed', 'not-seen', 'removed'];

function rowLines(rows: readonly DriftRow[], style: Style): readonly string[] {
  const rank = ({ kind, severity = 'info' }: DriftRow) =>
    ORDER.indexOf(kind) * SEVERITIES.length + SEVERITIES.indexOf(severity);
  const sorted = rows.toSorted((a, b) => rank(a) - rank(b));
  const lines = sorted.slice(0, MOST_ROWS).flatMap((row) => {
    const severity = row.severity === undefined ? '' : `${style.severity(row.severity, row.severity.padEnd(8))} `;
    const place = row.location === undefined ? '' : `  ${style.dim(escapeControl(formatLocation(row.location)))}`;
    const fields = majorFields(row).map((field) => `      ${escapeControl(fieldText(field))}`);
    return [`  ${MARKS[row.kind]} ${severity}${escapeControl(row.name)}${place}${sinceText(row, style)}`, ...fields];
  });
  const more = rows.length - MOST_ROWS;
  return more > 0 ? [...lines, style.dim(`  … and ${more} more (--format json has them all)`)] : lines;
}

function sinceText({ kind, since, lastSeen, firstSeen }: DriftRow, style: Style): string {
  const text =
    kind === 'removed' || kind === 'not-seen'
      ? lastSeen === undefined
        ? ''
        : `last seen ${minute(lastSeen)}`
      : kind === 'reopened'
        ? `first seen ${minute(firstSeen)}, back since ${minute(since)}`
        : '';
  return text === '' ? '' : `  ${style.dim(text)}`;
}

function verdict(report: DriftReport, style: Style): string {
  const { drift, threshold } = report;
  const major = majorRows(drift.rows).length;
  const minor = drift.rows.length - major;
  const also = minor === 0 ? '' : ` (${minor} more in places, last use or wording only)`;
  const worse = countWorse(report);
  const judged = worse === 0 ? '' : `; ${worse} for the worse, at or above ${threshold}`;
  const incomplete = isIncomplete(drift)
    ? `; ${style.bold('incomplete')}: not everything could be read and judged`
    : '';
  return `${major === 0 ? 'nothing differs' : `${major} differ`}${also}${judged}${incomplete}`;
}
