import type { Severity } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Location } from '../model/location.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import { escapeControl, safeJson } from './escape.ts';
import type { Report, ReportedSecretRule, Reporter } from './report.ts';
import { sortedSecrets } from './secret-places.ts';

/**
 * GitLab's secret-detection report, for `artifacts: reports: secret_detection`: the static secrets, an entry for each
 * place. Other findings have no place in it.
 *
 * https://docs.gitlab.com/development/integrations/secure/#report, schema 15.0.7 of security-report-schemas.
 */
export const gitlabReporter: Reporter = {
  id: 'gitlab',
  title: "GitLab's secret-detection report",
  render(report) {
    return [`${safeJson(toGitlab(report))}\n`];
  },
};

const VERSION = '15.0.7';
const SCHEMA = `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${VERSION}/dist/secret-detection-report-format.json`;
/** What GitLab's own analyzer writes where it looks at files without history; the schema wants a commit. */
const NO_COMMIT = '0000000';

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

function toGitlab(report: Report): JsonObject {
  const { version, at, problems } = report;
  const tool = { id: 'lapse', name: 'lapse', version, vendor: { name: 'lapse' } };
  // Their schema knows no fractions and no time zone.
  const time = at.slice(0, 19);
  return {
    version: VERSION,
    schema: SCHEMA,
    scan: {
      analyzer: tool,
      scanner: tool,
      type: 'secret_detection',
      start_time: time,
      end_time: time,
      status: problems.length === 0 ? 'success' : 'failure',
      messages: problems.map(({ code, message }) => ({ level: 'warn', value: escapeControl(`${message} (${code})`) })),
    },
    vulnerabilities: vulnerabilities(report),
  };
}

function vulnerabilities(report: Report): JsonObject[] {
  const severities = new Map<string, Severity>();
  for (const { primary, secondary } of report.groups) {
    for (const { subject, severity } of [...secondary, primary]) severities.set(subject, severity);
  }
  // What is accepted is none of its vulnerabilities.
  const accepted = new Set(report.accepted.map(({ finding }) => finding.subject));
  return sortedSecrets(report)
    .filter(({ id }) => severities.has(id) || !accepted.has(id))
    .flatMap((secret) =>
      secret.locations.map((location, index) => {
        return vulnerability(secret, { location, index, report, severity: severities.get(secret.id) });
      }),
    );
}

interface Place {
  readonly location: Location;
  readonly index: number;
  readonly report: Report;
  readonly severity: Severity | undefined;
}

function vulnerability(secret: StaticSecret, { location, index, report, severity }: Place): JsonObject {
  const rule = report.secretRules.get(secret.rule);
  return {
    id: `${secret.fingerprint}-${index}`,
    category: 'secret_detection',
    name: escapeControl(secret.title).slice(0, 255),
    description: escapeControl(description(secret, rule)),
    severity: severity === undefined ? 'Unknown' : SEVERITIES[severity],
    solution:
      rule?.revoke === undefined
        ? 'Revoke it, and replace it by a credential that expires.'
        : `Revoke it: ${rule.revoke}`,
    identifiers: [
      {
        type: 'lapse_rule',
        name: `lapse rule ${secret.rule}`,
        value: secret.rule,
        ...(rule === undefined ? {} : { url: rule.docs }),
      },
    ],
    ...(rule === undefined
      ? {}
      : { links: [rule.docs, rule.revoke].filter((url) => url !== undefined).map((url) => ({ url })) }),
    location: {
      file: location.path,
      ...(location.line === undefined ? {} : { start_line: location.line, end_line: location.line }),
      commit: {
        sha: location.commit ?? NO_COMMIT,
        ...(location.author === undefined ? {} : { author: escapeControl(location.author) }),
        ...(location.date === undefined ? {} : { date: location.date }),
      },
    },
  };
}

function description(
  { vendor, confidence, validity, inHead }: StaticSecret,
  rule: ReportedSecretRule | undefined,
): string {
  const parts = [
    `A credential of ${rule?.vendorName ?? vendor} (${confidence}).`,
    ...(rule?.opens === undefined ? [] : [`It opens: ${rule.opens}.`]),
    ...(validity === 'unknown' ? [] : [`It is ${validity}.`]),
    ...(inHead ? [] : ['It is only in history.']),
  ];
  return parts.join(' ');
}
