import { isLoopbackName, splitListen } from '../../config/issuer-fields.ts';
import { AppError } from '../../errors.ts';
import type { GlobalOptions } from '../command.ts';
import { configFor } from '../config-for.ts';
import type { CliContext } from '../context.ts';

export interface ServerOptions extends GlobalOptions {
  /** URL of the issuer; otherwise `LAPSE_SERVER`, then `issuer` of the configuration. */
  readonly server?: string;
}

/**
 * URL of the issuer that a command talks to, without trailing slash.
 *
 * @throws {AppError} ERR_USAGE when nothing names one, or when it would carry credentials in the clear over a network.
 */
export async function serverUrl(cli: CliContext, options: ServerOptions): Promise<string> {
  const named = options.server ?? cli.env.LAPSE_SERVER ?? (await configuredUrl(cli, options));
  if (named === undefined)
    throw new AppError('ERR_USAGE', 'no issuer is named', {
      hint: 'use --server, LAPSE_SERVER, or the issuer section of lapse.yaml',
    });
  if (!URL.canParse(named)) throw new AppError('ERR_USAGE', `${named}: not a URL of an issuer`);
  const url = new URL(named);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackName(url.hostname)))
    throw new AppError('ERR_USAGE', `${url.origin}: an issuer is spoken to over https, or http on loopback`);
  return named.replace(/\/+$/, '');
}

async function configuredUrl(cli: CliContext, options: GlobalOptions): Promise<string | undefined> {
  const { issuer } = await configFor(cli, options);
  if (issuer === undefined) return undefined;
  if (issuer.url !== undefined) return issuer.url;
  const listen = splitListen(issuer.listen);
  return listen === undefined ? undefined : `${issuer.tls === undefined ? 'http' : 'https'}://${issuer.listen}`;
}
