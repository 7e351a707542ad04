import type { Finding } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import { escapeCsv } from './escape.ts';
import type { Report, Reporter } from './report.ts';
import { sortedSecrets } from './secret-places.ts';

const COLUMNS = [
  'type',
  'severity',
  'rule',
  'title',
  'subject',
  'path',
  'line',
  'column',
  'commit',
  'encoding',
  'vendor',
  'confidence',
  'validity',
  'fingerprint',
  'message',
  'action',
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;

/** For spreadsheets: a row for each finding, and one for each place of a static secret (RFC 4180). */
export const csvReporter: Reporter = {
  id: 'csv',
  title: 'CSV',
  render(report) {
    const rows = [
      ...report.groups.flatMap(({ primary, secondary }) =>
        [primary, ...secondary].map((one) => findingRow('finding', one)),
      ),
      ...report.accepted.map(({ finding }) => findingRow('accepted', finding)),
      ...sortedSecrets(report).flatMap((secret) => secretRows(secret, report)),
      ...report.notices.map(({ message, location }): Row => ({ type: 'notice', message, ...placeOf(location) })),
      ...report.problems.map(({ code, message, location }): Row => {
        return { type: 'problem', rule: code, message, ...placeOf(location) };
      }),
    ];
    const lines = rows.map((row) => COLUMNS.map((column) => escapeCsv(row[column] ?? '')).join(','));
    return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`);
  },
};

function findingRow(type: string, finding: Finding): Row {
  const { severity, rule, title, fingerprint, message } = finding;
  return {
    type,
    severity,
    rule,
    title,
    fingerprint,
    message,
    subject: finding.subject,
    action: finding.remediation,
    ...placeOf(finding.location),
  };
}

function secretRows(secret: StaticSecret, { secretRules }: Report): readonly Row[] {
  const { id, rule, vendor, title, confidence, validity, fingerprint, locations } = secret;
  const { opens = '', revoke = '' } = secretRules.get(rule) ?? {};
  const common = { type: 'secret', subject: id, rule, vendor, title, confidence, validity, fingerprint };
  return locations.map((location) => ({ ...common, message: opens, action: revoke, ...placeOf(location) }));
}

function placeOf(location: Location | undefined): Row {
  if (location === undefined) return {};
  const { path, line, column, commit = '', encoding = '' } = location;
  const position = { line: line === undefined ? '' : `${line}`, column: column === undefined ? '' : `${column}` };
  return { path, ...position, commit, encoding };
}
