import { AppError } from '../../errors.ts';

/** The one answer to every client that did not prove who it is; why is for the log. */
export function refusedClient(reason: string, cause?: unknown): AppError {
  return new AppError('ERR_CLIENT_REFUSED', 'the client was not authenticated', { details: { reason }, cause });
}
