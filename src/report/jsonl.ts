import type { Json, JsonObject } from '../model/json.ts';
import { safeJsonLine } from './escape.ts';
import { findingJson } from './finding-json.ts';
import type { Report, Reporter } from './report.ts';
import { secretJson } from './secret-json.ts';
import { sortedSecrets } from './secret-places.ts';
import { exitCodeOf } from './summary.ts';

/** One JSON object per line, each with its `type`, for whoever reads reports in a pipe; the last one says how it ended. */
export const jsonlReporter: Reporter = {
  id: 'jsonl',
  title: 'JSON Lines, one object per finding, secret, notice and problem',
  *render(report) {
    for (const line of lines(report)) yield `${safeJsonLine(line)}\n`;
  },
};

function* lines(report: Report): Generator<JsonObject> {
  const { groups, accepted, notices, problems } = report;
  yield { type: 'run', schema: `lapse.${report.command}.lines/1`, version: report.version, at: report.at };
  for (const { primary, secondary } of groups) {
    yield { type: 'finding', ...findingJson(primary) };
    for (const finding of secondary) yield { type: 'finding', ...findingJson(finding), secondary_to: primary.rule };
  }
  yield* [
    ...accepted.map(({ finding, reason, owner, expires }) => {
      return { type: 'accepted', ...findingJson(finding), reason, owner, expires };
    }),
    ...sortedSecrets(report).map((secret): JsonObject => ({ type: 'secret', ...secretJson(secret, report) })),
    ...notices.map((notice): JsonObject => ({ type: 'notice', message: notice.message, location: place(notice) })),
    ...problems.map(
      (problem): JsonObject => ({
        type: 'problem',
        code: problem.code,
        message: problem.message,
        location: place(problem),
      }),
    ),
    { type: 'end', complete: problems.length === 0, exit_code: exitCodeOf(report) },
  ];
}

function place({ location }: { readonly location: object }): Json {
  return { ...location } as JsonObject;
}
