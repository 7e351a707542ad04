import { formatLocation } from '../model/location.ts';
import { escapeMarkdown } from './escape.ts';
import type { FindingGroup, Report, Reporter } from './report.ts';
import { otherPlaces } from './secret-places.ts';
import { countBySeverity, failingGroups } from './summary.ts';

/** For a comment on a pull request. */
export const markdownReporter: Reporter = {
  id: 'markdown',
  title: 'Markdown for a pull-request comment',
  render(report) {
    const lines = [heading(report), ''];
    if (report.groups.length > 0) {
      lines.push(
        '| severity | where | what | fix |',
        '| --- | --- | --- | --- |',
        ...report.groups.map((group) => row(group, report)),
        '',
      );
    }
    for (const { message, location } of report.notices) {
      lines.push(`> **notice** ${escapeMarkdown(formatLocation(location))}: ${escapeMarkdown(message)}`, '');
    }
    if (report.problems.length > 0) {
      lines.push('**Incomplete.** These could not be read or evaluated:', '');
      for (const { message, location } of report.problems) {
        lines.push(`- ${escapeMarkdown(formatLocation(location))}: ${escapeMarkdown(message)}`);
      }
      lines.push('');
    }
    if (report.accepted.length > 0) lines.push(`${report.accepted.length} more accepted by the baseline.`, '');
    return [lines.join('\n')];
  },
};

function heading(report: Report): string {
  const failing = failingGroups(report).length;
  const what = report.command === 'check' ? 'added by this change' : 'found';
  const verdict = report.problems.length > 0 ? 'incomplete' : failing > 0 ? 'fails' : 'passes';
  return `### lapse ${report.command}: ${verdict} · ${countBySeverity(report.groups)} ${what}`;
}

function row({ primary, secondary }: FindingGroup, report: Report): string {
  const others = otherPlaces(primary, report).length;
  const elsewhere = others === 0 ? '' : `<br>and ${others} more`;
  const also = secondary.length === 0 ? '' : `<br>also: ${[...new Set(secondary.map(({ rule }) => rule))].join(', ')}`;
  const where = primary.location === undefined ? primary.subjectName : formatLocation(primary.location);
  return `| ${[
    primary.severity,
    `${escapeMarkdown(where)}${elsewhere}`,
    `${escapeMarkdown(primary.title)} (${primary.rule})<br>${escapeMarkdown(primary.message)}${also}`,
    escapeMarkdown(primary.remediation),
  ].join(' | ')} |`;
}
