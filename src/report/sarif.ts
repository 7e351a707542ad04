import type { Finding, Severity } from '../model/finding.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { formatLocation, type Location } from '../model/location.ts';
import { escapeControl, safeJson } from './escape.ts';
import type { AcceptedFinding, Report, ReportedRule, Reporter } from './report.ts';
import { otherPlaces } from './secret-places.ts';

/** SARIF 2.1.0 for code-scanning services (OASIS, sarif-schema-2.1.0). */
export const sarifReporter: Reporter = {
  id: 'sarif',
  title: 'SARIF 2.1.0',
  render(report) {
    return [`${safeJson(toSarif(report))}\n`];
  },
};

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** More say no more: the same string is everywhere. */
const MOST_PLACES = 20;

/** GitHub's `security-severity` is a CVSS-like number as text; it has no place for `info`. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string | undefined>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: undefined,
};

function toSarif(report: Report): JsonObject {
  const findings = report.groups.flatMap(({ primary, secondary }) => [
    result(primary, report),
    ...secondary.map((finding) => result(finding, report, primary)),
  ]);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'lapse',
            semanticVersion: report.version,
            rules: usedRules(report).map(ruleDescriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            toolExecutionNotifications: [
              ...report.problems.map(({ message, location }) => notification('error', message, location)),
              ...report.notices.map(({ message, location }) => notification('note', message, location)),
            ],
          },
        ],
        results: [...findings, ...report.accepted.map((accepted) => suppressed(accepted, report))],
      },
    ],
  };
}

function usedRules(report: Report): readonly ReportedRule[] {
  const used = new Set([
    ...report.groups.flatMap(({ primary, secondary }) => [primary, ...secondary]).map(({ rule }) => rule),
    ...report.accepted.map(({ finding }) => finding.rule),
  ]);
  return report.rules.filter((rule) => used.has(rule.id));
}

function ruleDescriptor(rule: ReportedRule): JsonObject {
  const securitySeverity = SECURITY_SEVERITY[rule.severity];
  const tags = new Set(['security', `nhi/${rule.nhi}`]);
  for (const [framework, controls] of Object.entries(rule.controls))
    for (const id of controls) tags.add(`${framework}/${id}`);
  return {
    id: rule.id,
    name: rule.title,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.description },
    help: { text: rule.remediation, markdown: rule.remediation },
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      ...(securitySeverity === undefined ? {} : { 'security-severity': securitySeverity }),
      tags: [...tags],
    },
  };
}

function result(finding: Finding, report: Report, primary?: Finding): JsonObject {
  const at = finding.location ?? primary?.location;
  const others = otherPlaces(finding, report).slice(0, MOST_PLACES);
  return {
    ruleId: finding.rule,
    level: LEVELS[finding.severity],
    message: { text: escapeControl(`${finding.message}. ${finding.remediation}`) },
    ...(at === undefined ? {} : { locations: [sarifLocation(at)] }),
    ...(others.length === 0
      ? {}
      : {
          relatedLocations: others.map((location, id) => {
            return { id, message: { text: escapeControl(formatLocation(location)) }, ...sarifLocation(location) };
          }),
        }),
    // GitHub matches results by primaryLocationLineHash alone; ours does not change when lines move.
    partialFingerprints: { primaryLocationLineHash: finding.fingerprint, 'lapse/v1': finding.fingerprint },
    properties: {
      subject: escapeControl(finding.subject),
      severity: finding.severity,
      ...(primary === undefined ? {} : { secondaryTo: primary.rule }),
    },
  };
}

function suppressed({ finding, reason, owner, expires }: AcceptedFinding, report: Report): JsonObject {
  return {
    ...result(finding, report),
    suppressions: [{ kind: 'external', justification: escapeControl(`${reason} (${owner}, until ${expires})`) }],
  };
}

function notification(level: 'error' | 'note', message: string, location: Location): Json {
  return { level, message: { text: escapeControl(message) }, locations: [sarifLocation(location)] };
}

function sarifLocation(location: Location): JsonObject {
  const { line, column, endColumn } = location;
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(location.path) },
      ...(line === undefined
        ? {}
        : {
            region: {
              startLine: line,
              ...(column === undefined ? {} : { startColumn: column }),
              ...(column === undefined || endColumn === undefined ? {} : { endColumn }),
            },
          }),
    },
  };
}

/** A relative URI reference: each segment percent-encoded, so that names with spaces or colons stay paths. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
