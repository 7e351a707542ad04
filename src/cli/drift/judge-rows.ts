import type { DriftRow } from '../../drift/drift.ts';
import { AppError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Problem } from '../../model/snapshot.ts';
import { buildFinding } from '../../policy/build-finding.ts';
import type { PolicyEngine } from '../../policy/engine.ts';

/** Evaluations under way at once; the engine spreads them over its workers. */
const CONCURRENCY = 8;
/** A policy that errs does so for most rows: after this many there is nothing new to learn. */
const MAX_PROBLEMS = 20;

/** Asks the policies of `rego/drift` about every row that matters. A row that cannot be judged is a problem, never a pass. */
export async function judgeRows(
  rows: readonly DriftRow[],
  engine: PolicyEngine,
  now: Date,
): Promise<{ readonly alerts: readonly Finding[]; readonly problems: readonly Problem[] }> {
  const alerts: Finding[] = [];
  const problems: Problem[] = [];
  const major = rows.filter(({ minor }) => !minor).values();
  const work = async (): Promise<void> => {
    for (const row of major) {
      if (problems.length >= MAX_PROBLEMS) return;
      try {
        alerts.push(...(await judgeRow(row, engine, now)));
      } catch (error) {
        problems.push(asProblem(error, row));
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { alerts: alerts.sort((a, b) => (order(a) < order(b) ? -1 : 1)), problems };
}

async function judgeRow(row: DriftRow, engine: PolicyEngine, now: Date): Promise<readonly Finding[]> {
  const raw = await engine.drift({ now: now.toISOString(), row: row as unknown as JsonObject });
  return raw.map((answer) => {
    const rule = engine.rules.get(answer.id);
    if (rule !== undefined) return buildFinding(answer, rule, row.name);
    throw new AppError('ERR_POLICY_ANSWER', `a policy answered with the unknown rule ${JSON.stringify(answer.id)}`);
  });
}

function order({ rule, subject }: Finding): string {
  return `${rule}\n${subject}`;
}

function asProblem(error: unknown, { name, id, location }: DriftRow): Problem {
  return {
    code: error instanceof AppError ? error.code : 'ERR_INTERNAL',
    message: `${name}: not judged: ${error instanceof Error ? error.message : String(error)}`,
    location: location ?? { path: id },
  };
}
