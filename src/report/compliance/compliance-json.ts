import type { Finding } from '../../model/finding.ts';
import type { Location } from '../../model/location.ts';
import type { Problem } from '../../model/snapshot.ts';
import { safeJson } from '../escape.ts';
import {
  type ComplianceReport,
  type ComplianceReporter,
  type ControlResult,
  complianceExitCode,
  type Gap,
  type ReportedFinding,
  type ResolvedFinding,
} from './compliance-report.ts';
import { countStates } from './count-states.ts';
import type { ComplianceJson } from './json-schema.ts';

/** For programs; `docs/compliance.schema.json` is its schema. */
export const complianceJsonReporter: ComplianceReporter = {
  id: 'json',
  title: 'JSON',
  render: (report) => [`${safeJson(toJson(report))}\n`],
};

function toJson(report: ComplianceReport): ComplianceJson {
  const { id, name, version, source, selection } = report.framework;
  const open = report.findings.filter(({ accepted }) => accepted === undefined).length;
  return {
    schema: 'lapse.compliance/1',
    version: report.version,
    framework: { id, name, version, source, selection },
    made_at: report.madeAt,
    as_of: report.asOf,
    snapshot: report.point.snapshot,
    since: report.since,
    ...(report.historyFrom === undefined ? {} : { history_from: report.historyFrom }),
    filters: {
      platform: [...report.filters.platform],
      owner: [...report.filters.owner],
      environment: [...report.filters.environment],
    },
    judged: report.judged === undefined ? null : { at: report.judged.at, policy_revision: report.judged.revision },
    policy_revision: report.revision,
    baseline: report.baseline ?? null,
    complete: report.gaps.length === 0,
    threshold: report.threshold,
    exit_code: complianceExitCode(report),
    counts: {
      controls: countStates(report),
      open,
      accepted: report.findings.length - open,
      resolved: report.resolved.length,
    },
    controls: report.controls.map(controlJson),
    findings: report.findings.map(findingJson),
    resolved: report.resolved.map(resolvedJson),
    elsewhere: report.elsewhere.map((one) => ({ ...one })),
    exceptions: report.exceptions.map(({ rules, subjects, ...rest }) => ({
      ...rest,
      rules: [...rules],
      subjects: [...subjects],
    })),
    sources: report.sources.map(({ problems: _problems, platforms, ...rest }) => ({
      ...rest,
      platforms: [...platforms],
    })),
    gaps: report.gaps.map(gapJson),
    problems: report.problems.map(problemJson),
  };
}

function controlJson(result: ControlResult): ComplianceJson['controls'][number] {
  const prints = (list: readonly { readonly finding: Finding }[]) => list.map(({ finding }) => finding.fingerprint);
  return {
    id: result.control.id,
    title: result.control.title,
    selected: result.selected,
    state: result.state,
    open: prints(result.open),
    accepted: prints(result.accepted),
    resolved: prints(result.resolved),
    rules: result.rules.map(({ platforms, ...rest }) => ({ ...rest, platforms: [...platforms] })),
    not_assessed: result.gaps.map(gapJson),
  };
}

function gapJson({ kind, why, rules }: Gap): ComplianceJson['gaps'][number] {
  return { kind, why, rules: [...rules] };
}

function fields({ finding, controls, firstSeen, lastSeen }: ReportedFinding | ResolvedFinding) {
  const { fingerprint, rule, title, severity, subject, subjectName, message } = finding;
  return {
    fingerprint,
    rule,
    title,
    severity,
    subject,
    subject_name: subjectName,
    message,
    controls: [...controls],
    first_seen: firstSeen,
    last_seen: lastSeen,
  };
}

function findingJson(one: ReportedFinding): ComplianceJson['findings'][number] {
  const { finding, platform, owner, environment, accepted, expired } = one;
  return {
    ...fields(one),
    status: accepted === undefined ? 'open' : 'accepted',
    since: one.since,
    reopened: one.reopened,
    unseen: one.unseen,
    ...(platform === undefined ? {} : { platform }),
    ...(owner === undefined ? {} : { owner }),
    ...(environment === undefined ? {} : { environment }),
    ...(accepted === undefined ? {} : { accepted: { ...accepted } }),
    ...(expired === undefined ? {} : { expired: { ...expired } }),
    ...locationJson(finding.location),
    evidence: finding.evidence.map(({ location, fact, value, source, as_of, confidence }) => ({
      fact,
      value: value as ComplianceJson['findings'][number]['evidence'][number]['value'],
      ...(source === undefined ? {} : { source }),
      ...(as_of === undefined ? {} : { as_of }),
      ...(confidence === undefined ? {} : { confidence }),
      ...locationJson(location),
    })),
    sources: [...one.sources],
    remediation: finding.remediation,
  };
}

function resolvedJson(one: ResolvedFinding): ComplianceJson['resolved'][number] {
  return { ...fields(one), resolved_at: one.resolvedAt, how: one.how };
}

function locationJson(location: Location | undefined): { readonly location?: { path: string } } {
  return location === undefined ? {} : { location: { ...location } };
}

function problemJson({ code, message, location }: Problem): ComplianceJson['problems'][number] {
  return { code, message, location: { ...location } };
}
