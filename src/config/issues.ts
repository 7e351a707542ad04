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

/**
 * One entry per fault and place: several unknown keys of one mapping are split, unions are resolved to the member that was
 * meant, and where a required key was misspelt, only the misspelling is told.
 */
export function placeIssues(issues: readonly Issue[], schema: z.ZodType): readonly PlacedIssue[] {
  const placed = flatten(issues, []);
  const meant = new Set(
    placed.flatMap((entry) => (entry.key === undefined ? [] : [meantPath(entry, entry.key, schema)])),
  );
  return placed.filter(({ path, key }) => key !== undefined || !meant.has(formatPath(path)));
}

function meantPath({ path }: PlacedIssue, key: string, schema: z.ZodType): string {
  return formatPath([...path, nearest(key, knownKeys(schema, path)) ?? key]);
}

function flatten(issues: readonly Issue[], prefix: readonly PropertyKey[]): readonly PlacedIssue[] {
  return issues.flatMap((issue): readonly PlacedIssue[] => {
    const path = [...prefix, ...issue.path];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path, key, issue }));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const meant = closest(issue.errors);
      if (meant !== undefined) return flatten(meant, path);
    }
    return [{ path, issue }];
  });
}

/**
 * The member of a union that the author meant: of those that accepted the type of the value, the one with the fewest faults.
 * None when every member wanted something else altogether.
 */
function closest(members: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const elsewhere = ({ path, code }: Issue) =>
    path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  return members.filter((issues) => !issues.some(elsewhere)).toSorted((a, b) => a.length - b.length)[0];
}

/** Lower case, no full stop, and never the value itself. */
export function describeIssue(
  placed: PlacedIssue,
  schema: z.ZodType,
): { readonly message: string; readonly hint?: string } {
  const { issue, key } = placed;
  const where = placed.path.length === 0 ? '' : `${formatPath(placed.path)}: `;
  if (key !== undefined) {
    const known = knownKeys(schema, placed.path);
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
  const wanted = issue.errors.flat().flatMap((error) => {
    if (error.code === 'invalid_type') return [error.expected];
    return error.code === 'invalid_value' ? error.values.map((value) => JSON.stringify(value)) : [];
  });
  if (wanted.length === 0) return lowerFirst(issue.message);
  return `invalid input: expected ${[...new Set(wanted)].join(' or ')}`;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
