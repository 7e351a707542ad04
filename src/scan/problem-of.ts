import { AppError } from '../errors.ts';
import type { Location } from '../model/location.ts';
import type { Problem } from '../model/snapshot.ts';

/**
 * What a failure is called in the result of a scan. An error that is not one of ours is named by its class only: the
 * messages of parsers quote what they read, and that may be a secret.
 */
export function problemOf(error: unknown, location: Location): Problem {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, location: isLocation(error.details?.location) ?? location };
  }
  const kind = error instanceof Error ? error.constructor.name : typeof error;
  return { code: 'ERR_INTERNAL', message: `${location.path}: a scanner failed on this file (${kind})`, location };
}

function isLocation(value: unknown): Location | undefined {
  if (typeof value !== 'object' || value === null || !('path' in value) || typeof value.path !== 'string')
    return undefined;
  const line = 'line' in value && typeof value.line === 'number' ? { line: value.line } : {};
  const column = 'column' in value && typeof value.column === 'number' ? { column: value.column } : {};
  return { path: value.path, ...line, ...column };
}
