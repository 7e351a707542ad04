import { escapeCsv } from '../escape.ts';
import type { ComplianceReport, ComplianceReporter, ControlResult, ReportedFinding } from './compliance-report.ts';
import { controlName, evidenceText, RESOLUTION_WORDS } from './words.ts';

const COLUMNS = [
  'framework',
  'control',
  'control_title',
  'control_state',
  'type',
  'severity',
  'rule',
  'message',
  'subject',
  'path',
  'line',
  'owner',
  'environment',
  'platform',
  'first_seen',
  'last_seen',
  'resolved_at',
  'reason',
  'accepted_by',
  'accepted_until',
  'evidence',
  'sources',
  'fingerprint',
  'as_of',
  'policy_revision',
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;

/** For spreadsheets: at least a row for each control, with its state; one for each finding and each gap of it (RFC 4180). */
export const complianceCsvReporter: ComplianceReporter = {
  id: 'csv',
  title: 'CSV',
  *render(report) {
    yield `${COLUMNS.join(',')}\r\n`;
    const about = {
      framework: report.framework.id,
      as_of: report.asOf,
      policy_revision: report.judged?.revision ?? '',
    };
    for (const result of report.controls)
      for (const row of rowsOf(result)) yield line({ ...about, ...ofControl(result), ...row });
    for (const row of rowsOfReport(report)) yield line({ ...about, ...row });
  },
};

function line(row: Row): string {
  return `${COLUMNS.map((column) => escapeCsv(row[column] ?? '')).join(',')}\r\n`;
}

function ofControl(result: ControlResult): Row {
  return {
    control: result.control.id,
    control_title: controlName(result).slice(result.control.id.length + 1),
    control_state: result.state,
  };
}

function rowsOf(result: ControlResult): readonly Row[] {
  return [
    { type: 'control', rule: result.rules.map(({ id }) => id).join(' ') },
    ...result.open.map((one) => ({ type: 'open', ...ofFinding(one) })),
    ...result.accepted.map((one) => ({ type: 'accepted', ...ofFinding(one) })),
    ...result.resolved.map((one) => ({
      type: 'resolved',
      ...said(one),
      last_seen: one.lastSeen,
      resolved_at: one.resolvedAt,
      reason: RESOLUTION_WORDS[one.how],
    })),
    ...result.gaps.map(({ kind, why, rules }) => ({
      type: `gap:${kind}`,
      rule: rules.join(' '),
      reason: why,
    })),
  ];
}

function rowsOfReport({ gaps, problems, elsewhere, exceptions, sources }: ComplianceReport): readonly Row[] {
  return [
    ...gaps.map(({ kind, why }) => ({ type: `incomplete:${kind}`, reason: why })),
    ...problems.map(({ code, message, location: { path, line } }) => ({
      type: 'problem',
      rule: code,
      message,
      path,
      line: `${line ?? ''}`,
    })),
    ...elsewhere.map(({ rule, findings }) => ({ type: 'elsewhere', rule, message: `${findings} findings` })),
    ...exceptions.map(({ name, rules, subjects, reason, owner = '', expires = '' }) => ({
      type: 'exception',
      rule: rules.join(' '),
      subject: subjects.join(' '),
      message: name,
      reason,
      accepted_by: owner,
      accepted_until: expires,
    })),
    ...sources.map(({ source, at, complete, stale, platforms }) => ({
      type: 'source',
      sources: source,
      last_seen: at,
      platform: platforms.join(' '),
      reason: [complete ? 'read completely' : 'not read completely', ...(stale ? ['stale'] : [])].join(', '),
    })),
  ];
}

function said({ finding, firstSeen }: Pick<ReportedFinding, 'finding' | 'firstSeen'>): Row {
  const { severity, rule, message, subject, fingerprint, location, evidence } = finding;
  return {
    severity,
    rule,
    message,
    subject,
    fingerprint,
    path: location?.path ?? '',
    line: `${location?.line ?? ''}`,
    first_seen: firstSeen,
    evidence: evidence.map(evidenceText).join('; '),
  };
}

function ofFinding(one: ReportedFinding): Row {
  const { accepted, owner = '', environment = '', platform = '', sources, lastSeen } = one;
  return {
    ...said(one),
    owner,
    environment,
    platform,
    last_seen: lastSeen,
    sources: sources.join(' '),
    reason: accepted?.reason ?? '',
    accepted_by: accepted?.owner ?? '',
    accepted_until: accepted?.expires ?? '',
  };
}
