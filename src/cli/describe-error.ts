import { AppError } from '../errors.ts';

/**
 * What a failed command prints on stderr: the message, the advice, and for a bug the stack, so that it can be reported.
 *
 * @returns text that ends in a newline.
 */
export function describeError(error: unknown, env: Readonly<Record<string, string | undefined>>): string {
  if (error instanceof AppError) {
    const cause =
      env.LAPSE_DEBUG && error.cause instanceof Error ? `\n${error.cause.stack ?? error.cause.message}` : '';
    const hint = error.hint === undefined ? '' : `\n  hint: ${error.hint}`;
    return `lapse: ${error.message} (${error.code})${hint}${cause}\n`;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `lapse: this is a bug in lapse, please report it (ERR_INTERNAL)\n${text}\n`;
}
