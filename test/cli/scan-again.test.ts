import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const ACCOUNT = '111122223333';
const arn = (kind: string, name: string) => `arn:aws:iam::${ACCOUNT}:${kind}/${name}`;

interface User {
  readonly name: string;
  readonly actions: readonly string[];
  readonly groups?: readonly string[];
}

/** An export of one account: users with a policy each, and a group. */
function details(users: readonly User[], ofGroup: readonly string[]): string {
  const document = (actions: readonly string[]) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
  return JSON.stringify({
    UserDetailList: users.map(({ name, actions, groups = [] }) => ({
      UserName: name,
      UserId: `AIDA${name.toUpperCase()}`,
      Path: '/',
      Arn: arn('user', name),
      CreateDate: '2024-01-01T00:00:00Z',
      GroupList: groups,
      AttachedManagedPolicies: [],
      UserPolicyList: [{ PolicyName: 'own', PolicyDocument: document(actions) }],
    })),
    GroupDetailList: [
      {
        GroupName: 'builders',
        GroupId: 'AGPABUILDERS',
        Path: '/',
        Arn: arn('group', 'builders'),
        CreateDate: '2024-01-01T00:00:00Z',
        AttachedManagedPolicies: [],
        GroupPolicyList: [{ PolicyName: 'own', PolicyDocument: document(ofGroup) }],
      },
    ],
    RoleDetailList: [],
    Policies: [],
    IsTruncated: false,
  });
}

let folder: string;
let now: Date;
const before: readonly User[] = [
  { name: 'ann', actions: ['s3:GetObject'] },
  { name: 'bob', actions: ['iam:PassRole'], groups: ['builders'] },
  { name: 'cid', actions: ['*'] },
];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-'));
  now = new Date('2026-11-22T12:00:00Z');
  mkdirSync(join(folder, 'exports'));
  writeFileSync(join(folder, 'lapse.yaml'), 'version: 1\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function scan(store: string, at = now): Promise<unknown> {
  const { stdout, stderr } = await runCli(['scan', 'exports', '--only', 'aws', '--store', store, '--format', 'json'], {
    cwd: folder,
    now: at,
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Ids of subjects by what was remembered of them. */
function judged(store: string): ReadonlyMap<string, string> {
  const database = new Database(join(folder, store), { readonly: true });
  const rows = database.prepare(`select subject, digest from remembered where what = 'judged'`).all() as {
    subject: string;
    digest: string;
  }[];
  database.close();
  return new Map(rows.map(({ subject, digest }) => [subject, digest]));
}

const write = (users: readonly User[], ofGroup: readonly string[]) =>
  writeFileSync(join(folder, 'exports', 'details.json'), details(users, ofGroup));

describe('a second scan', () => {
  it.each<[string, readonly User[], readonly string[]]>([
    ['nothing changed', before, ['logs:PutLogEvents']],
    ['a policy of one user', before.map((user) => ({ ...user, actions: ['sts:AssumeRole'] })), ['logs:PutLogEvents']],
    ['a policy of a group', before, ['iam:CreateAccessKey']],
    ['a user that is gone', before.slice(1), ['logs:PutLogEvents']],
    ['a user that is new', [...before, { name: 'dan', actions: ['iam:PutUserPolicy'] }], ['logs:PutLogEvents']],
  ])('says what a first one would: %s', async (_, users, ofGroup) => {
    write(before, ['logs:PutLogEvents']);
    await scan('kept.db');
    write(users, ofGroup);
    const second = await scan('kept.db');
    expect(second).toEqual(await scan('fresh.db'));
  });

  it('judges again whom it knew otherwise, and nobody else', async () => {
    write(before, ['logs:PutLogEvents']);
    await scan('kept.db');
    const first = judged('kept.db');
    expect([...first.keys()]).toContain(`aws:user:${arn('user', 'ann')}`);
    await scan('kept.db', new Date(now.getTime() + 3_600_000));
    expect(judged('kept.db')).toEqual(first);
    write(before, ['iam:CreateAccessKey']);
    await scan('kept.db', new Date(now.getTime() + 7_200_000));
    const changed = [...judged('kept.db')].filter(([subject, digest]) => first.get(subject) !== digest);
    // The member of the group, and whoever its new right leads to; each stands in the same file, on the same lines.
    expect(changed.map(([subject]) => subject)).toContain(`aws:user:${arn('user', 'bob')}`);
    expect(changed.map(([subject]) => subject)).not.toContain(`aws:user:${arn('user', 'ann')}`);
    const tomorrow = judged('kept.db');
    await scan('kept.db', new Date(now.getTime() + 86_400_000));
    expect([...judged('kept.db')].filter(([subject, digest]) => tomorrow.get(subject) === digest)).toEqual([]);
  });

  it('finds what was lost of what it remembers', async () => {
    write(before, ['logs:PutLogEvents']);
    const first = await scan('kept.db');
    const database = new Database(join(folder, 'kept.db'));
    database.exec(`delete from fact where kind = 'finding'`);
    database.close();
    expect(await scan('kept.db')).toEqual(first);
  });
});
