import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../errors.ts';
import { SecretValue } from '../model/secret-value.ts';
import type { SecretReference } from './secret-reference.ts';

/** Keys, passwords and connection strings are short; a larger file is a mistake. */
const MAX_BYTES = 64 * 1024;

/**
 * Reads the secret that a reference names. Of a file, line ends at the end are no part of it.
 *
 * @param from - the environment, and the folder that relative paths start from.
 * @throws {AppError} ERR_CONFIG_SECRET when there is none, or an empty one. The message names the reference only.
 */
export function resolveSecret(
  reference: SecretReference,
  from: { readonly env: Readonly<Record<string, string | undefined>>; readonly folder: string },
): SecretValue {
  const value = 'env' in reference ? from.env[reference.env] : readSecretFile(resolve(from.folder, reference.file));
  if (value !== undefined && value !== '') return new SecretValue(value);
  const what = 'env' in reference ? `environment variable ${reference.env}` : `file ${reference.file}`;
  throw new AppError(
    'ERR_CONFIG_SECRET',
    `${what}: ${value === undefined ? 'not set' : 'empty'}, but the configuration reads a secret from it`,
  );
}

function readSecretFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new AppError(
      'ERR_CONFIG_SECRET',
      `file ${file}: cannot be read, but the configuration reads a secret from it`,
      { cause },
    );
  }
  if (bytes.length > MAX_BYTES)
    throw new AppError('ERR_CONFIG_SECRET', `file ${file}: larger than ${MAX_BYTES} bytes, which no secret is`);
  return bytes.toString('utf8').replace(/[\r\n]+$/, '');
}
