import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mariadbHome, startMariadb, type TestMariadb } from '../../support/mariadb.ts';
import { runCli } from '../../support/run-cli.ts';

const home = mariadbHome();

describe.skipIf(home === undefined)('lapse scan --live mysql', () => {
  let server: TestMariadb;
  let folder: string;
  const password = ['made', 'at', 'run', 'time', String(Date.now())].join('-');
  const scan = (user: string, env: Readonly<Record<string, string>> = {}) =>
    runCli(
      [
        'scan',
        '--live',
        `mysql=${user}@localhost?socket=${encodeURIComponent(server.socket)}`,
        '--format',
        'json',
        '--fail-on',
        'none',
      ],
      { cwd: folder, env },
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lapse-live-mysql-'));
    server = await startMariadb(home ?? '/');
    const failed = server.failedLines('root', [
      'create database shop;',
      'create role readers;',
      'grant select on shop.* to readers;',
      `create user app@'%' identified by '${password}';`,
      "grant readers to app@'%';",
      `create user reporter@localhost identified by '${password}';`,
      'grant select on mysql.* to reporter@localhost;',
    ]);
    expect([...failed]).toEqual([]);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds accounts, roles and rights, as an account that may read them, and no hash', async () => {
    const { code, stdout, stderr } = await scan('reporter', { MYSQL_PWD: password });
    expect(stderr).toBe('');
    const report = JSON.parse(stdout);
    expect(report.problems).toEqual([]);
    expect(code).toBe(0);
    const names = report.principals.map(({ native_id }: { native_id: string }) => native_id);
    expect(names).toEqual(expect.arrayContaining(['localhost/app@%', 'localhost/readers']));
    expect(report.credentials.map(({ native_id }: { native_id: string }) => native_id)).toContain(
      'localhost/app@%#password',
    );
    const hash = server
      .print('mariadb', '-NBe', "select authentication_string from mysql.user where user = 'app'")
      .trim();
    expect(hash.length).toBeGreaterThan(10);
    expect(stdout).not.toContain(hash);
    expect(stdout).not.toContain(password);
    const allowed = await runCli(['ls', '--platform', 'mysql', '--can', 'SELECT', '--on', 'shop.orders'], {
      cwd: folder,
    });
    expect(allowed.stdout).toContain('app@%');
  });

  it('says what an account may not read', async () => {
    const { code, stdout } = await scan('app', { MYSQL_PWD: password });
    expect(code).toBe(3);
    expect(stdout).toContain('ERR_LIVE_REFUSED');
  });

  it('says that it is not let in, without the password', async () => {
    const wrong = ['not', 'the', 'password'].join('-');
    const { code, stdout, stderr } = await scan('reporter', { MYSQL_PWD: wrong });
    expect(code).toBe(2);
    expect(stderr).toContain('the server does not let this account in (ER_ACCESS_DENIED_ERROR)');
    expect(stdout + stderr).not.toContain(wrong);
  });
});
