import { AppError } from '../../errors.ts';

/** `ERR_POLICY_BUNDLE`: a bundle that is not taken. The message begins with the file that is wrong, if it is one. */
export function bundleFault(message: string, hint?: string, cause?: unknown): AppError {
  return new AppError('ERR_POLICY_BUNDLE', message, { cause, ...(hint === undefined ? {} : { hint }) });
}

/** The same error, with the bundle that it is about. */
export function ofBundle(name: string, error: unknown): AppError {
  if (!(error instanceof AppError)) {
    const message = error instanceof Error ? error.message : String(error);
    return bundleFault(`bundle ${name}: ${message}`, undefined, error);
  }
  return new AppError(error.code, `bundle ${name}: ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details === undefined ? {} : { details: error.details }),
  });
}
