import { escapeXml } from '../escape.ts';
import type {
  ComplianceReport,
  ComplianceReporter,
  ControlResult,
  ReportedFinding,
  ResolvedFinding,
} from './compliance-report.ts';
import { CONTROL_STATES } from './compliance-report.ts';
import { STYLE_SHEET } from './style-sheet.ts';
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

/** A page by itself for reading and printing: no script, nothing loaded, every name from outside escaped. */
export const complianceHtmlReporter: ComplianceReporter = {
  id: 'html',
  title: 'a page by itself, for reading and printing',
  *render(report) {
    yield head(report);
    yield summary(report);
    const numbers = new Map(report.findings.map((one, index) => [one, index + 1]));
    for (const [index, result] of report.controls.entries()) yield controlSection(result, index, numbers);
    yield* findingsSection(report);
    yield exceptionsSection(report);
    yield sourcesSection(report);
    yield '</main>\n</body>\n</html>\n';
  },
};

const text = escapeXml;

/** Of findings, in the order in which their evidence stands. */
type Numbers = ReadonlyMap<ReportedFinding, number>;

function head({ framework, asOf }: ComplianceReport): string {
  const title = `${framework.name}, as of ${day(asOf)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>${text(title)}</title>
<style>
${STYLE_SHEET}</style>
</head>
<body>
<a class="skip" href="#controls">To the controls</a>
<main>
<h1>${text(title)}</h1>
`;
}

function summary(report: ComplianceReport): string {
  const about = aboutReport(report).map(([name, said]) => `<dt>${text(name)}</dt><dd>${text(said)}</dd>`);
  const gaps =
    report.gaps.length === 0
      ? ''
      : `<section class="incomplete" aria-labelledby="incomplete">
<h2 id="incomplete">Incomplete</h2>
<p>Not everything could be read and judged.</p>
${list(report.gaps.map(gapText))}</section>
`;
  const rows = report.controls.map((result, index) => [
    `<a href="#${anchor(index)}">${text(controlName(result))}</a>`,
    badge(result),
    ...[result.open, result.accepted, result.resolved].map(({ length }) => `${length}`),
  ]);
  const meanings = CONTROL_STATES.map((state) => `<dt>${badge({ state })}</dt><dd>${text(STATE_MEANINGS[state])}</dd>`);
  return `<p class="counts">${text(`${report.controls.length} controls: ${stateCounts(report)}.`)}</p>
<dl class="about">
${about.join('\n')}
</dl>
${gaps}<h2 id="controls">Controls</h2>
${table('State of each control', ['Control', 'State', 'Open', 'Accepted', 'Resolved'], rows)}<dl class="states">
${meanings.join('\n')}
</dl>
`;
}

/** By the place in the report: an id may hold anything. */
function anchor(index: number): string {
  return `control-${index + 1}`;
}

/** The state in words; colour only repeats them. */
function badge({ state }: Pick<ControlResult, 'state'>): string {
  return `<span class="state ${state}">${text(STATE_WORDS[state])}</span>`;
}

function controlSection(result: ControlResult, index: number, numbers: Numbers): string {
  const { rules, open, accepted, resolved, gaps } = result;
  const id = anchor(index);
  const name = controlName(result);
  const findings = [...open, ...accepted].map((one) => findingRow(one, numbers));
  return `<section class="control" aria-labelledby="${id}">
<h2 id="${id}">${text(name)}</h2>
<p>${badge(result)}</p>
${rules.length === 0 ? '' : `<p class="rules">Rules: ${text(rules.map(ruleText).join(', '))}.</p>\n`}${
  findings.length === 0
    ? ''
    : table(`Findings of ${text(name)}`, ['Severity', 'What', 'Where', 'First seen', 'Status'], findings)
}${
  resolved.length === 0
    ? ''
    : table(`Resolved, of ${text(name)}`, ['Resolved', 'What', 'How'], resolved.map(resolvedRow))
}${gaps.length === 0 ? '' : `<h3>Not assessed</h3>\n${list(gaps.map(gapText))}`}</section>
`;
}

function findingRow(one: ReportedFinding, numbers: Numbers): readonly string[] {
  const { finding, accepted } = one;
  const number = numbers.get(one);
  return [
    severity(one),
    `${text(finding.message)} <a href="#finding-${number}">evidence ${number}</a>`,
    `<code>${text(placeOf(one))}</code>`,
    dayCell(one.firstSeen),
    accepted === undefined
      ? 'open'
      : text(`accepted by ${accepted.owner} until ${accepted.expires}: ${accepted.reason}`),
  ];
}

/** A date is read in one piece. */
function dayCell(date: Parameters<typeof day>[0]): string {
  return `<span class="day">${day(date)}</span>`;
}

function severity({ finding }: Pick<ReportedFinding, 'finding'>): string {
  return `<span class="severity ${text(finding.severity)}">${text(finding.severity)}</span>`;
}

function resolvedRow({ finding, resolvedAt, how }: ResolvedFinding): readonly string[] {
  return [
    dayCell(resolvedAt),
    text(`${finding.title}: ${finding.subjectName} (${finding.rule})`),
    text(RESOLUTION_WORDS[how]),
  ];
}

function* findingsSection({ findings }: ComplianceReport): Generator<string> {
  if (findings.length > 0) yield '<h2 id="evidence">Findings and their evidence</h2>\n';
  for (const [index, one] of findings.entries()) {
    const { finding, controls } = one;
    const id = `finding-${index + 1}`;
    const place = placeOf(one);
    const rows: readonly (readonly [string, string])[] = [
      ['Rule', `${finding.title} (${finding.rule})`],
      ['Controls', controls.join(', ')],
      ['Subject', `${finding.subjectName}, ${finding.subject}`],
      ...(place === '' ? [] : [['Where', place] as const]),
      ...findingNotes(one).map((note) => ['Note', note] as const),
      ...finding.evidence.map((evidence) => ['Evidence', evidenceText(evidence)] as const),
      ['To do', finding.remediation],
      ['Fingerprint', finding.fingerprint],
    ];
    yield `<article aria-labelledby="${id}">
<h3 id="${id}">${index + 1}. ${severity(one)} ${text(finding.message)}</h3>
<dl>
${rows.map(([name, said]) => `<dt>${name}</dt><dd>${text(said)}</dd>`).join('\n')}
</dl>
</article>
`;
  }
}

function exceptionsSection({ exceptions, elsewhere }: ComplianceReport): string {
  const rows = exceptions.map(({ name, rules, subjects, reason, owner, expires }) => [
    text(owner === undefined ? name : `${name} (${owner})`),
    text(rules.join(', ')),
    `<code>${text(subjects.join(', '))}</code>`,
    text(reason),
    text(expires ?? 'no end'),
  ]);
  const others = elsewhere.map(({ rule, findings }) => `${rule}: ${findings}`);
  return `${
    rows.length === 0
      ? ''
      : `<h2>Left out by configuration and policy data</h2>\n${table('Exceptions', ['Exception', 'Rules', 'Subjects', 'Reason', 'Until'], rows)}`
  }${others.length === 0 ? '' : `<h2>Findings of rules that name no control of this framework</h2>\n${list(others)}`}`;
}

function sourcesSection({ sources, problems }: ComplianceReport): string {
  const rows = sources.map(({ source, at, read, unread, complete, stale, platforms }) => [
    `<code>${text(source)}</code>`,
    `${day(at)}${stale ? ', stale' : ''}`,
    `${read} files${unread === 0 ? '' : `, ${unread} not`}`,
    complete ? 'yes' : 'no',
    text(platforms.join(', ')),
  ]);
  return `<h2>What was scanned</h2>
${rows.length === 0 ? '<p>Nothing.</p>\n' : table('Sources', ['Source', 'Last', 'Read', 'Complete', 'Tells of'], rows)}${
  problems.length === 0 ? '' : `<h3>Not read or not judged</h3>\n${list(problems.map(({ message }) => message))}`
}`;
}

/** @param caption - and cells: HTML already. */
function table(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `<tr>${cells.map((cell, index) => (index === 0 ? `<th scope="row">${cell}</th>` : `<td>${cell}</td>`)).join('')}</tr>`;
  return `<div class="table" tabindex="0" role="region" aria-label="${caption}">
<table>
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>
<tbody>
${rows.map(line).join('\n')}
</tbody>
</table>
</div>
`;
}

function list(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${text(item)}</li>`).join('\n')}\n</ul>\n`;
}
