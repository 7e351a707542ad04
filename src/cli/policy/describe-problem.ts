import type { PolicySources } from '../../policy/compiler/compiler.ts';
import { formatProblem, type PolicyProblem } from '../../policy/compiler/problem.ts';
import { escapeControl } from '../../report/escape.ts';

/**
 * A problem as people read it: place and message, the line with a caret below the column, and what was expected. Policies of
 * strangers are checked too: nothing of them reaches a terminal unescaped.
 *
 * @returns lines without a line feed at the end.
 */
export function describeProblem(problem: PolicyProblem, sources: PolicySources): string {
  // Of a syntax error OPA's details are the line and a caret.
  const details = problem.code === 'rego_parse_error' ? [] : (problem.details ?? []);
  return [
    escapeControl(`${formatProblem(problem)} (${problem.code})`),
    ...sourceLines(problem, sources),
    ...details.map((detail) => `  ${escapeControl(detail)}`),
  ].join('\n');
}

/** The line of a place, and a caret below its column; nothing where the place is not in the sources. */
export function sourceLines(
  { file, line, column = 1 }: Pick<PolicyProblem, 'file' | 'line' | 'column'>,
  sources: PolicySources,
): readonly string[] {
  if (file === undefined || line === undefined) return [];
  const text = sources[file]?.split(/\r?\n/)[line - 1];
  if (text === undefined) return [];
  return [`  ${shown(text)}`, `  ${shown(text.slice(0, column - 1)).replace(/[^\t]/g, ' ')}^`];
}

/** Tabs stay, so that the caret stands below its column whatever their width. */
function shown(text: string): string {
  return text.split('\t').map(escapeControl).join('\t');
}
