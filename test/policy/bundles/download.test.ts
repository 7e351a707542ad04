import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/model/secret-value.ts';
import { type DownloadOptions, download } from '../../../src/policy/bundles/download.ts';

let server: Server | undefined;
const asked: IncomingMessage[] = [];
afterEach(async () => {
  asked.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
  server = undefined;
});

async function serve(answer: RequestListener): Promise<URL> {
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/policies/bundle.tar.gz?token=fake-query`);
}

function get(url: URL, more: Partial<DownloadOptions> = {}) {
  return download({ url, timeout: 5_000, maxSize: 1_000, ...more });
}

const unreachable = (message: RegExp) => ({ code: 'ERR_POLICY_UNREACHABLE', message: expect.stringMatching(message) });

describe('download', () => {
  it('shows its credential, and says what it has already', async () => {
    const url = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"1"' }).end('bytes');
    });
    const credential = new SecretValue('fake-credential');
    expect(await get(url, { credential })).toEqual({ bytes: Buffer.from('bytes'), etag: '"1"' });
    expect(await get(url, { credential, etag: '"1"' })).toBe('unchanged');
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer fake-credential',
      'Bearer fake-credential',
    ]);
    expect(asked[0]?.headers).toMatchObject({ 'accept-encoding': 'identity' });
    expect(asked[0]?.headers).not.toHaveProperty('if-none-match');
  });

  it('follows redirects on the same origin, and no others', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/new') response.end('moved');
      else if (request.url === '/away') response.writeHead(302, { location: 'https://policies.example/x' }).end();
      else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
      else response.writeHead(307, { location: '/new' }).end();
    });
    expect(await get(url)).toEqual({ bytes: Buffer.from('moved') });
    await expect(get(new URL('/away', url))).rejects.toMatchObject(
      unreachable(/redirects to https:\/\/policies\.example, which is not asked/),
    );
    await expect(get(new URL('/round', url))).rejects.toMatchObject(unreachable(/redirects more than 5 times/));
  });

  it.each<[string, RequestListener, RegExp]>([
    ['a refusal', (_, response) => response.writeHead(403).end('no'), /answers 403/],
    ['a failure', (_, response) => response.writeHead(503).end(), /answers 503/],
    ['a redirect to nowhere', (_, response) => response.writeHead(302).end(), /answers 302/],
    ['a part', (_, response) => response.writeHead(206).end('half'), /answers 206/],
    [
      '"not modified", where there is nothing',
      (_, response) => response.writeHead(304).end(),
      /answers 304 \(not modified\), though nothing is there yet/,
    ],
    ['more than it may', (_, response) => response.end('x'.repeat(1_001)), /sends more than 1000 bytes/],
    ['without end', (_, response) => endless(response), /sends more than 1000 bytes/],
    ['less than it says', (_, response) => breakOff(response), /the answer breaks off/],
    ['nothing at all', (request) => request.socket.destroy(), /the answer breaks off/],
  ])('refuses a server that answers with %s', async (_, answer, message) => {
    const error = await get(await serve(answer), { credential: new SecretValue('fake-credential') }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject(unreachable(message));
    // Neither the query nor the credential is anybody's business.
    expect(String((error as Error).message)).not.toMatch(/fake/);
  });

  it.each<[string, RequestListener]>([
    ['does not answer', () => undefined],
    ['stops in the middle', (_, response) => void response.writeHead(200).write('some')],
    ['goes on one byte at a time', (_, response) => drip(response)],
  ])('gives up on a server that %s', async (_, answer) => {
    await expect(get(await serve(answer), { timeout: 300 })).rejects.toMatchObject(
      unreachable(/no whole answer within 300 ms/),
    );
  });

  it('says when nobody is there', async () => {
    const url = await serve(() => undefined);
    await new Promise((resolve) => server?.close(resolve));
    await expect(get(url)).rejects.toMatchObject(unreachable(/ECONNREFUSED/));
  });
});

function endless(response: ServerResponse): void {
  response.on('error', () => undefined);
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(4_096)));
  };
  response.on('drain', more);
  more();
}

function breakOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '500' });
  response.write('x'.repeat(100), () => response.destroy());
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write('x')), 20);
  response.on('close', () => clearInterval(timer));
}
