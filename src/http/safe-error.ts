import { AppError } from '../errors.ts';

const MAX_CAUSES = 4;
const MAX_FRAMES = 8;

/**
 * What of an error may stand in a log. Messages and properties of foreign errors may quote what they were given (a URL with its password),
 * so of those only name, code and frames are told; our own messages never hold a secret.
 */
export function safeError(error: unknown, depth = 0): object | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error instanceof AppError ? { message: error.message, details: error.details } : {}),
    frames: frames.slice(0, MAX_FRAMES).map((line) => line.trim()),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: safeError(error.cause, depth + 1) }),
  };
}
