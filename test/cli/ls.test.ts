import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credential, grant, inventoryOf, principal, secret, trust } from '../support/facts.ts';
import { runCli } from '../support/run-cli.ts';
import { storedInventory } from '../support/stored-inventory.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const HOSTILE = 'ci\n\u001b[31m<script>alert(1)</script>\u202egnp.exe "|;';
const at = (path: string, line = 1) => [{ path, line, column: 1 }];

const account = principal('kubernetes', 'service-account', 'prod/shop/api', {
  scope: ['prod', 'shop'],
  owner: { value: '@acme/shop', source: 'annotation' },
  environment: 'production',
  locations: at('cluster.json', 7),
});
const idle = principal('kubernetes', 'service-account', 'prod/shop/idle', { scope: ['prod', 'shop'] });
const reader = principal('kubernetes', 'cluster-role', 'prod/reader', {
  scope: ['prod'],
  locations: at('cluster.json', 3),
});
const rule = grant(reader, ['get', 'list'], {
  resources: ['core/secrets'],
  scope: 'prod',
  via: ['role:ClusterRole/reader'],
  locations: at('cluster.json', 4),
});
const binding = trust(reader, { kind: 'principal', id: account.id }, 'bound-to', {
  condition: { binding: 'RoleBinding/readers', namespace: 'shop' },
  locations: at('cluster.json', 11),
});
const user = principal('aws', 'user', 'arn:aws:iam::111122223333:user/ci', {
  scope: ['111122223333'],
  attributes: { policies_seen: true },
  owner: { value: 'platform', source: 'tag' },
});
const off = principal('aws', 'user', 'arn:aws:iam::111122223333:user/off', {
  scope: ['111122223333'],
  attributes: { policies_seen: true },
  enabled: false,
});
const hostile = principal('aws', 'role', 'arn:aws:iam::111122223333:role/x', {
  name: HOSTILE,
  owner: { value: HOSTILE, source: 'tag' },
});
const lasting = grant(user, ['s3:GetObject'], {
  resources: ['arn:aws:s3:::b/*'],
  via: ['policy:own'],
  locations: at('iam.json', 5),
});
const ending = grant(user, ['s3:PutObject'], {
  condition: { DateLessThan: { 'aws:CurrentTime': '2026-12-31T00:00:00Z' } },
});
const disabled = grant(off, ['s3:GetObject']);
const key = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE01', user);
const dated = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE02', user, { expiresAt: '2027-01-01T00:00:00Z' });
const dead = credential('aws', 'access-key', 'AKIAEXAMPLEEXAMPLE03', user, { status: 'inactive' });
const leaked = secret('a', { platform: 'aws', credentialNativeId: key.nativeId });
const INVENTORY = inventoryOf({
  principals: [account, idle, reader, user, off, hostile],
  credentials: [key, dated, dead],
  secrets: [leaked, secret('gone', { validity: 'inactive' })],
  grants: [rule, lasting, ending, disabled],
  trusts: [binding],
});

let store: Awaited<ReturnType<typeof storedInventory>>;
beforeAll(async () => {
  store = await storedInventory(
    { at: new Date('2026-01-10T08:00:00Z'), inventory: inventoryOf({ principals: [user] }) },
    { at: new Date('2026-06-10T08:00:00Z'), inventory: INVENTORY },
  );
});
afterAll(() => store.close());

const lapse = (...argv: string[]) => runCli([...argv, '--store', store.file], { cwd: store.folder, now: NOW });
const rows = async (...argv: string[]): Promise<{ id: string }[]> =>
  JSON.parse((await lapse('ls', ...argv, '--format', 'json')).stdout).rows;
const ids = async (...argv: string[]) => (await rows(...argv)).map(({ id }) => id);

describe('lapse ls', () => {
  it.each<[string, string[], string[]]>([
    ['a platform', ['--platform', 'aws'], [hostile.id, user.id, off.id]],
    [
      'two platforms',
      ['--platform', 'aws,kubernetes', '--kind', 'service-account', '--kind', 'user'],
      [user.id, off.id, account.id, idle.id],
    ],
    ['a kind', ['--kind', 'service-account'], [account.id, idle.id]],
    ['an owner', ['--owner', '@ACME/shop'], [account.id]],
    ['owners by a pattern', ['--owner', '@acme/*'], [account.id]],
    ['no owner', ['--owner', 'none', '--platform', 'kubernetes'], [reader.id, idle.id]],
    ['an environment', ['--environment', 'production'], [account.id]],
    ['no environment', ['--environment', 'none', '--platform', 'kubernetes'], [reader.id, idle.id]],
    ['standing privilege, by membership too', ['--standing'], [user.id, reader.id, account.id]],
    ['nothing that is there', ['--kind', 'robot'], []],
  ])('principals of %s', async (_, argv, expected) => {
    expect(await ids('principals', ...argv)).toEqual(expected);
  });

  it.each<[string, string[], string[]]>([
    ['grants that end are none', ['grants', '--standing'], [lasting.id, rule.id]],
    ['credentials with an end are none', ['credentials', '--standing'], [key.id]],
    ['secrets that do not work any more are none', ['secrets', '--standing'], [leaked.id]],
  ])('standing: %s', async (_, argv, expected) => {
    expect([...(await ids(...argv))].sort()).toEqual([...expected].sort());
  });

  it.each<[string, string[], number]>([
    ['credentials of an owner', ['credentials', '--owner', 'platform'], 3],
    ['secrets by the owner of what they open', ['secrets', '--owner', 'platform'], 1],
    ['grants by effect', ['grants', '--kind', 'allow', '--platform', 'aws'], 3],
    ['trusts by how', ['trusts', '--kind', 'bound-to'], 1],
    ['findings', ['findings'], 0],
  ])('%s', async (_, argv, count) => {
    expect(await rows(...argv)).toHaveLength(count);
  });

  it('shows what was there at a date', async () => {
    expect(await ids('--as-of', '2026-02-01')).toEqual([user.id]);
    expect(await ids('--as-of', '2025-02-01')).toEqual([]);
    expect((await ids('--as-of', 'latest')).length).toBe(6);
    const { as_of } = JSON.parse((await lapse('ls', '--as-of', 'first', '--format', 'json')).stdout);
    expect(as_of).toEqual({ snapshot: 1, at: '2026-01-10T08:00:00.000Z' });
    expect((await lapse('ls', '--as-of', 'someday')).code).toBe(2);
    const { code, stdout, stderr } = await lapse('ls', '--as-of', '2027-01-01');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('2027-01-01 has not come yet');
  });

  it('is in the same order whoever asks, and one line each whatever names say', async () => {
    const { stdout } = await lapse('ls');
    expect(stdout.trimEnd().split('\n')).toHaveLength(6);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('\u202e');
    expect(stdout).toContain('\\u{1b}[31m');
    expect((await lapse('ls')).stdout).toBe(stdout);
    const json = (await lapse('ls', '--format', 'json')).stdout;
    expect(json).not.toContain('\u202e');
    expect(JSON.parse(json).rows[0].name).toBe(HOSTILE);
  });
});

describe('lapse ls --can', () => {
  it('says who, by which rule and binding, and where they stand', async () => {
    const { code, stdout } = await lapse('ls', '--can', 'get', '--on', 'shop/core/secrets:db');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'yes  kubernetes service-account api  (@acme/shop)  kubernetes:service-account:prod/shop/api',
      '       get,list on core/secrets by role:ClusterRole/reader  [cluster.json:4:1]',
      '       bound-to kubernetes:cluster-role:prod/reader by binding:RoleBinding/readers  [cluster.json:11:1]',
      '',
    ]);
  });

  it('is empty where nobody can, and filters as other lists do', async () => {
    expect(await lapse('ls', '--can', 'get', '--on', 'other/core/secrets')).toMatchObject({ code: 0, stdout: '' });
    expect(await lapse('ls', '--can', 'get', '--on', 'shop/secrets', '--owner', 'none')).toMatchObject({ stdout: '' });
  });

  it('takes a platform that nothing here is of for a mistake', async () => {
    const { code, stderr } = await lapse('ls', '--platform', 'kubernets');
    expect(code).toBe(2);
    expect(stderr).toContain('--platform kubernets: nothing here is of such a platform');
    expect((await lapse('ls', '--platform', 'gcp')).code).toBe(0);
  });

  it('gives evidence and coverage as JSON', async () => {
    const { stdout } = await lapse('ls', '--can', 'get', '--on', 'shop/core/secrets', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      question: { action: 'get', resource: 'shop/core/secrets' },
      exit_code: 0,
      coverage: { platforms: ['kubernetes'], unread: [], incomplete: [], open: false },
      rows: [
        {
          id: account.id,
          can: {
            answer: 'yes',
            evidence: [
              {
                kind: 'grant',
                id: rule.id,
                via: ['role:ClusterRole/reader'],
                location: { path: 'cluster.json', line: 4 },
              },
              { kind: 'trust', id: binding.id, via: ['binding:RoleBinding/readers'] },
            ],
          },
        },
      ],
    });
  });

  it.each([
    ['a question that no platform understands', ['--can', 'frobnicate!']],
    ['--on without --can', ['--on', 'core/secrets']],
    ['another list', ['grants', '--can', 'get']],
  ])('refuses %s', async (_, argv) => {
    expect((await lapse('ls', ...argv)).code).toBe(2);
  });

  it('never takes what was not read for a no', async () => {
    const unread = principal('aws', 'user', 'arn:aws:iam::999988887777:user/x', { seen: 'referenced' });
    const problem = { code: 'ERR_SCAN_SYNTAX', message: 'iam.json:1:1: broken', location: { path: 'iam.json' } };
    const own = await storedInventory({
      at: NOW,
      source: 'aws:here',
      inventory: inventoryOf({ principals: [unread] }),
      problems: [problem],
    });
    try {
      const { code, stdout, stderr } = await runCli(['ls', '--can', 's3:GetObject', '--store', own.file], {
        cwd: own.folder,
        now: NOW,
      });
      expect(code).toBe(3);
      expect(stdout).toContain(`only if policies of ${unread.id} (not read)`);
      expect(stderr).toContain('somebody who is not listed may be able to');
      expect(stderr).toContain('aws:here was not read to its end');
    } finally {
      own.close();
    }
  });

  it('names sources that may hold an answer, and none that had nothing to read', async () => {
    const problem = { code: 'ERR_SCAN_SYNTAX', message: 'x:1:1: broken', location: { path: 'x' } };
    const nothing = inventoryOf({});
    const part = { read: 'only', paths: ['iam.json'] } as const;
    const own = await storedInventory(
      { at: NOW, source: 'aws:here', inventory: inventoryOf({ principals: [user] }), coverage: part },
      { at: NOW, source: 'terraform:here', inventory: nothing, coverage: part },
      { at: NOW, source: 'pulumi:here', inventory: nothing, coverage: part, problems: [problem] },
      { at: NOW, source: 'kubernetes:here', inventory: nothing, coverage: part },
    );
    try {
      const { stdout } = await runCli(['ls', '--can', 's3:GetObject', '--store', own.file, '--format', 'json'], {
        cwd: own.folder,
        now: NOW,
      });
      expect(JSON.parse(stdout).coverage).toMatchObject({ incomplete: ['aws:here', 'pulumi:here'], open: true });
    } finally {
      own.close();
    }
  });

  it('of a platform that nothing was read of, nothing is known', async () => {
    expect((await lapse('ls', '--can', 'contents:write', '--on', 'acme/orders')).code).toBe(3);
  });
});
