import type { Inventory } from '../model/inventory.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { safeJson } from './escape.ts';
import { findingJson } from './finding-json.ts';
import type { Report, Reporter } from './report.ts';
import { secretJson } from './secret-json.ts';
import { sortedSecrets } from './secret-places.ts';
import { exitCodeOf } from './summary.ts';

/** For programs; `docs/report.schema.json` is its schema. */
export const jsonReporter: Reporter = {
  id: 'json',
  title: 'JSON',
  render(report) {
    return `${safeJson(toJson(report))}\n`;
  },
};

function toJson(report: Report): JsonObject {
  return {
    schema: `lapse.${report.command}/1`,
    version: report.version,
    at: report.at,
    complete: report.problems.length === 0,
    exit_code: exitCodeOf(report),
    threshold: report.threshold,
    policy_revision: report.policyRevision,
    read: report.read.map(({ scanner, format, files }) => ({ scanner, format, files })),
    problems: report.problems.map(({ code, message, location }) => ({ code, message, location: { ...location } })),
    notices: report.notices.map(({ message, location }) => ({ message, location: { ...location } })),
    findings: report.groups.map(({ primary, secondary }) => ({
      ...findingJson(primary),
      related: secondary.map(findingJson),
    })),
    accepted: report.accepted.map(({ finding, reason, owner, expires }) => ({
      ...findingJson(finding),
      reason,
      owner,
      expires,
    })),
    secrets: sortedSecrets(report).map((secret) => secretJson(secret, report)),
    ...(report.inventory === undefined ? {} : inventoryJson(report.inventory)),
  };
}

function inventoryJson(inventory: Inventory): JsonObject {
  return {
    principals: [...inventory.principals.values()].map(({ nativeId, ...rest }) =>
      plain({ ...rest, native_id: nativeId }),
    ),
    credentials: [...inventory.credentials.values()].map(({ nativeId, ...rest }) =>
      plain({ ...rest, native_id: nativeId }),
    ),
    grants: [...inventory.grants.values()].map((grant) =>
      plain({ ...grant, kind: `${grant.role}-${grant.effect}`, native_id: grant.id }),
    ),
    trusts: [...inventory.trusts.values()].map((trust) => plain({ ...trust, kind: trust.how, native_id: trust.id })),
  };
}

/** The model's types are JSON by construction; interfaces merely lack the index signature that says so. */
function plain(value: object): Json {
  return value as JsonObject;
}
