import { z } from 'zod';

export const problemSchema = z.object({
  /** OPA's (`rego_parse_error`, `rego_type_error`, …) or ours (`lapse_refused_builtin`, …). */
  code: z.string(),
  message: z.string(),
  file: z.string().optional(),
  /** From 1, as the column, which counts UTF-16 units. Both absent where there is no place. */
  line: z.number().int().optional(),
  column: z.number().int().optional(),
  /** What was expected, what was found. */
  details: z.array(z.string()).optional(),
});

/** One error in a Rego source. */
export type PolicyProblem = z.infer<typeof problemSchema>;

/** `file:line:column: message`, as far as the place is known. */
export function formatProblem(problem: PolicyProblem): string {
  if (problem.file === undefined) return problem.message;
  if (problem.line === undefined) return `${problem.file}: ${problem.message}`;
  return `${problem.file}:${problem.line}:${problem.column ?? 1}: ${problem.message}`;
}

/** Without what another problem at the same place says with more words: OPA tells some parse errors twice. */
export function toldOnce(problems: readonly PolicyProblem[]): readonly PolicyProblem[] {
  return problems.filter(
    (problem) =>
      !problems.some(
        (other) =>
          other.message !== problem.message &&
          other.message.startsWith(problem.message) &&
          formatProblem({ ...other, message: '' }) === formatProblem({ ...problem, message: '' }),
      ),
  );
}
