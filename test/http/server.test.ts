import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/cli/daemon/start-daemon.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { AppError } from '../../src/errors.ts';

let folder: string;
let daemon: Daemon | undefined;
let log = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-server-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await daemon?.close();
  daemon = undefined;
});

async function start(issuer: string, env: Readonly<Record<string, string>> = {}): Promise<Daemon> {
  writeFileSync(join(folder, 'lapse.yaml'), `version: 1\nissuer:\n${issuer}\n`);
  log = '';
  const collect = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log += chunk.toString('utf8');
      done();
    },
  });
  daemon = await startDaemon({
    config: await loadConfig({ cwd: folder }),
    cli: {
      stdin: Readable.from([]),
      stdout: collect,
      stderr: collect,
      env,
      cwd: folder,
      color: false,
      now: () => new Date(),
    },
  });
  return daemon;
}

const refusal = async (issuer: string, env = {}): Promise<string> => {
  try {
    await start(issuer, env);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'started';
};

describe('an issuer whose URL has a path', () => {
  it('serves both forms of the well-known place, and everything else below the path', async () => {
    const { address } = await start('  url: "https://lapse.example/team/a"\n  listen: 127.0.0.1:0');
    const issuer = 'https://lapse.example/team/a';
    const places = [
      '/.well-known/oauth-authorization-server/team/a',
      '/team/a/.well-known/oauth-authorization-server',
      '/team/a/.well-known/openid-configuration',
    ];
    for (const place of places)
      expect(await (await fetch(address + place)).json()).toMatchObject({ issuer, jwks_uri: `${issuer}/jwks` });
    expect((await fetch(`${address}/team/a/jwks`)).status).toBe(200);
    expect((await fetch(`${address}/jwks`)).status).toBe(404);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });
});

describe('starting', () => {
  it('needs what the configuration names', async () => {
    expect(await refusal('  listen: 127.0.0.1:0\n  tls: {cert: none.pem, key: none.pem}')).toMatch(
      /^ERR_CONFIG_INVALID: .*none\.pem: cannot be read/,
    );
    const target =
      '{id: db, type: postgres, connection: {env: DB_URL}, grants: [{actions: [a], resources: [b], roles: [c]}]}';
    expect(await refusal(`  listen: 127.0.0.1:0\n  targets: [${target}]`)).toMatch(/^ERR_CONFIG_SECRET: .*DB_URL/);
    expect(await refusal('  listen: 127.0.0.1:0\n  metrics_token: {env: TOKEN}')).toMatch(/^ERR_CONFIG_SECRET/);
  });

  it('tells of a port that is taken', async () => {
    const { address } = await start('  listen: 127.0.0.1:0');
    const first = daemon;
    const { port } = new URL(address);
    expect(await refusal(`  listen: 127.0.0.1:${port}`)).toMatch(/^ERR_USAGE: .*cannot listen there/);
    daemon = first;
  });
});

describe('TLS', () => {
  it('is spoken when it is configured', async () => {
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-nodes', '-days', '1', ...curve, ...subject, '-keyout', key, '-out', cert],
      {
        stdio: 'ignore',
      },
    );
    const { address } = await start(
      '  url: "https://lapse.example"\n  listen: 127.0.0.1:0\n  tls: {cert: cert.pem, key: key.pem}',
    );
    const agent = new Agent({ ca: readFileSync(cert), servername: 'localhost' });
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      request(`${address}/healthz`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.headers));
      })
        .on('error', reject)
        .end();
    });
    agent.destroy();
    expect(headers['strict-transport-security']).toMatch(/max-age/);
  });
});

describe('a connection of somebody hostile', () => {
  /** Sends bytes as they are and gives the status line. */
  const raw = (address: string, bytes: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(address);
      let said = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('data', (chunk) => {
        said += chunk.toString('latin1');
        socket.end();
      });
      socket.on('close', () => resolve(said.split('\r\n')[0] ?? ''));
      socket.on('error', reject);
    });

  it('with headers or a URL past the cap is refused', async () => {
    const { address } = await start('  listen: 127.0.0.1:0');
    const head = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';
    expect(await raw(address, `${head}X-Big: ${'a'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    expect(await raw(address, `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    expect(await raw(address, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    const both = 'POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
    expect(await raw(address, both)).toMatch(/^HTTP\/1\.1 400/);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });

  it('cannot write into the log', async () => {
    const { address } = await start('  listen: 127.0.0.1:0');
    await fetch(`${address}/token?subject_token=canary-in-url`, { headers: { 'x-request-id': 'canary-in-header' } });
    await fetch(`${address}/canary-in-path`);
    const traced = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' };
    await fetch(`${address}/healthz`, { headers: traced });
    expect(log).not.toContain('canary');
    expect(log).toContain('"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"');
    for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
  });
});
