import { escapeIdentifier } from 'pg';
import { AppError } from '../../errors.ts';

/** NAMEDATALEN - 1: PostgreSQL cuts longer names with no more than a notice, so that two could become one. */
const MAX_BYTES = 63;

/**
 * Quotes a name for SQL, by the driver's own function.
 *
 * @throws {AppError} ERR_CONFIG_INVALID for what no PostgreSQL name can be: empty, with NUL, longer than 63 bytes.
 */
export function quoteName(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name, 'utf8') > MAX_BYTES)
    throw new AppError('ERR_CONFIG_INVALID', `${JSON.stringify(name)} is no name in PostgreSQL`, {
      hint: 'names have 1 to 63 bytes and no NUL',
    });
  return escapeIdentifier(name);
}
