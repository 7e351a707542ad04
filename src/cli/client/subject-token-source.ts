import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { CliContext } from '../context.ts';
import { SessionFile } from './session-file.ts';

export interface SubjectToken {
  /** `subject_token_type` of RFC 8693. */
  readonly type: string;
  readonly token: SecretValue;
}

export interface SubjectTokenOptions {
  readonly tokenFile?: string;
  readonly staticKeyEnv?: string;
}

/** Reads a token anew each time: those in files are renewed, and CI hands out a fresh one on request. */
export type SubjectTokenSource = () => Promise<SubjectToken>;

/** Environment variables that hold proofs of identity: a command that runs with a lease does not get them. */
export const TOKEN_VARIABLES = ['LAPSE_SUBJECT_TOKEN', 'LAPSE_PASSWORD'];

const JWT = 'urn:ietf:params:oauth:token-type:jwt';
const githubAnswer = z.object({ value: z.string().min(1) });

/**
 * Who asks, from the first of: `--token-file`, `--static-key-env`, `LAPSE_SUBJECT_TOKEN`, GitHub's token service, and the session of
 * `lapse login`.
 *
 * @param issuerUrl - the audience that a token must name.
 * @throws {AppError} ERR_NOT_SIGNED_IN when there is none of them.
 */
export function subjectTokenSource(
  cli: CliContext,
  options: SubjectTokenOptions,
  issuerUrl: string,
): SubjectTokenSource {
  const { tokenFile, staticKeyEnv } = options;
  const { LAPSE_SUBJECT_TOKEN: inEnvironment, ACTIONS_ID_TOKEN_REQUEST_URL: github } = cli.env;
  if (tokenFile !== undefined) return async () => ({ type: JWT, token: readTokenFile(resolve(cli.cwd, tokenFile)) });
  if (staticKeyEnv !== undefined) {
    const key = cli.env[staticKeyEnv];
    if (!key) throw new AppError('ERR_USAGE', `environment variable ${staticKeyEnv}: not set`);
    return async () => ({ type: 'urn:lapse:token-type:static-key', token: new SecretValue(key) });
  }
  if (inEnvironment) return async () => ({ type: JWT, token: new SecretValue(inEnvironment) });
  if (github) return async () => ({ type: JWT, token: await githubToken(github, cli, issuerUrl) });
  const session = new SessionFile(cli.env).find(issuerUrl, cli.now());
  if (session === undefined)
    throw new AppError('ERR_NOT_SIGNED_IN', 'nothing says who asks', {
      hint: 'use --token-file, LAPSE_SUBJECT_TOKEN, a workflow with "id-token: write", or "lapse login"',
    });
  return async () => ({ type: 'urn:lapse:token-type:operator-session', token: new SecretValue(session.token) });
}

function readTokenFile(file: string): SecretValue {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AppError('ERR_USAGE', `${file}: the subject token cannot be read`, { cause });
  }
  if (text === '') throw new AppError('ERR_USAGE', `${file}: empty, but a subject token is expected in it`);
  return new SecretValue(text);
}

/** GitHub documentation, "OpenID Connect reference": methods for requesting the token. */
async function githubToken(place: string, cli: CliContext, audience: string): Promise<SecretValue> {
  const failed = (cause: unknown): AppError =>
    new AppError('ERR_DAEMON_UNREACHABLE', 'the token service of the workflow gives no token', {
      hint: 'give the job "permissions: id-token: write"',
      cause,
    });
  try {
    const url = new URL(place);
    url.searchParams.set('audience', audience);
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${cli.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? ''}` },
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return new SecretValue(githubAnswer.parse(await response.json()).value);
  } catch (cause) {
    throw failed(cause);
  }
}
