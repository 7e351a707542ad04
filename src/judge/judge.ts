import { AppError } from '../errors.ts';
import { type AccessGraph, buildAccessGraph } from '../graph/access-graph.ts';
import { joinInventory } from '../graph/join-inventory.ts';
import { type SubjectToJudge, subjectsToJudge } from '../graph/subjects.ts';
import type { EvaluationMemory } from '../iam/evaluator.ts';
import { evaluateAll } from '../iam/index.ts';
import type { Finding } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { JsonObject } from '../model/json.ts';
import type { Problem } from '../model/snapshot.ts';
import { buildFinding } from '../policy/build-finding.ts';
import type { PolicyEngine } from '../policy/engine.ts';

/** What was judged. */
export interface Judged {
  /** The view with joined credentials, its effective permissions and its paths. */
  readonly graph: AccessGraph;
  /** Subjects that could not be judged: a policy that errs is never a pass. */
  readonly problems: readonly Problem[];
}

/**
 * What was found of subjects before, by all that they are made of and all that they were judged by: who has not changed is not
 * judged again.
 */
export interface JudgementMemory {
  /** What a principal's own policies say; see `src/iam/evaluator.ts`. */
  recallEvaluation: EvaluationMemory['recall'];
  rememberEvaluation: EvaluationMemory['remember'];
  /** Undefined when the subject was not judged so, or what was found is not known any more. */
  recall(subject: SubjectToJudge): readonly Finding[] | undefined;
  remember(subject: SubjectToJudge, found: readonly Finding[]): void;
}

/** Takes what was found of a subject. `again`: it was known, and nothing has changed. */
export type FindingSink = (
  found: readonly Finding[],
  of: { readonly subject: SubjectToJudge; readonly again: boolean },
) => unknown;

/** What policies say of a view. */
export interface Judgement extends Judged {
  /** Sorted by fingerprint. */
  readonly findings: readonly Finding[];
}

/** Evaluations under way at once; the engine spreads them over its workers. */
const CONCURRENCY = 8;

/** A policy that errs does so for most subjects: after this many there is nothing new to learn. */
const MAX_PROBLEMS = 20;

/** Joins a view, resolves who can do what, and asks the policies about every subject. */
export async function judge(inventory: Inventory, engine: PolicyEngine, now: Date): Promise<Judgement> {
  const findings: Finding[] = [];
  const judged = await judgeEach(inventory, engine, now, (found) => findings.push(...found));
  return { ...judged, findings: findings.sort(byFingerprint) };
}

/**
 * The same for a view with more findings than should be in memory together.
 *
 * @param sink - is given what was found of a subject, in no order.
 */
export async function judgeEach(
  inventory: Inventory,
  engine: PolicyEngine,
  now: Date,
  sink: FindingSink,
  memory?: JudgementMemory,
): Promise<Judged> {
  const joined = joinInventory(inventory);
  const evaluations: EvaluationMemory | undefined = memory && {
    recall: memory.recallEvaluation,
    remember: memory.rememberEvaluation,
  };
  const graph = buildAccessGraph(joined, evaluateAll(joined, evaluations));
  const problems: Problem[] = [];
  const subjects = subjectsToJudge(graph, now);
  const work = async () => {
    for (const subject of subjects) {
      if (problems.length >= MAX_PROBLEMS) return;
      const known = memory?.recall(subject);
      let found = known ?? [];
      if (known === undefined) {
        try {
          found = await judgeSubject(subject, graph, engine);
          memory?.remember(subject, found);
        } catch (error) {
          problems.push(asProblem(error, subject));
          continue;
        }
      }
      await sink(found, { subject, again: known !== undefined });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return { graph, problems };
}

async function judgeSubject(
  subject: SubjectToJudge,
  graph: AccessGraph,
  engine: PolicyEngine,
): Promise<readonly Finding[]> {
  const raw = await engine.findings(subject.make() as unknown as JsonObject);
  return raw.flatMap((answer) => {
    const rule = engine.rules.get(answer.id);
    if (rule === undefined) {
      throw new AppError('ERR_POLICY_ANSWER', `a policy answered with the unknown rule ${JSON.stringify(answer.id)}`);
    }
    return [buildFinding(answer, rule, subjectName(answer.subject, graph))];
  });
}

/** How people call a row of the inventory. */
export function subjectName(id: string, { inventory }: AccessGraph): string {
  const principal = inventory.principals.get(id);
  if (principal !== undefined) return `${principal.platform} ${principal.kind} ${principal.name}`;
  const credential = inventory.credentials.get(id);
  if (credential !== undefined) return `${credential.platform} ${credential.kind} ${credential.nativeId}`;
  const secret = inventory.secrets.get(id);
  if (secret !== undefined) return secret.hint === undefined ? secret.title : `${secret.title} ${secret.hint}`;
  return id;
}

function asProblem(error: unknown, { id, locations: [location] }: SubjectToJudge): Problem {
  return {
    code: error instanceof AppError ? error.code : 'ERR_INTERNAL',
    message: `${id}: not judged: ${error instanceof Error ? error.message : String(error)}`,
    location: location ?? { path: id },
  };
}

/** The order in which findings are told. */
export function byFingerprint(a: Finding, b: Finding): number {
  return a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0;
}
