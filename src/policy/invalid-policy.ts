import { AppError } from '../errors.ts';
import { formatProblem, type PolicyProblem } from './compiler/problem.ts';

/** `ERR_POLICY_INVALID` with the first problem as its message and all of them in `details.problems`. */
export function invalidPolicy(problems: readonly PolicyProblem[], hint?: string): AppError {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const message = first === undefined ? 'invalid policy' : `${formatProblem(first)}${more}`;
  return new AppError('ERR_POLICY_INVALID', message, {
    details: { problems },
    ...(hint === undefined ? {} : { hint }),
  });
}
