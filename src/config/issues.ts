import type { z } from 'zod';
import { knownKeys } from './json-schema.ts';
import { nearest } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** One fault, at one place: `key` names an unknown member of the mapping at `path`. */
export interface PlacedIssue {
  readonly path: readonly PropertyKey[];
  readonly key?: string;
  readonly issue: Issue;
}

/** Splits issues of several unknown keys, and resolves unions to the member that was meant. */
export function flattenIssues(issues: readonly Issue[], prefix: readonly PropertyKey[] = []): readonly PlacedIssue[] {
  return issues.flatMap((issue): readonly PlacedIssue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path, key, issue }));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const meant = closest(issue.errors);
      if (meant !== undefined) return flattenIssues(meant, path);
    }
    return [{ path, issue }];
  });
}

/**
 * The member of a union that the author meant: the one that accepted the type of the value, with the fewest faults. None
 * when every member wanted another type.
 */
function closest(members: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return members
    .filter((issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'))
    .toSorted((a, b) => a.length - b.length)[0];
}

/** Lower case, no full stop, and never the value itself. */
export function describeIssue(placed: PlacedIssue): { readonly message: string; readonly hint?: string } {
  const { issue, key } = placed;
  const where = placed.path.length === 0 ? '' : `${formatPath(placed.path)}: `;
  if (key !== undefined) {
    const known = knownKeys(placed.path);
    const near = nearest(key, known);
    const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
    return {
      message: `${where}unknown key ${JSON.stringify(key.slice(0, 64))}`,
      ...(known.length === 0 ? {} : { hint }),
    };
  }
  return { message: `${where}${issue.code === 'invalid_union' ? expectedTypes(issue) : lowerFirst(issue.message)}` };
}

/** What the members of a union wanted, none of which the value is. */
function expectedTypes(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const types = issue.errors.flat().flatMap((error) => (error.code === 'invalid_type' ? [error.expected] : []));
  return types.length === 0 ? lowerFirst(issue.message) : `invalid input: expected ${[...new Set(types)].join(' or ')}`;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
