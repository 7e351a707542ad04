import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';

/** A finding as the JSON formats print it. */
export function findingJson(finding: Finding): JsonObject {
  return {
    id: finding.rule,
    title: finding.title,
    severity: finding.severity,
    subject: finding.subject,
    subject_name: finding.subjectName,
    message: finding.message,
    ...(finding.location === undefined ? {} : { location: { ...finding.location } }),
    detail: finding.detail,
    evidence: finding.evidence.map(({ location, ...rest }) => ({
      ...rest,
      ...(location === undefined ? {} : { location: { ...location } }),
    })),
    remediation: finding.remediation,
    controls: finding.controls,
    fingerprint: finding.fingerprint,
  };
}
