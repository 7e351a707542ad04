import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('hex');
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-keys-'));
  writeFileSync(join(folder, 'lapse.yaml'), 'version: 1\nissuer: {}\n');
  expect((await runCli(['init', '--operator', 'alice'], { cwd: folder })).code).toBe(0);
});
afterEach(() => rmSync(folder, { recursive: true }));

const keys = async (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  await runCli(['keys', ...argv], { cwd: folder, env });
const file = (): string => readFileSync(join(folder, '.lapse', 'keys', 'keys.json'), 'utf8');
const configure = (issuer: string): void =>
  writeFileSync(join(folder, 'lapse.yaml'), `version: 1\nissuer: {${issuer}}\n`);

it('rotates: the next key signs, and the former stays for a while', async () => {
  const list = async () => JSON.parse((await keys(['list', '--format', 'json'])).stdout);
  const kid = (listed: readonly { use: string; alg: string; kid: string }[], use: string) =>
    listed.find((one) => one.use === use && one.alg === 'ES256')?.kid;
  const before = await list();
  expect((await keys(['rotate'])).code).toBe(0);
  const after = await list();
  expect(kid(after, 'current')).toBe(kid(before, 'next'));
  expect(kid(after, 'former')).toBe(kid(before, 'current'));
  expect((await keys(['list'])).stdout).toContain('current');
}, 60_000);

it('seals the file, changes the key, and refuses without it', async () => {
  await keys(['list']);
  expect(file()).toContain('"current"');
  expect((await keys(['reseal'])).stderr).toContain('no issuer.encryption_key');
  configure('encryption_key: {env: ONE}');
  expect((await keys(['reseal'], { ONE: keyOf(1) })).code).toBe(0);
  expect(file()).toMatch(/^lapse-sealed-1\./);
  configure('encryption_key: {env: TWO}, former_encryption_keys: [{env: ONE}]');
  expect((await keys(['reseal'], { ONE: keyOf(1), TWO: keyOf(2) })).code).toBe(0);
  configure('encryption_key: {env: TWO}');
  expect((await keys(['list'], { TWO: keyOf(2) })).code).toBe(0);
  expect((await keys(['list'], { TWO: keyOf(3) })).stderr).toContain('ERR_STORE_KEY');
  configure('');
  expect((await keys(['list'])).stderr).toContain('is sealed');
}, 60_000);

it('needs an issuer, and a key where a database is', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'lapse-none-'));
  expect((await runCli(['keys', 'list'], { cwd: empty })).stderr).toContain('ERR_STORE_NOT_FOUND');
  rmSync(empty, { recursive: true });
  configure('database: {env: DB}');
  expect((await keys(['list'], { DB: 'postgres://127.0.0.1/x' })).stderr).toContain('encryption_key');
});

it('copies the database, and nothing over anything', async () => {
  const backup = (to: string) => runCli(['backup', to], { cwd: folder });
  expect((await backup('copy.db')).code).toBe(0);
  expect(readFileSync(join(folder, 'copy.db')).subarray(0, 15).toString()).toBe('SQLite format 3');
  expect((await backup('copy.db')).stderr).toContain('ERR_USAGE');
  configure('database: {env: DB}, encryption_key: {env: ONE}');
  expect((await backup('other.db')).stderr).toContain('pg_dump');
});
