import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { PolicySources } from '../../policy/compiler/compiler.ts';
import { type PolicyProblem, problemSchema } from '../../policy/compiler/problem.ts';
import { describeProblem } from './describe-problem.ts';

const detailsSchema = z.object({ problems: z.array(problemSchema).min(1) });

/** What is wrong with policies, one by one; `undefined` for an error of another kind. */
export function problemsOf(error: unknown): readonly PolicyProblem[] | undefined {
  if (!(error instanceof AppError) || error.code !== 'ERR_POLICY_INVALID') return undefined;
  const { data } = detailsSchema.safeParse(error.details);
  return data === undefined ? [{ code: error.code, message: error.message }] : withHint(data.problems, error.hint);
}

/** @returns each with its line and a caret, and how many there are. */
export function describeProblems(problems: readonly PolicyProblem[], files: number, sources: PolicySources): string {
  const described = problems.map((problem) => `${describeProblem(problem, sources)}\n`);
  return `${described.join('\n')}\n${count(problems.length, 'problem')} in ${count(files, 'file')}\n`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Advice of an error is about its first problem. */
function withHint(problems: readonly PolicyProblem[], hint: string | undefined): readonly PolicyProblem[] {
  const [first, ...others] = problems;
  if (first === undefined || hint === undefined) return problems;
  return [{ ...first, details: [...(first.details ?? []), hint] }, ...others];
}
