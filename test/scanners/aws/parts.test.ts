import { describe, expect, it } from 'vitest';
import { namedPrincipal, parseIamArn, pathlessArn } from '../../../scanners/aws/arn.ts';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { accountOfKey } from '../../../scanners/aws/key-account.ts';
import { environmentOf, ownerOf, readTags } from '../../../scanners/aws/tags.ts';
import { contentId } from '../../../src/model/id.ts';
import { csvRows } from '../../../src/scan/formats/csv.ts';
import { instant } from '../../../src/scan/formats/instant.ts';
import { scanBytes } from '../scan-bytes.ts';

describe('a point in time', () => {
  it.each([
    ['2024-03-01T08:00:00+00:00', '2024-03-01T08:00:00.000Z'],
    ['2024-03-01T08:00:00Z', '2024-03-01T08:00:00.000Z'],
    ['2024-03-01 08:00:00+00:00', '2024-03-01T08:00:00.000Z'],
    ['2024-03-01T10:00:00+0200', '2024-03-01T08:00:00.000Z'],
    ['2024-03-01T08:00:00.123456Z', '2024-03-01T08:00:00.000Z'],
    ['2024-03-01T08:00:00', '2024-03-01T08:00:00.000Z'],
    [1709280000, '2024-03-01T08:00:00.000Z'],
    ['N/A', undefined],
    ['no_information', undefined],
    ['2024-13-41T08:00:00Z', undefined],
    ['2024-03-01', undefined],
    [Number.MAX_VALUE, undefined],
    [null, undefined],
  ])('%j is %s', (value, expected) => {
    expect(instant(value)).toBe(expected);
  });
});

describe('an ARN', () => {
  it.each([
    [
      'arn:aws:iam::111122223333:user/ci/deploy',
      { partition: 'aws', account: '111122223333', type: 'user', rest: 'ci/deploy' },
    ],
    ['arn:aws:iam::111122223333:root', { partition: 'aws', account: '111122223333', type: 'root', rest: '' }],
    [
      'arn:aws-cn:sts::111122223333:assumed-role/a/b',
      { partition: 'aws-cn', account: '111122223333', type: 'assumed-role', rest: 'a/b' },
    ],
    ['arn:aws:s3:::bucket', undefined],
    ['*', undefined],
  ])('%s', (arn, expected) => {
    expect(parseIamArn(arn)).toEqual(expected);
  });

  it('without its path', () => {
    expect(pathlessArn('arn:aws:iam::111122223333:role/a/b/c')).toBe('arn:aws:iam::111122223333:role/c');
    expect(pathlessArn('arn:aws:iam::111122223333:root')).toBe('arn:aws:iam::111122223333:root');
  });

  it.each([
    ['arn:aws:iam::111122223333:user/x', 'aws:user:arn:aws:iam::111122223333:user/x'],
    ['arn:aws:sts::111122223333:assumed-role/deploy/run-1', 'aws:role:arn:aws:iam::111122223333:role/deploy'],
    ['AIDAEXAMPLEDELETED001', 'aws:user:AIDAEXAMPLEDELETED001'],
    ['AROAEXAMPLEDELETED001', 'aws:role:AROAEXAMPLEDELETED001'],
    ['arn:aws:sts::111122223333:federated-user/x', undefined],
    ['x', undefined],
  ])('names a principal: %s', (name, expected) => {
    expect(namedPrincipal(name)?.id).toBe(expected);
  });
});

describe('the account inside a key id', () => {
  it.each([
    ['AKIARTX3GSDSQEXAMPLE', '111122223333'],
    ['AKIARTX3GSDS7EXAMPLE', '111122223333'],
    ['ASIAWO645SY5AEXAMPLE', '444455556666'],
    // Of before March 2019.
    ['AKIAIOSFODNN7EXAMPLE', undefined],
    ['AKIAJOSFODNN7EXAMPLE', undefined],
    ['AKIA', undefined],
    ['AROARTX3GSDSQEXAMPLE', undefined],
    ['AKIARTX3GSDS1EXAMPLE', undefined],
  ])('%s: %s', (id, account) => {
    expect(accountOfKey(id)).toBe(account);
  });
});

describe('tags', () => {
  const tags = (entries: Readonly<Record<string, string>>) =>
    readTags({ Tags: Object.entries(entries).map(([Key, Value]) => ({ Key, Value })) });

  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{ team: 'a', owner: 'b' }, 'b'],
    [{ 'Service-Owner': 'a' }, 'a'],
    [{ TEAM: 'a' }, 'a'],
    [{ owner_email: 'a@example.com' }, 'a@example.com'],
    [{ owner: '', contact: 'c' }, 'c'],
    [{ ownership: 'x', teamwork: 'y' }, undefined],
    [{}, undefined],
  ])('%j is owned by %s', (entries, owner) => {
    expect(ownerOf(tags(entries))?.value).toBe(owner);
  });

  it.each<[Readonly<Record<string, string>>, string | undefined]>([
    [{ Stage: 'test', env: 'prod' }, 'prod'],
    [{ environment: '' }, undefined],
    [{ 'deployment-environment': 'live' }, 'live'],
  ])('%j belongs to %s', (entries, environment) => {
    expect(environmentOf(tags(entries))).toBe(environment);
  });
});

describe('CSV', () => {
  const rows = (text: string) => [...csvRows(text)].map(({ line, fields, broken }) => [line, fields.join('|'), broken]);

  it.each<[string, readonly (readonly unknown[])[]]>([
    [
      'a,b\nc,d\n',
      [
        [1, 'a|b', undefined],
        [2, 'c|d', undefined],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        [1, 'a|b', undefined],
        [2, 'c|d', undefined],
      ],
    ],
    ['"a,""b""",c\n', [[1, 'a,"b"|c', undefined]]],
    [
      '"a\nb",c\nd,e\n',
      [
        [1, 'a\nb|c', undefined],
        [3, 'd|e', undefined],
      ],
    ],
    ['a,,\n', [[1, 'a||', undefined]]],
    ['a,\n', [[1, 'a|', undefined]]],
    ['a,', [[1, 'a|', undefined]]],
    ['\n\na\n', [[3, 'a', undefined]]],
    [
      'x"y",a\nb,c\n',
      [
        [1, '', 1],
        [2, 'b|c', undefined],
      ],
    ],
    [
      'a,"b"c\nd,e',
      [
        [1, 'a', 3],
        [2, 'd|e', undefined],
      ],
    ],
    ['', []],
  ])('%j', (text, expected) => {
    expect(rows(text)).toEqual(expected);
  });
});

describe('ids', () => {
  it('of grants and trusts stay the same when the places change, and aliases are other names', async () => {
    const user = {
      UserName: 'x',
      UserId: 'AIDAEXAMPLEEXAMPLE008',
      Arn: 'arn:aws:iam::111122223333:user/a/x',
      UserPolicyList: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] },
        },
      ],
    };
    const scan = async (indent: number) =>
      (await scanBytes(awsScanner, 'x.json', JSON.stringify({ UserDetailList: [user] }, null, indent))).facts;
    const [compact, pretty] = [await scan(0), await scan(4)];
    expect(pretty.map(({ body }) => body.id)).toEqual(compact.map(({ body }) => body.id));
    expect(pretty.map(({ body }) => body.locations)).not.toEqual(compact.map(({ body }) => body.locations));
    const grant = compact.find(({ kind }) => kind === 'grant')?.body ?? { id: '', locations: [] };
    const { id, locations: _, ...content } = grant;
    expect(id).toBe(contentId('grant', content as never));
    expect(compact[0]?.body).toMatchObject({
      aliases: ['AIDAEXAMPLEEXAMPLE008', 'arn:aws:iam::111122223333:user/x'],
    });
  });
});

it.each(['allow', 'ALLOW', 'Permit'])(
  'takes no statement whose Effect is %j, and says where it stands',
  async (Effect) => {
    const user = {
      UserName: 'ci',
      UserId: 'AIDAEXAMPLE',
      Arn: 'arn:aws:iam::111122223333:user/ci',
      Path: '/',
      UserPolicyList: [
        {
          PolicyName: 'p',
          PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect, Action: 's3:*', Resource: '*' }] },
        },
      ],
    };
    const { facts, problems } = await scanBytes(awsScanner, 'a.json', JSON.stringify({ UserDetailList: [user] }));
    expect(problems).toEqual([expect.stringMatching(/^a\.json:1:\d+: .*Effect is neither Allow nor Deny/)]);
    expect(facts.some(({ kind, body }) => kind === 'grant' && 'actions' in body && body.actions.includes('s3:*'))).toBe(
      false,
    );
  },
);
