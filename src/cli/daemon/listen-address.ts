import { createServer } from 'node:net';
import type { IssuerConfig } from '../../config/issuer.ts';
import { isLoopbackName, splitListen } from '../../config/issuer-fields.ts';
import { AppError } from '../../errors.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:8787`. */
  readonly url: string;
}

/**
 * Where the daemon listens. Without TLS only on loopback: everything that it answers is a credential. Port 0 is turned into a free one
 * here, because the issuer's URL must be known before anything is signed.
 *
 * @throws {AppError} ERR_CONFIG_INVALID.
 */
export async function listenAddress(config: IssuerConfig, override: string | undefined): Promise<ListenAddress> {
  const text = override ?? config.listen;
  const parts = splitListen(text);
  if (parts === undefined) throw new AppError('ERR_CONFIG_INVALID', `--listen ${text}: expected host:port`);
  const { host } = parts;
  if (config.tls === undefined && !isLoopbackName(host))
    throw new AppError('ERR_CONFIG_INVALID', `listen ${text}: not a loopback address, and TLS is off`, {
      hint: 'set issuer.tls {cert, key}, or listen on 127.0.0.1 behind a proxy that ends TLS',
    });
  if (config.url === undefined && !isLoopbackName(host))
    throw new AppError('ERR_CONFIG_INVALID', `listen ${text}: issuer.url is missing, which nobody could guess`);
  const port = parts.port === 0 ? await freePort(host) : parts.port;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { host, port, url: `${config.tls === undefined ? 'http' : 'https'}://${shown}:${port}` };
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
