import { AppError } from '../../errors.ts';

/**
 * The one answer to every unacceptable subject token. Why is for the log (`details.reason`): whoever guesses must not learn which
 * part was right.
 */
export function refused(reason: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown): AppError {
  return new AppError('ERR_SUBJECT_TOKEN_REFUSED', 'the subject token was refused', {
    details: { reason, ...details },
    cause,
  });
}
