import type { Inventory } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import { mapped } from '../model/lazily.ts';
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
  *render(report) {
    yield safeJson(toJson(report)).slice(0, -CLOSING.length);
    for (const [name, rows] of reportedRows(report)) yield* list(name, rows);
    if (report.inventory !== undefined)
      for (const [name, rows] of inventoryRows(report.inventory)) yield* list(name, rows);
    yield `${CLOSING}\n`;
  },
};

const CLOSING = '\n}';
/** Rows per piece. */
const PIECE = 500;

/** One member of the object, indented as the others. */
function* list(name: string, rows: Iterable<object>): Generator<string> {
  yield `,\n  ${JSON.stringify(name)}: [`;
  let piece = '';
  let count = 0;
  for (const row of rows) {
    piece += `${count === 0 ? '' : ','}\n    ${safeJson(row).replaceAll('\n', '\n    ')}`;
    count++;
    if (count % PIECE > 0) continue;
    yield piece;
    piece = '';
  }
  yield count === 0 ? ']' : `${piece}\n  ]`;
}

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
  };
}

/** What was found, by the name of its list. */
function* reportedRows(report: Report): Generator<readonly [string, Iterable<object>]> {
  yield [
    'findings',
    mapped(report.groups, ({ primary, secondary }) => ({
      ...findingJson(primary),
      related: secondary.map(findingJson),
    })),
  ];
  yield ['accepted', mapped(report.accepted, ({ finding, ...excuse }) => ({ ...findingJson(finding), ...excuse }))];
  yield ['secrets', mapped(sortedSecrets(report), (secret) => secretJson(secret, report))];
}

/** The rows of the view, by the name of their list. */
function* inventoryRows(inventory: Inventory): Generator<readonly [string, Iterable<object>]> {
  const { principals, credentials, grants, trusts } = inventory;
  yield ['principals', mapped(principals.values(), ({ nativeId, ...rest }) => ({ ...rest, native_id: nativeId }))];
  yield ['credentials', mapped(credentials.values(), ({ nativeId, ...rest }) => ({ ...rest, native_id: nativeId }))];
  yield [
    'grants',
    mapped(grants.values(), (grant) => ({ ...grant, kind: `${grant.role}-${grant.effect}`, native_id: grant.id })),
  ];
  yield ['trusts', mapped(trusts.values(), (trust) => ({ ...trust, kind: trust.how, native_id: trust.id }))];
}
