import { formatLocation } from '../model/location.ts';
import type { ScanProblem } from '../scan/run.ts';

/** So many further places are named. */
const MOST = 5;

/**
 * Problems of one cause as one, which names the other places: an organization with hundreds of repositories that a token may not read
 * says that once. Each place stays a problem of its snapshot.
 */
export function onePerCause(problems: readonly ScanProblem[]): readonly ScanProblem[] {
  const groups = new Map<string, ScanProblem[]>();
  for (const [index, problem] of problems.entries()) {
    const { code, scanner = '', cause } = problem;
    const key = cause === undefined ? String(index) : JSON.stringify([code, scanner, cause]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [problem]);
    else group.push(problem);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const named = others.slice(0, MOST).map(({ location }) => formatLocation(location));
    const rest = others.length > MOST ? ', …' : '';
    return [{ ...first, message: `${first.message}; and ${others.length} more: ${named.join(', ')}${rest}` }];
  });
}
