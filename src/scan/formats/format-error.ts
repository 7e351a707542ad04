import { AppError } from '../../errors.ts';
import { formatLocation } from '../../model/location.ts';
import type { Place } from './node.ts';

/** Input that is not in its format, with `path:line:column`. The message never quotes the input. */
export function syntaxError(path: string, place: Place, what: string): AppError {
  const location = { path, ...place };
  return new AppError('ERR_SCAN_SYNTAX', `${formatLocation(location)}: ${what}`, { details: { location } });
}

/** Input that is larger or deeper than a reader takes on. */
export function limitError(path: string, place: Place, what: string): AppError {
  const location = { path, ...place };
  return new AppError('ERR_SCAN_LIMIT', `${formatLocation(location)}: ${what}`, {
    hint: 'split the file, or leave it out by scan.exclude',
    details: { location },
  });
}
