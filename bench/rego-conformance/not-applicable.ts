import type { ConformanceCase } from './conformance-case.ts';
import type { CaseOutcome } from './evaluate-cases.ts';

/** Why a case says nothing of lapse: it does what a decision must not do, or needs what no policy has. */
export function notApplicable({ modules }: ConformanceCase, outcome: CaseOutcome): string | undefined {
  if (outcome.kind !== 'problems') return undefined;
  const refused = outcome.problems.find(({ code }) => code === 'lapse_refused_builtin');
  if (refused !== undefined) return refused.message;
  return modules.some((module) => module.includes('test.sleep('))
    ? 'test.sleep is a builtin of the program that runs these tests in OPA'
    : undefined;
}
