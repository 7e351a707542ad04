import type { Drift, DriftRow } from '../drift/drift.ts';
import { formatLocation } from '../model/location.ts';
import { countKinds, countWorse, DRIFT_SECTIONS, type DriftReporter, isIncomplete } from './drift-report.ts';
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
import { escapeMarkdown } from './escape.ts';

const MOST_ROWS = 50;

/** For a weekly report, an issue or a wiki page. */
export const driftMarkdownReporter: DriftReporter = {
  id: 'markdown',
  title: 'Markdown',
  render(report) {
    const { drift } = report;
    const worse = countWorse(report);
    const verdict = isIncomplete(drift) ? 'incomplete' : worse > 0 ? `${worse} for the worse` : 'nothing got worse';
    const sections = [
      [`### lapse drift: ${verdict}`],
      [`From ${pointText(drift.from)} to ${pointText(drift.to)}.`],
      coverage(drift),
      alerts(drift),
      numbers(drift),
      ...DRIFT_SECTIONS.map(({ entity, title }) => {
        const rows = majorRows(drift.rows).filter((row) => row.entity === entity);
        return rows.length === 0 ? [] : section(`${title}: ${countKinds(rows, entity)}`, rows);
      }),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
};

function numbers({ metrics, coverage: { notes } }: Drift): readonly string[] {
  const mark = notes.length > 0 ? ' \\*' : '';
  const rows = tellingMetrics(metrics).map((metric) => {
    const delta = deltaText(metric);
    const change = delta === '' ? '' : `${isWorse(metric) ? `**${delta}**` : delta}${mark}`;
    return `| ${[escapeMarkdown(metric.title), numberText(metric.before, metric.unit), numberText(metric.after, metric.unit), change].join(' | ')} |`;
  });
  return rows.length === 0 ? [] : ['| number | before | after | change |', '| --- | ---: | ---: | ---: |', ...rows];
}

function coverage({ coverage: { notes }, policyChanged }: Drift): readonly string[] {
  const lines = notes.map((note) => `> - ${escapeMarkdown(note.source)} ${noteText(note)}`);
  if (policyChanged) lines.push('> - policies or their data changed: findings may differ because of that');
  return lines.length === 0 ? [] : ['> \\* **What the numbers rest on has changed.**', ...lines];
}

function alerts({ alerts: all, problems }: Drift): readonly string[] {
  return [
    ...all.map(
      ({ severity, message, rule }) => `- **${severity}** ${escapeMarkdown(message)} (${escapeMarkdown(rule)})`,
    ),
    ...problems.map(({ message }) => `- **not judged** ${escapeMarkdown(message)}`),
  ];
}

function section(title: string, rows: readonly DriftRow[]): readonly string[] {
  const lines = rows.slice(0, MOST_ROWS).map(rowLine);
  const more = rows.length - MOST_ROWS;
  return [
    `#### ${title}`,
    '',
    '| | what | where | detail |',
    '| --- | --- | --- | --- |',
    ...lines,
    ...(more > 0 ? ['', `… and ${more} more.`] : []),
  ];
}

function rowLine(row: DriftRow): string {
  const what = row.severity === undefined ? row.kind : `${row.kind} (${row.severity})`;
  const where = row.location === undefined ? '' : escapeMarkdown(formatLocation(row.location));
  const dates = row.lastSeen === undefined ? `since ${minute(row.since)}` : `last seen ${minute(row.lastSeen)}`;
  const fields = majorFields(row);
  const detail = fields.length === 0 ? dates : fields.map((field) => escapeMarkdown(fieldText(field))).join('<br>');
  return `| ${what} | ${escapeMarkdown(row.name)} | ${where} | ${detail} |`;
}
