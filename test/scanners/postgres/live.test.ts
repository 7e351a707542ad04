import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { runCli } from '../../support/run-cli.ts';

describe('lapse scan --live postgres', () => {
  let server: TestPostgres;
  let folder: string;
  const password = ['made', 'at', 'run', 'time', String(Date.now())].join('-');

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lapse-live-postgres-'));
    server = await startPostgres();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query('create database live_shop');
    await client.query('create role live_readers');
    await client.query(`create role live_app login password '${password}' valid until '2027-01-01'`);
    await client.query('grant live_readers to live_app');
    await client.query('create role "live ops" login superuser');
    await client.end();
    const shop = new Client({ connectionString: server.url.replace(/\/[^/?]*(\?|$)/, '/live_shop$1') });
    await shop.connect();
    await shop.query('create table orders (id int)');
    await shop.query('grant select on orders to live_readers');
    await shop.end();
  });
  afterAll(async () => {
    if (server !== undefined) {
      // A server of PG_URL stays as it was.
      const client = new Client({ connectionString: server.url });
      await client.connect();
      await client.query('drop database if exists live_shop');
      await client.query('drop role if exists live_app, live_readers, "live ops"');
      await client.end();
      await server.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds roles, memberships and rights of every database, and keeps no password', async () => {
    const argv = ['scan', '--live', `postgres=${server.url}`, '--format', 'json', '--fail-on', 'none'];
    const { code, stdout, stderr } = await runCli(argv, { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report.problems).toEqual([]);
    const names = report.principals.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['live_app', 'live_readers', 'live ops']));
    const rights = report.grants.filter(({ resources }: { resources: readonly string[] }) => {
      return resources.some((resource) => resource.includes('live_shop') && resource.includes('orders'));
    });
    expect(rights.flatMap(({ actions }: { actions: readonly string[] }) => actions)).toContain('select');
    expect(stdout).not.toContain(password);
    expect(stdout).not.toContain(new URL(server.url).password || 'no password');
    const allowed = await runCli(['ls', 'principals', '--can', 'SELECT', '--on', 'live_shop.public.orders'], {
      cwd: folder,
    });
    expect(allowed.stdout).toContain('live_app');
  });

  it('says that it is not let in, without the password', async () => {
    const url = new URL(server.url);
    url.username = 'live_nobody';
    url.password = password;
    const { code, stderr } = await runCli(['scan', '--live', `postgres=${url}`], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('PostgreSQL does not let this role in (28');
    expect(stderr).not.toContain(password);
  });

  it('says that nobody answers', async () => {
    const { code, stderr } = await runCli(['scan', '--live', 'postgres=me@127.0.0.1:1/shop'], { cwd: folder });
    expect(code).toBe(3);
    expect(stderr).toContain('PostgreSQL cannot be asked (ECONNREFUSED)');
  });
});
