import { readFileSync } from 'node:fs';
import { AppError } from '../../errors.ts';

/** @throws {AppError} ERR_CONFIG_INVALID when it cannot be read; `what` says which setting names the file. */
export function readPem(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('ERR_CONFIG_INVALID', `${file}: cannot be read, but ${what} names it`, { cause });
  }
}
