import { escapeMarkdown } from '../escape.ts';
import {
  CONTROL_STATES,
  type ComplianceReport,
  type ComplianceReporter,
  type ControlResult,
  type ReportedFinding,
  type ResolvedFinding,
} from './compliance-report.ts';
import {
  aboutReport,
  controlName,
  day,
  evidenceText,
  findingNotes,
  gapText,
  placeOf,
  RESOLUTION_WORDS,
  ruleText,
  STATE_MEANINGS,
  STATE_WORDS,
  stateCounts,
} from './words.ts';

/** For a wiki, an issue, or whoever makes a document of it. */
export const complianceMarkdownReporter: ComplianceReporter = {
  id: 'markdown',
  title: 'Markdown',
  *render(report) {
    for (const section of sections(report)) yield `${section.join('\n')}\n\n`;
    yield `${sourcesSection(report).join('\n')}\n`;
  },
};

function* sections(report: ComplianceReport): Generator<readonly string[]> {
  const { framework, controls, findings, exceptions, elsewhere } = report;
  yield [`# ${escapeMarkdown(framework.name)}`];
  yield [`${report.controls.length} controls: ${stateCounts(report)}.`];
  yield table(['', ''], aboutReport(report));
  if (report.gaps.length > 0)
    yield [
      '> **Incomplete.** Not everything could be read and judged:',
      '>',
      ...report.gaps.map((gap) => `> - ${escapeMarkdown(gapText(gap))}`),
    ];
  yield ['## Controls'];
  yield table(
    ['control', 'state', 'open', 'accepted', 'resolved'],
    controls.map((result) => [
      controlName(result),
      STATE_WORDS[result.state],
      ...[result.open, result.accepted, result.resolved].map(({ length }) => `${length}`),
    ]),
  );
  yield CONTROL_STATES.map((state) => `- **${STATE_WORDS[state]}**: ${STATE_MEANINGS[state]}`);
  for (const result of controls) yield* controlSection(result);
  if (findings.length > 0) yield ['## Findings and their evidence'];
  for (const finding of findings) yield findingSection(finding);
  if (exceptions.length > 0) {
    yield ['## Left out by configuration and policy data'];
    yield table(
      ['exception', 'rules', 'subjects', 'reason', 'until'],
      exceptions.map(({ name, rules, subjects, reason, owner, expires }) => [
        owner === undefined ? name : `${name} (${owner})`,
        rules.join(', '),
        subjects.join(', '),
        reason,
        expires ?? 'no end',
      ]),
    );
  }
  if (elsewhere.length > 0)
    yield [
      '## Findings of rules that name no control of this framework',
      '',
      ...elsewhere.map(({ rule, findings: count }) => `- ${escapeMarkdown(rule)}: ${count}`),
    ];
}

function* controlSection(result: ControlResult): Generator<readonly string[]> {
  yield [`## ${escapeMarkdown(controlName(result))}`];
  yield [`**${STATE_WORDS[result.state]}**`];
  if (result.rules.length > 0)
    yield [`Rules: ${result.rules.map((rule) => escapeMarkdown(ruleText(rule))).join(', ')}.`];
  const rows = [...result.open, ...result.accepted];
  if (rows.length > 0)
    yield table(
      ['severity', 'what', 'where', 'first seen', 'status'],
      rows.map((one) => [
        one.finding.severity,
        `${one.finding.message} (${one.finding.rule})`,
        placeOf(one),
        day(one.firstSeen),
        one.accepted === undefined ? 'open' : `accepted by ${one.accepted.owner} until ${one.accepted.expires}`,
      ]),
    );
  if (result.resolved.length > 0)
    yield table(
      ['resolved', 'what', 'how'],
      result.resolved.map((one) => [day(one.resolvedAt), resolvedText(one), RESOLUTION_WORDS[one.how]]),
    );
  if (result.gaps.length > 0)
    yield ['Not assessed:', '', ...result.gaps.map((gap) => `- ${escapeMarkdown(gapText(gap))}`)];
}

function resolvedText({ finding }: ResolvedFinding): string {
  return `${finding.title}: ${finding.subjectName} (${finding.rule})`;
}

function findingSection(one: ReportedFinding): readonly string[] {
  const { finding, controls } = one;
  const place = placeOf(one);
  return [
    `### ${finding.severity}: ${escapeMarkdown(finding.message)}`,
    '',
    `- ${escapeMarkdown(`${finding.title} (${finding.rule}), of ${controls.join(', ')}`)}`,
    `- subject ${escapeMarkdown(`${finding.subjectName}, ${finding.subject}`)}`,
    ...(place === '' ? [] : [`- at ${escapeMarkdown(place)}`]),
    ...findingNotes(one).map((note) => `- ${escapeMarkdown(note)}`),
    ...finding.evidence.map((evidence) => `- evidence: ${escapeMarkdown(evidenceText(evidence))}`),
    `- to do: ${escapeMarkdown(finding.remediation)}`,
    `- fingerprint ${escapeMarkdown(finding.fingerprint)}`,
  ];
}

function sourcesSection({ sources, problems }: ComplianceReport): readonly string[] {
  const rows = sources.map(({ source, at, read, unread, complete, stale, platforms }) => [
    source,
    `${day(at)}${stale ? ', stale' : ''}`,
    `${read} files${unread === 0 ? '' : `, ${unread} not`}`,
    complete ? 'yes' : 'no',
    platforms.join(', '),
  ]);
  return [
    '## What was scanned',
    '',
    ...(rows.length === 0 ? ['Nothing.'] : table(['source', 'last', 'read', 'complete', 'tells of'], rows)),
    ...(problems.length === 0
      ? []
      : ['', ...problems.map(({ message }) => `- not read or judged: ${escapeMarkdown(message)}`)]),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)];
}
