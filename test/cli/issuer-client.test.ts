import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialEnvironment, parseEnvOption } from '../../src/cli/client/credential-environment.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { runCli } from '../support/run-cli.ts';

let folder: string;
let env: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-client-'));
  env = { USER: 'alice', HOME: folder };
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const cli = (argv: readonly string[], more: Record<string, string> = {}, stdin?: string) =>
  runCli(argv, { cwd: folder, env: { ...env, ...more }, ...(stdin === undefined ? {} : { stdin }) });

describe('lapse init', () => {
  it('writes a configuration that is valid, and prints the password of the first operator once', async () => {
    const { code, stdout, stderr } = await cli(['init']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[A-Za-z0-9_-]{32}\n$/);
    expect(stderr).toContain('wrote lapse.yaml');
    expect(stderr).not.toContain(stdout.trim());
    const config = parseConfig(readFileSync(join(folder, 'lapse.yaml'), 'utf8'), 'lapse.yaml');
    expect(config.issuer?.access.groups).toEqual({ approvers: ['alice'] });
    expect(readFileSync(join(folder, '.lapse/issuer.db'), 'latin1')).not.toContain(stdout.trim());
    for (const file of ['.lapse', '.lapse/issuer.db', '.lapse/store.key'])
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  });

  it('overwrites nothing', async () => {
    writeFileSync(join(folder, 'lapse.yaml'), 'version: 1\n');
    expect((await cli(['init'])).stderr).toContain('kept lapse.yaml');
    expect(readFileSync(join(folder, 'lapse.yaml'), 'utf8')).toBe('version: 1\n');
    const again = await cli(['init']);
    expect(again).toMatchObject({ code: 0, stdout: '' });
    expect((await cli(['init', '--operator', 'bob', '-q'])).stdout).toMatch(/^\S{32}\n$/);
    expect((await cli(['init', '--operator', 'bob'])).stderr).toContain('ERR_OPERATOR_EXISTS');
  });

  it.each(['', 'a b', '../x', '"x"', '-x'])('refuses the operator %j', async (name) => {
    expect((await cli(['init', '--operator', name])).code).toBe(2);
  });

  it('brings a policy whose tests pass', async () => {
    await cli(['init']);
    const result = await cli(['policy', 'test']);
    expect(result).toMatchObject({ code: 0 });
    expect(`${result.stdout}${result.stderr}`).toMatch(/3/);
    expect(await cli(['policy', 'check'])).toMatchObject({ code: 0 });
  });
});

describe('whom a command talks to', () => {
  it.each([
    [['--server', 'http://lapse.example'], 'https, or http on loopback'],
    [['--server', 'nonsense'], 'not a URL'],
    [[], 'no issuer is named'],
  ])('%j: %s', async (argv, message) => {
    const { code, stderr } = await cli(['login', ...argv], {}, 'x\n');
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('is said to be out of reach when it is', async () => {
    const result = await cli(['login', '--server', 'http://127.0.0.1:9'], { LAPSE_PASSWORD: 'x' });
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('ERR_DAEMON_UNREACHABLE');
  });

  it('is not believed when it is something else', async () => {
    const server = createServer((_request, response) => response.end('<html>\u001b[31mred'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const result = await cli(['login', '--server', url], { LAPSE_PASSWORD: 'x' });
    expect(result.stderr).toContain('ERR_DAEMON_ANSWER');
    expect(result.stderr).not.toContain('\u001b');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('sessions', () => {
  it('are needed, and only believed in a file of their owner', async () => {
    const server = ['--server', 'http://127.0.0.1:9'];
    expect(await cli(['leases', ...server])).toMatchObject({ code: 4, stdout: '' });
    mkdirSync(join(folder, '.config/lapse'), { recursive: true });
    const file = join(folder, '.config/lapse/sessions.json');
    const session = { operator: 'alice', token: 'not-a-token', expires_at: '2026-11-22T12:00:01.000Z' };
    writeFileSync(file, JSON.stringify({ 'http://127.0.0.1:9': session }), { mode: 0o600 });
    expect((await cli(['leases', ...server])).stderr).toContain('ERR_DAEMON_UNREACHABLE');
    chmodSync(file, 0o644);
    expect((await cli(['leases', ...server])).stderr).toContain('others can read your sessions');
    writeFileSync(
      file,
      JSON.stringify({ 'http://127.0.0.1:9': { ...session, expires_at: '2026-11-22T11:59:59.000Z' } }),
    );
    chmodSync(file, 0o600);
    expect((await cli(['leases', ...server])).stderr).toContain('ERR_NOT_SIGNED_IN');
  });
});

describe('the token of a workflow', () => {
  it('is asked for with the issuer as audience', async () => {
    const asked: string[] = [];
    const service = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.end(JSON.stringify({ value: 'a.b.c' }));
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const place = `http://127.0.0.1:${(service.address() as AddressInfo).port}/token?api-version=2`;
    const workflow = { ACTIONS_ID_TOKEN_REQUEST_URL: place, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner' };
    const result = await cli(['request', 'db', '-a', 'x', '--server', 'http://127.0.0.1:9'], workflow);
    expect(result.stderr).toContain('ERR_DAEMON_UNREACHABLE');
    expect(asked).toEqual(['/token?api-version=2&audience=http%3A%2F%2F127.0.0.1%3A9 Bearer runner']);
    await new Promise((resolve) => service.close(resolve));
  });
});

describe('what a command gets of a credential', () => {
  const lease = {
    access_token: 'handle',
    issued_token_type: 'urn:lapse:token-type:db-credential',
    token_type: 'N_A',
    expires_in: 60,
    lease_id: 'lse_x',
    credential: { host: 'db.example', port: 5432, database: 'a/b', user: 'u', password: 'p@:/' },
  };

  it('is what PostgreSQL programs look for', () => {
    expect(credentialEnvironment(lease, undefined)).toEqual({
      PGHOST: 'db.example',
      PGPORT: '5432',
      PGDATABASE: 'a/b',
      PGUSER: 'u',
      PGPASSWORD: 'p@:/',
      DATABASE_URL: 'postgresql://u:p%40%3A%2F@db.example:5432/a%2Fb',
    });
  });

  it('is what was asked for', () => {
    expect(credentialEnvironment(lease, parseEnvOption(['A=user', 'B=lease_id']))).toEqual({ A: 'u', B: 'lse_x' });
    expect(() => parseEnvOption(['A'])).toThrow('expected NAME=member');
    expect(() => parseEnvOption(['1A=user'])).toThrow('expected NAME=member');
    expect(() => credentialEnvironment(lease, { A: 'constructor' })).toThrow('no member "constructor"');
  });
});

it('says nothing is to be verified where there is no issuer', async () => {
  const result = await cli(['audit', 'verify']);
  expect(result.code).toBe(2);
  expect(existsSync(join(folder, '.lapse'))).toBe(false);
});
