import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { secretId } from '../../src/model/id.ts';
import { credential, grant, inventoryOf, principal, secret, trust } from '../support/facts.ts';
import { runCli } from '../support/run-cli.ts';
import { storedInventory } from '../support/stored-inventory.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const at = (path: string, line = 1) => [{ path, line, column: 1 }];
/** Made at run time: no file holds what looks like a key. */
const KEY_ID = `AKIA${'Q7R2'.repeat(4)}`;
const KEY = Buffer.from('a plainly made up value 123456').toString('base64').slice(0, 40).padEnd(40, 'x');

const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci', {
  scope: ['111122223333'],
  attributes: { policies_seen: true },
  locations: at('iam.json', 2),
});
const rights = grant(user, ['*'], { resources: ['*'], via: ['policy:all'], locations: at('iam.json', 5) });
const key = credential('aws', 'access-key', KEY_ID, user, { locations: at('keys.json', 3) });
const one = principal('kubernetes', 'service-account', 'prod/shop/api', { scope: ['prod', 'shop'] });
const two = principal('kubernetes', 'service-account', 'test/shop/api', { scope: ['test', 'shop'] });
const token = secret('token', { facts: { sub: 'system:serviceaccount:shop:api' }, locations: at('deploy/token', 1) });
const twin = secret('twin', { locations: at('deploy/token', 1) });
const login = trust(user, { kind: 'anyone' }, 'assume', { locations: at('iam.json', 9) });

const STORE_KEY = 'ab'.repeat(32);
const VALUE = 'plain value that no rule knows';
const print = fingerprint(Buffer.from(STORE_KEY, 'hex'), VALUE);
const plain = { ...secret('plain'), id: secretId(print), fingerprint: print };

let store: Awaited<ReturnType<typeof storedInventory>>;
beforeAll(async () => {
  store = await storedInventory(
    { at: new Date('2026-01-10T08:00:00Z'), inventory: inventoryOf({ principals: [user] }) },
    {
      at: new Date('2026-06-10T08:00:00Z'),
      inventory: inventoryOf({
        principals: [user, one, two],
        credentials: [key],
        secrets: [token, twin, plain],
        grants: [rights],
        trusts: [login],
      }),
    },
  );
});
afterAll(() => store.close());

const lapse = (argv: readonly string[], stdin?: string) =>
  runCli([...argv, '--store', store.file], {
    cwd: store.folder,
    now: NOW,
    env: { LAPSE_STORE_KEY: STORE_KEY },
    ...(stdin === undefined ? {} : { stdin }),
  });

describe('lapse show', () => {
  it.each<[string, string, string]>([
    ['id', user.id, user.id],
    ['provider id', user.nativeId, user.id],
    ['name', 'ci', user.id],
    ['place of a declaration', 'iam.json:2', user.id],
    ['place with its column', 'iam.json:2:1', user.id],
    ['id of a key', KEY_ID, key.id],
    ['beginning of a fingerprint', token.fingerprint.slice(0, 8), token.id],
    ['id of a grant', rights.id, rights.id],
    ['id of a trust', login.id, login.id],
  ])('finds a row by %s', async (_, asked, id) => {
    const { code, stdout } = await lapse(['show', asked]);
    expect(code).toBe(0);
    expect(stdout).toContain(`\n  id ${id}\n`);
  });

  it('names the rows where one place has several', async () => {
    const { code, stderr } = await lapse(['show', 'deploy/token:1']);
    expect(code).toBe(2);
    expect(stderr).toContain(token.id);
    expect(stderr).toContain(twin.id);
  });

  it('guesses nothing: of two accounts it names both', async () => {
    const { stdout } = await lapse(['show', token.id]);
    expect(stdout).toContain('not known for certain; by subject of the token it may be');
    expect(stdout).toContain(one.id);
    expect(stdout).toContain(two.id);
    const json = JSON.parse((await lapse(['show', token.id, '--format', 'json'])).stdout);
    expect(json).toMatchObject({ match: null, principal: null, possible: { candidates: [one.id, two.id] } });
  });

  it('shows what was there at a date', async () => {
    const { grants, as_of } = JSON.parse(
      (await lapse(['show', user.id, '--as-of', '2026-02-01', '--format', 'json'])).stdout,
    );
    expect(grants).toEqual([]);
    expect(as_of.snapshot).toBe(1);
    expect(JSON.parse((await lapse(['show', user.id, '--format', 'json'])).stdout).grants).toHaveLength(1);
  });

  it('needs an id or --stdin, and not both', async () => {
    expect((await lapse(['show'])).code).toBe(2);
    expect((await lapse(['show', 'ci', '--stdin'], 'x')).code).toBe(2);
  });
});

describe('what can this string do', () => {
  const pair = `AWS_ACCESS_KEY_ID=${KEY_ID}\nAWS_SECRET_ACCESS_KEY=${KEY}\n`;

  it('a key that no scan has seen leads to what it belongs to, and is not kept', async () => {
    const before = (await lapse(['ls', 'secrets'])).stdout;
    const { code, stdout, stderr } = await lapse(['show', '--stdin'], pair);
    expect(code).toBe(0);
    expect(stdout).toMatch(/belongs to\n {2}aws user ci, by credential id/);
    expect(stdout).toContain('= admin of 111122223333');
    expect(stdout + stderr).not.toContain(KEY);
    expect((await lapse(['ls', 'secrets'])).stdout).toBe(before);
  });

  it.each(['', '\n', '\r\n'])('a value alone, by its fingerprint, with the end of line %j', async (end) => {
    const { code, stdout } = await lapse(['show', '--stdin'], `${VALUE}${end}`);
    expect(code).toBe(0);
    expect(stdout).toContain(`id ${plain.id}`);
    expect(stdout).not.toContain(VALUE);
  });

  it('a value that is not quite it is not', async () => {
    expect((await lapse(['show', '--stdin'], `${VALUE} `)).code).toBe(2);
  });

  it.each([
    ['nothing', '', 'nothing on stdin'],
    ['what nobody knows', 'hello there', 'no rule knows what is on stdin'],
    ['too much', 'x'.repeat(1_100_000), 'more on stdin than a string'],
  ])('says so of %s, without repeating it', async (_, text, message) => {
    const { code, stdout, stderr } = await lapse(['show', '--stdin'], text);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    if (text !== '') expect(stderr).not.toContain(text.slice(0, 11));
  });
});

describe('owners', () => {
  it('from CODEOWNERS, else from git when it is asked', async () => {
    const folder = join(store.folder, 'repository');
    const git = (...argv: string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=Mona', '-c', 'user.email=mona@example.com', ...argv], {
        stdio: 'ignore',
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
      });
    mkdirSync(join(folder, 'deploy'), { recursive: true });
    writeFileSync(join(folder, 'deploy', 'token'), 'x\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'x');
    const show = async (...argv: string[]) =>
      JSON.parse(
        (
          await runCli(['show', token.id, '--store', store.file, '--format', 'json', ...argv], {
            cwd: folder,
            now: NOW,
            env: { LAPSE_STORE_KEY: STORE_KEY },
          })
        ).stdout,
      ).owners;
    expect(await show()).toEqual([]);
    expect(await show('--blame')).toEqual([
      { value: 'mona@example.com', source: 'blame', of: 'deploy/token', location: { path: 'deploy/token', line: 1 } },
    ]);
    writeFileSync(join(folder, 'CODEOWNERS'), '* @all\ndeploy/ @ops\n');
    expect(await show('--blame')).toEqual([
      { value: '@ops', source: 'codeowners', of: 'deploy/token', location: { path: 'CODEOWNERS', line: 2 } },
    ]);
  });
});
