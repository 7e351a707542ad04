import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scanners } from '../../scanners/index.ts';
import { exampleValues } from '../../src/cli/demo/example-values.ts';
import { buildOrganisation, type Organisation } from '../../src/cli/demo/organisation.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const values = exampleValues(5432);
const secrets = [values.aws_secret_access_key, values.database_password, values.stripe_key].map(String);

let root: string;
let organisation: Organisation;
const lapse = (...argv: string[]) => runCli(argv, { cwd: organisation.repository, now: NOW });
const scan = (...argv: string[]) => lapse('scan', '.', '--git-history', '--export', '../exports', ...argv);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lapse-scan-'));
  organisation = buildOrganisation(root, values, NOW);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('lapse scan and what reads the inventory', () => {
  let first: CliResult;
  let report: {
    complete: boolean;
    secrets: { rule: string; path: string; line: number; column: number; fingerprint: string; in_head: boolean }[];
    principals: { platform: string; kind: string; native_id: string }[];
    findings: { id: string; severity: string; subject: string; evidence: unknown[] }[];
  };

  beforeAll(async () => {
    first = await scan('--format', 'json');
    report = JSON.parse(first.stdout);
  });

  it('finds what is there, with its exact place', () => {
    expect(first.code).toBe(1);
    expect(report.complete).toBe(true);
    expect(report.secrets).toContainEqual(
      expect.objectContaining({ rule: 'aws/access-key', path: 'deploy/.env', line: 4, column: 23 }),
    );
    expect(report.principals).toContainEqual(
      expect.objectContaining({ platform: 'aws', kind: 'user', native_id: 'arn:aws:iam::480216739051:user/ci-deploy' }),
    );
    expect(report.findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'secret-matches-privileged-credential',
        'admin-standing',
        'oidc-trust-org-wide',
        'key-unused',
      ]),
    );
  });

  it('finds in history what is gone from the newest commit', () => {
    const gone = report.secrets.filter(({ in_head }) => !in_head);
    expect(gone.map(({ path }) => path)).toEqual(['src/payments.py']);
  });

  it('reads with some scanners only, when asked, and leaves what the others found', async () => {
    const argv = ['scan', '.', '--only', 'secrets', '--format', 'json', '--store', join(root, 'only.db')];
    const only = JSON.parse((await runCli(argv, { cwd: organisation.repository, now: NOW })).stdout);
    expect(only.secrets.length).toBeGreaterThan(0);
    expect(only.principals).toEqual([]);
    const after = JSON.parse((await scan('--only', 'secrets', '--format', 'json')).stdout);
    expect(after.principals).toEqual(report.principals);
    const unknown = await lapse('scan', '--only', 'clouds');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(scanners.map(({ id }) => id).join(', '));
  });

  it('tells of what was named when that is a part, and keeps the rest', async () => {
    const part = async (path: string) => {
      const { code, stdout } = await lapse('scan', path, '--format', 'json');
      const { secrets, findings, worst_path, principals } = JSON.parse(stdout);
      return { code, secrets, findings, worst_path, principals };
    };
    const clean = await part('README.md');
    expect(clean).toMatchObject({ code: 0, secrets: [], findings: [], principals: report.principals });
    const leaking = await part('deploy/.env');
    expect(leaking.code).toBe(1);
    const inFile = report.secrets.filter(({ path }) => path === 'deploy/.env');
    expect(leaking.secrets.map(({ fingerprint }: { fingerprint: string }) => fingerprint).sort()).toEqual(
      inFile.map(({ fingerprint }) => fingerprint).sort(),
    );
    expect(leaking.findings.map(({ id }: { id: string }) => id)).toContain('secret-matches-privileged-credential');
    expect(leaking.findings.map(({ id }: { id: string }) => id)).not.toContain('oidc-trust-org-wide');
  });

  it('adds nothing but snapshots when nothing changed', async () => {
    const count = (table: string) => {
      const database = new Database(join(organisation.repository, '.lapse', 'inventory.db'), { readonly: true });
      try {
        return z.object({ rows: z.number() }).parse(database.prepare(`select count(*) as rows from ${table}`).get())
          .rows;
      } finally {
        database.close();
      }
    };
    const before = { facts: count('fact'), snapshots: count('snapshot') };
    const later = new Date(NOW.getTime() + 3_600_000);
    const argv = ['scan', '.', '--git-history', '--export', '../exports'];
    await runCli(argv, { cwd: organisation.repository, now: later });
    expect(count('fact')).toBe(before.facts);
    expect(count('snapshot')).toBeGreaterThan(before.snapshots);
    const { code, stdout } = await runCli(['drift'], { cwd: organisation.repository, now: later });
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/^ +[+-] /m);
  });

  it('shows a string whole: the credential, its owner, what it can do, and how', async () => {
    const { code, stdout } = await lapse('show', 'deploy/.env:4');
    expect(code).toBe(0);
    expect(stdout).toMatch(/aws access-key AKIA\w{16} \(active, 412 days old, last used 3 days ago\)/);
    expect(stdout).toMatch(/→ aws user ci-deploy/);
    expect(stdout).toMatch(/= admin of 480216739051/);
    expect(stdout).toContain('secret-matches-privileged-credential');
    // The line of the access key id names the pair as well.
    expect((await lapse('show', 'deploy/.env:3')).stdout).toBe(stdout);
  });

  it('graphs the shortest path to admin, as text, JSON and dot', async () => {
    expect((await lapse('graph', 'ci-deploy', '--to', 'admin')).stdout).toContain(
      '→ aws role platform-admin by iam:PassRole',
    );
    const { paths } = JSON.parse((await lapse('graph', 'ci-deploy', '--to', 'admin', '--format', 'json')).stdout);
    expect(paths[0].answer).toBe('yes');
    expect((await lapse('graph', 'ci-deploy', '--format', 'dot')).stdout).toMatch(/^digraph lapse \{\n {2}"aws:user:/);
  });

  it.each(['principals', 'credentials', 'secrets', 'grants', 'trusts', 'findings'])('lists %s', async (kind) => {
    const { code, stdout } = await lapse('ls', kind);
    expect(code).toBe(0);
    const { rows } = JSON.parse((await lapse('ls', kind, '--format', 'json')).stdout);
    expect(rows.length).toBeGreaterThan(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(rows.length);
  });

  it('says so when nothing, or too much, has the name', async () => {
    expect(await lapse('show', 'nobody')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ERR_STORE_NOT_FOUND'),
    });
    expect(await lapse('graph', 'orders', '--to', 'nobody')).toMatchObject({ code: 2 });
  });

  it('keeps no value anywhere', async () => {
    const outputs = await Promise.all([
      scan(),
      scan('--format', 'sarif'),
      scan('--format', 'markdown'),
      lapse('show', 'deploy/.env:5'),
      lapse('ls', 'secrets', '--format', 'json'),
    ]);
    const database = ['inventory.db', 'inventory.db-wal'].map((name) => {
      try {
        return readFileSync(join(organisation.repository, '.lapse', name), 'latin1');
      } catch {
        return '';
      }
    });
    for (const text of [first.stdout, ...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]), ...database]) {
      for (const secret of secrets) expect(text.includes(secret)).toBe(false);
    }
    expect(database.join('').length).toBeGreaterThan(10_000);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['truncated JSON', 'iam.json', '{"UserDetailList": [{"UserName": "a", "Arn": "arn:aws:iam::111122223333:user/a"'],
    ['a broken manifest', 'k8s.yaml', 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: [\n'],
    [
      'a YAML alias bomb',
      'bomb.yaml',
      `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x}\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}*a${i}]`).join('\n')}\n`,
    ],
  ])('%s is named with its place, the rest is read, and the exit code is 3', async (_, name, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-broken-'));
    try {
      writeFileSync(join(folder, name), text);
      writeFileSync(
        join(folder, 'good.yaml'),
        'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: api, namespace: shop}\n',
      );
      const { code, stdout } = await runCli(['scan', folder, '--format', 'json', '--store', join(folder, 's.db')], {
        cwd: folder,
      });
      const { problems, principals } = JSON.parse(stdout);
      expect(code).toBe(3);
      expect(problems[0].message).toMatch(new RegExp(`^${name.replace('.', '\\.')}:\\d+`));
      expect(principals.map((row: { name: string }) => row.name)).toContain('api');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ['a cyclic symbolic link', (folder: string) => symlinkSync('.', join(folder, 'loop'))],
    [
      'invalid UTF-8',
      (folder: string) => writeFileSync(join(folder, 'x.txt'), Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])),
    ],
    [
      'a binary that is called .yaml',
      (folder: string) => writeFileSync(join(folder, 'x.yaml'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1])),
    ],
  ])('%s stops nothing', async (_, make) => {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-odd-'));
    try {
      make(folder);
      const { code, stderr } = await runCli(['scan', folder, '--store', join(folder, 's.db')], { cwd: folder });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('a path that does not exist is a usage error before anything is read', async () => {
    const { code, stderr } = await runCli(['scan', 'missing'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('missing: no such file or directory');
  });
});
