import type { Drift, DriftPoint, DriftRow } from '../drift/drift.ts';
import type { Finding } from '../model/finding.ts';
import type { JsonObject } from '../model/json.ts';
import type { Problem } from '../model/snapshot.ts';
import type { SourceState } from '../model/source-state.ts';
import { countWorse, type DriftReporter, driftExitCode, isIncomplete } from './drift-report.ts';
import { safeJson } from './escape.ts';

/** For programs; `docs/drift.schema.json` is its schema. */
export const driftJsonReporter: DriftReporter = {
  id: 'json',
  title: 'JSON',
  render(report) {
    const { drift, threshold, version } = report;
    const json: JsonObject = {
      schema: 'lapse.drift/1',
      version,
      from: pointJson(drift.from),
      to: pointJson(drift.to),
      complete: !isIncomplete(drift),
      threshold,
      worse: countWorse(report),
      exit_code: driftExitCode(report),
      policy_changed: drift.policyChanged,
      coverage: coverageJson(drift),
      problems: drift.problems.map(problemJson),
      alerts: drift.alerts.map(alertJson),
      metrics: drift.metrics.map(({ id, title, unit, before, after, delta, better }) => ({
        id,
        title: title.replace(/^· /, ''),
        unit,
        before,
        after,
        delta,
        ...(better === undefined ? {} : { better }),
      })),
      rows: drift.rows.map(rowJson),
    };
    return `${safeJson(json)}\n`;
  },
};

function pointJson({ snapshot, at }: DriftPoint): JsonObject {
  return { snapshot, ...(at === undefined ? {} : { at }) };
}

function coverageJson({ coverage: { notes, before, after } }: Drift): JsonObject {
  return {
    notes: notes.map(({ source, kind, at, unreadUnits, tellingUnits, problems }) => ({
      source,
      kind,
      at,
      unread_units: unreadUnits,
      telling_units: { ...tellingUnits },
      problems,
    })),
    before: before.map(stateJson),
    after: after.map(stateJson),
  };
}

function stateJson({ source, latest, latestComplete, unreadUnits, tellingUnits }: SourceState): JsonObject {
  return {
    source,
    snapshot: latest.id,
    at: latest.at,
    complete: latest.complete,
    units: latest.units,
    unread_units: unreadUnits,
    telling_units: tellingUnits,
    problems: latest.problems.map(problemJson),
    ...(latestComplete === undefined ? {} : { last_complete_at: latestComplete.at }),
  };
}

function problemJson({ code, message, location }: Problem): JsonObject {
  return { code, message, location: { ...location } };
}

function alertJson(alert: Finding): JsonObject {
  return {
    id: alert.rule,
    title: alert.title,
    severity: alert.severity,
    subject: alert.subject,
    subject_name: alert.subjectName,
    message: alert.message,
    ...(alert.location === undefined ? {} : { location: { ...alert.location } }),
    detail: alert.detail,
    remediation: alert.remediation,
    fingerprint: alert.fingerprint,
  };
}

function rowJson(row: DriftRow): JsonObject {
  return {
    kind: row.kind,
    entity: row.entity,
    id: row.id,
    name: row.name,
    minor: row.minor,
    ...(row.severity === undefined ? {} : { severity: row.severity }),
    first_seen: row.firstSeen,
    since: row.since,
    ...(row.lastSeen === undefined ? {} : { last_seen: row.lastSeen }),
    sources: row.sources,
    ...(row.location === undefined ? {} : { location: { ...row.location } }),
    changes: row.fields.map(({ field, before, after }) => ({
      field,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    })),
    ...(row.body === undefined ? {} : { body: row.body }),
  };
}
