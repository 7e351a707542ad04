import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of one bundle, with ETags. */
export interface BundleServer {
  readonly url: URL;
  /** What it has; without anything it answers 500. */
  content: Buffer | undefined;
  /** In place of an answer: the connection stays open, and nothing comes. */
  stalls: boolean;
  /** The status of every answer so far. */
  readonly answered: readonly number[];
  /** What `Authorization` said, each time. */
  readonly credentials: readonly (string | undefined)[];
  close(): Promise<void>;
}

export async function startBundleServer(): Promise<BundleServer> {
  const answered: number[] = [];
  const credentials: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    credentials.push(request.headers.authorization);
    if (started.stalls) return;
    const { content } = started;
    const etag = content === undefined ? undefined : `"${content.length}-${content.subarray(-8).toString('hex')}"`;
    const status = content === undefined ? 500 : request.headers['if-none-match'] === etag ? 304 : 200;
    answered.push(status);
    response.writeHead(status, etag === undefined ? {} : { etag }).end(status === 200 ? content : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const started: BundleServer = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/bundle.tar.gz`),
    content: undefined,
    stalls: false,
    answered,
    credentials,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return started;
}
