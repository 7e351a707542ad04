import type { PolicySources } from '../../policy/compiler/compiler.ts';
import { formatProblem, type PolicyProblem } from '../../policy/compiler/problem.ts';

/**
 * A problem as people read it: place and message, the line with a caret below the column, and what was expected.
 *
 * @returns lines without a line feed at the end.
 */
export function describeProblem(problem: PolicyProblem, sources: PolicySources): string {
  const line = sourceLine(problem, sources);
  const caret = line === undefined ? [] : [`  ${line}`, `  ${indent(line, problem.column ?? 1)}^`];
  // Of a syntax error OPA's details are the line and a caret.
  const details = problem.code === 'rego_parse_error' ? [] : (problem.details ?? []);
  return [`${formatProblem(problem)} (${problem.code})`, ...caret, ...details.map((detail) => `  ${detail}`)].join(
    '\n',
  );
}

function sourceLine({ file, line }: PolicyProblem, sources: PolicySources): string | undefined {
  if (file === undefined || line === undefined) return undefined;
  return sources[file]?.split('\n')[line - 1];
}

/** Tabs stay, so that the caret stands below its column whatever their width. */
function indent(line: string, column: number): string {
  return line.slice(0, column - 1).replace(/[^\t]/g, ' ');
}
