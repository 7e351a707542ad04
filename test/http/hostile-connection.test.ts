import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpBench, openHttpBench } from '../support/http-bench.ts';

let bench: HttpBench;

beforeAll(async () => {
  bench = await openHttpBench({ http: { requestTimeout: 400 } });
});

afterAll(async () => {
  await bench.close();
});

/** Writes `bytes` on one connection and gives everything that came back when the other side has closed it. */
function talk(bytes: string, options: { readonly keepOpen?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(bench.url);
    let said = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      if (options.keepOpen !== true) socket.end();
    });
    socket.on('close', () => resolve(said));
    socket.on('error', reject);
  });
}

const statuses = (said: string) => [...said.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';
const head = (more: string) => `POST /token HTTP/1.1\r\nHost: x\r\n${FORM}${more}\r\n`;
const SMUGGLED = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';

describe('request smuggling', () => {
  it.each<[string, string]>([
    ['both lengths', `${head('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n${SMUGGLED}`],
    ['two lengths', `${head('Content-Length: 0\r\nContent-Length: 40\r\n')}${SMUGGLED}`],
    ['a list of lengths', `${head('Content-Length: 0, 40\r\n')}${SMUGGLED}`],
    ['a length with a sign', `${head('Content-Length: +0\r\n')}${SMUGGLED}`],
    ['a length in another base', `${head('Content-Length: 0x0\r\n')}${SMUGGLED}`],
    ['an unknown coding', `${head('Transfer-Encoding: xchunked\r\n')}${SMUGGLED}`],
    ['chunked not last', `${head('Transfer-Encoding: chunked, identity\r\n')}0\r\n\r\n${SMUGGLED}`],
    ['a space before the colon', `${head('Transfer-Encoding : chunked\r\n')}0\r\n\r\n${SMUGGLED}`],
    ['a folded header', `${head('Transfer-Encoding:\r\n chunked\r\n')}0\r\n\r\n${SMUGGLED}`],
    ['a bare line feed', `POST /token HTTP/1.1\nHost: x\nContent-Length: 0\n\n${SMUGGLED}`],
    ['a chunk size that is none', `${head('Transfer-Encoding: chunked\r\n')}zz\r\n\r\n${SMUGGLED}`],
    ['a chunk size without end', `${head('Transfer-Encoding: chunked\r\n')}${'f'.repeat(40)}\r\n${SMUGGLED}`],
  ])('%s: what follows is never answered', async (_what, bytes) => {
    expect(statuses(await talk(bytes, { keepOpen: true }))).toEqual([400]);
  });
});

describe('header floods and body limits', () => {
  it.each<[string, string, number]>([
    ['many headers', head(Array.from({ length: 9000 }, (_, index) => `a${index}: b\r\n`).join('')), 431],
    ['one long header', head(`a: ${'b'.repeat(40_000)}\r\n`), 431],
    ['a body that says it is too long', head('Content-Length: 999999999\r\n'), 413],
    [
      'a body in chunks that is too long',
      `${head('Transfer-Encoding: chunked\r\n')}11170\r\n${'a'.repeat(70_000)}\r\n0\r\n\r\n`,
      413,
    ],
  ])('%s: refused', async (_what, bytes, status) => {
    expect(statuses(await talk(bytes))).toEqual([status]);
  });
});

describe('slow clients', () => {
  it.each<[string, string]>([
    ['that never end their headers', 'POST /token HTTP/1.1\r\nHost: x\r\n'],
    ['that never end their body', `${head('Content-Length: 100\r\n')}grant_type=`],
    ['that never end a chunk', `${head('Transfer-Encoding: chunked\r\n')}a\r\ngrant`],
    ['that say nothing', ''],
  ])('%s are let go, and keep nobody waiting', async (_what, bytes) => {
    const slow = Array.from({ length: 20 }, () => talk(bytes, { keepOpen: true }));
    expect(statuses(await talk(SMUGGLED))).toEqual([200]);
    for (const said of await Promise.all(slow)) expect(statuses(said).every((status) => status === 408)).toBe(true);
  });
});
