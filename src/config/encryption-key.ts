import { execFile } from 'node:child_process';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { resolveSecret } from './resolve-secret.ts';
import { secretReferenceSchema } from './secret-reference.ts';

const KEY_BYTES = 32;
const COMMAND_TIMEOUT = 30_000;
const MAX_OUTPUT = 64 * 1024;

/** Where the key comes from that seals others: a secret reference, or a command that prints it, such as a KMS's "decrypt". */
export const encryptionKeySchema = z.union([
  secretReferenceSchema,
  z.strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .describe('Program and arguments, run without a shell once at the start.'),
  }),
]);

export type EncryptionKeyReference = z.infer<typeof encryptionKeySchema>;

/**
 * Fetches the key: 32 bytes as 64 hex digits or base64. A command runs without a shell in the folder of the configuration; what it says on
 * standard error goes nowhere, for it may quote the key.
 *
 * @throws {AppError} ERR_CONFIG_SECRET; the message names the reference only.
 */
export async function resolveEncryptionKey(
  reference: EncryptionKeyReference,
  from: { readonly env: Readonly<Record<string, string | undefined>>; readonly folder: string },
): Promise<KeyObject> {
  const text =
    'command' in reference ? await printed(reference.command, from) : resolveSecret(reference, from).reveal();
  const bytes = parseKey(text.trim());
  if (bytes === undefined)
    throw new AppError('ERR_CONFIG_SECRET', `${nameOf(reference)}: expected ${KEY_BYTES} bytes as hex or base64`, {
      hint: 'make one with: openssl rand -base64 32',
    });
  return createSecretKey(bytes);
}

function parseKey(text: string): Buffer | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

async function printed(
  [program = '', ...args]: readonly string[],
  { env, folder }: { readonly env: Readonly<Record<string, string | undefined>>; readonly folder: string },
): Promise<string> {
  try {
    const options = { cwd: folder, env: { ...env }, timeout: COMMAND_TIMEOUT, maxBuffer: MAX_OUTPUT, encoding: 'utf8' };
    const { stdout } = await promisify(execFile)(program, args, { ...options, encoding: 'utf8' });
    return stdout;
  } catch {
    // Without a cause: it would carry what the command printed.
    throw new AppError('ERR_CONFIG_SECRET', `command ${program}: failed, but the configuration reads a key from it`);
  }
}

function nameOf(reference: EncryptionKeyReference): string {
  if ('command' in reference) return `command ${reference.command[0]}`;
  return 'env' in reference ? `environment variable ${reference.env}` : `file ${reference.file}`;
}
