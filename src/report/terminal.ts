import type { Finding } from '../model/finding.ts';
import { formatLocation, type Location, shortCommit } from '../model/location.ts';
import { escapeControl } from './escape.ts';
import type { FindingGroup, Report, Reporter } from './report.ts';
import { otherPlaces } from './secret-places.ts';
import { makeStyle, type Style } from './style.ts';
import { countBySeverity, failingGroups } from './summary.ts';

/** For people at a terminal: what was read, what is wrong and where, what to do, and what could not be looked at. */
export const terminalReporter: Reporter = {
  id: 'terminal',
  title: 'for people',
  *render(report, { color }) {
    const style = makeStyle(color);
    if (report.command === 'scan') yield* section(readSection(report, style));
    for (const group of report.groups) yield* section(groupLines(group, report, style));
    if (report.groups.length > 0) yield '\n';
    yield* section(worstPathSection(report, style));
    yield* section(noticeSection(report));
    yield* section(problemSection(report));
    yield `${verdict(report, style)}\n`;
  },
};

/** Lines, and an empty one after them. */
function section(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${lines.join('\n')}\n\n`];
}

function readSection(report: Report, style: Style): string[] {
  const lines = [style.bold('read')];
  for (const { scanner, format, files } of report.read)
    lines.push(`  ${scanner} · ${format}: ${plural(files, 'file')}`);
  const { inventory } = report;
  if (inventory !== undefined) {
    const counts = [
      plural(inventory.principals.size, 'principal'),
      plural(inventory.credentials.size, 'credential'),
      plural(inventory.secrets.size, 'static secret'),
      plural(inventory.grants.size, 'grant'),
      plural(inventory.trusts.size, 'trust'),
    ];
    lines.push(`  inventory: ${counts.join(', ')}`);
  }
  return lines;
}

function groupLines({ primary, secondary }: FindingGroup, report: Report, style: Style): string[] {
  const lines = [
    `${style.severity(primary.severity, primary.severity.padEnd(8))} ${style.bold(escapeControl(primary.title))}  ${style.dim(primary.rule)}`,
    `         ${place(primary)}`,
    ...fromHistory(primary.location).map((line) => `         ${line}`),
    `         ${escapeControl(primary.message)}`,
    ...alsoAt(otherPlaces(primary, report)).map((line) => style.dim(`         ${line}`)),
  ];
  if (secondary.length > 0) {
    const also = secondary.map((finding) =>
      finding.subject === primary.subject ? finding.rule : `${finding.rule} (${finding.subjectName})`,
    );
    lines.push(style.dim(`         also: ${escapeControl([...new Set(also)].join(', '))}`));
  }
  lines.push(`         fix: ${escapeControl(primary.remediation)}`);
  return lines;
}

const MOST_PLACES = 5;

function alsoAt(places: readonly Location[]): readonly string[] {
  if (places.length === 0) return [];
  const shown = places.slice(0, MOST_PLACES).map((location) => escapeControl(formatLocation(location)));
  const more = places.length > MOST_PLACES ? [`and ${places.length - MOST_PLACES} more places`] : [];
  return [`also at: ${[...shown, ...more].join(', ')}`];
}

function place({ subjectName, location }: Finding): string {
  const where = location === undefined ? '' : `${escapeControl(formatLocation(location))}  `;
  return `${where}${escapeControl(subjectName)}`;
}

/** Which commit brought what is in history, and which took it away. */
function fromHistory(location: Location | undefined): readonly string[] {
  if (location?.commit === undefined) return [];
  const { commit, author, date, removedBy } = location;
  const by = author === undefined ? '' : ` of ${author}`;
  const on = date === undefined ? '' : ` on ${date.slice(0, 10)}`;
  const gone = removedBy === undefined ? '' : `, removed by ${shortCommit(removedBy)}`;
  return [escapeControl(`brought by commit ${shortCommit(commit)}${by}${on}${gone}`)];
}

function worstPathSection({ worstPath }: Report, style: Style): string[] {
  if (worstPath === undefined || worstPath.length === 0) return [];
  return [style.bold('worst path'), ...worstPath.map((line) => `  ${escapeControl(line)}`)];
}

function noticeSection({ notices }: Report): string[] {
  return notices.map(
    ({ message, location }) => `notice   ${escapeControl(formatLocation(location))}: ${escapeControl(message)}`,
  );
}

function problemSection({ problems }: Report): string[] {
  if (problems.length === 0) return [];
  return [
    `incomplete: ${plural(problems.length, 'thing')} could not be read or evaluated`,
    ...problems.map(
      ({ message, location, code }) => `  ${escapeControl(problemText(message, formatLocation(location)))} (${code})`,
    ),
  ];
}

function problemText(message: string, where: string): string {
  return message.startsWith(where) ? message : `${where}: ${message}`;
}

function verdict(report: Report, style: Style): string {
  const failing = failingGroups(report).length;
  const accepted = report.accepted.length === 0 ? '' : ` · ${report.accepted.length} accepted by the baseline`;
  const what = report.command === 'check' ? 'added by this change' : 'found';
  const count = `${plural(report.groups.length, 'finding')} ${what} (${countBySeverity(report.groups)})`;
  const threshold = report.threshold === 'none' ? '' : ` · ${failing} at or above ${report.threshold}`;
  return style.bold(`${count}${threshold}${accepted}`);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
