import { AppError } from '../../errors.ts';
import { SecretValue } from '../../model/secret-value.ts';
import type { CliContext } from '../context.ts';
import { IssuerClient } from './issuer-client.ts';
import { type ServerOptions, serverUrl } from './server-url.ts';
import { SessionFile } from './session-file.ts';

/**
 * A client with the session of the signed-in operator.
 *
 * @throws {AppError} ERR_NOT_SIGNED_IN.
 */
export async function operatorClient(cli: CliContext, options: ServerOptions): Promise<IssuerClient> {
  const url = await serverUrl(cli, options);
  const session = new SessionFile(cli.env).find(url, cli.now());
  if (session === undefined)
    throw new AppError('ERR_NOT_SIGNED_IN', `not signed in at ${url}`, { hint: `lapse login --server ${url}` });
  return new IssuerClient(url, new SecretValue(session.token));
}
