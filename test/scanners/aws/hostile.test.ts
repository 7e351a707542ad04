import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import { describeFact } from '../describe-fact.ts';
import { scanBytes } from '../scan-bytes.ts';

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/scanners/aws/${path}`, import.meta.url));
const ACCOUNT = fixture('account/input/authorization-details.json');
const WHOLE = JSON.parse(ACCOUNT.toString());

async function facts(content: string | Uint8Array, chunk?: number) {
  const scanned = await scanBytes(awsScanner, 'x.json', content, chunk === undefined ? {} : { chunk });
  return { ...scanned, facts: scanned.facts.map(describeFact) };
}
/** Facts without their places, in any order. */
const said = (list: readonly string[]) => list.map((fact) => fact.replaceAll(/x\.json:\d+:\d+ ?/g, '')).sort();

describe('the same export', () => {
  it('says the same pretty and compact, in any order of its lists, and however the stream is cut', async () => {
    const expected = await facts(ACCOUNT);
    expect(expected.problems).toEqual([]);
    const lists = ['Policies', 'RoleDetailList', 'GroupDetailList', 'UserDetailList'];
    const turned = JSON.stringify(Object.fromEntries(lists.map((name) => [name, WHOLE[name]])));
    for (const variant of [JSON.stringify(WHOLE), turned, JSON.stringify(WHOLE, null, '\t').replaceAll('\n', '\r\n')]) {
      const { facts: found, problems } = await facts(variant);
      expect(problems).toEqual([]);
      expect(said(found)).toEqual(said(expected.facts));
    }
    for (const chunk of [1, 97, 4096]) expect(await facts(ACCOUNT, chunk)).toEqual(expected);
  });

  it('says the same in pages', async () => {
    const pages = Object.keys(WHOLE).map((name, index, all) =>
      JSON.stringify({ [name]: WHOLE[name], IsTruncated: index < all.length - 1 }),
    );
    const { facts: found, problems } = await facts(pages.join('\n'));
    expect(problems).toEqual([]);
    expect(said(found)).toEqual(said((await facts(ACCOUNT)).facts));
    const short = await facts(pages.slice(0, -1).join('\n'));
    expect(short.problems).toHaveLength(1);
    expect(short.problems[0]).toContain('IsTruncated');
  });

  it('tells where pages of two accounts were put together and one is missing', async () => {
    const page = (account: string, IsTruncated: boolean) =>
      JSON.stringify({ UserDetailList: [{ Arn: `arn:aws:iam::${account}:user/x`, UserName: 'x' }], IsTruncated });
    const { problems } = await facts([page('111122223333', true), page('444455556666', false)].join('\n'));
    expect(problems).toEqual([expect.stringMatching(/^x\.json:1:\d+: .*IsTruncated/)]);
  });

  it('never gives two facts of one id', async () => {
    const { facts: all } = await scanBytes(awsScanner, 'x.json', ACCOUNT);
    const ids = all.map(({ kind, body }) => `${kind} ${body.id}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an export that was cut off', () => {
  it('is recognised from where it can be, keeps what was whole, and says where it ends', async () => {
    const all = said((await facts(ACCOUNT)).facts);
    for (let size = 30; size < ACCOUNT.length - 1; size += 53) {
      const { format, facts: found, problems } = await facts(ACCOUNT.subarray(0, size));
      expect(format).toBe('authorization-details');
      const lines = ACCOUNT.subarray(0, size).toString().split('\n');
      const end = `${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`;
      expect(problems).toEqual([`ERR_SCAN_SYNTAX x.json:${end}: the file ends inside a JSON document`]);
      // What is said more than of the whole is only that something is not known yet.
      const more = said(found).filter((fact) => !all.includes(fact));
      expect(
        more.filter(
          (fact) =>
            !fact.includes(' may unknown ') && !fact.includes(' is bounded: unknown ') && !fact.includes('aws:group:'),
        ),
      ).toEqual([]);
    }
  });
});

describe('what is not an export', () => {
  it.each([
    ['a binary', Buffer.from([0x7b, 0x22, 0, 1, 2])],
    ['nothing', ''],
    ['prose about one', 'get-account-authorization-details gives "UserDetailList"'],
    ['a list of something else', '{"Policies": [{"Arn": "arn:aws:iam::111122223333:policy/x"}]}'],
    ['a list with other elements', '{"UserDetailList": [{"name": "x"}]}'],
    ['a member that is no list', '{"UserDetailList": {"Arn": "x"}}'],
    ['the name further inside', '{"data": {"UserDetailList": []}}'],
    ['the name as a value', '{"name": "UserDetailList"}'],
    ['users of another product', '{"Users": [{"UserName": "x", "UserId": "1", "Arn": "y"}]}'],
    ['an empty list of users', '{"Users": []}'],
    ['key metadata of nothing', '{"AccessKeyMetadata": []}'],
  ])('%s', async (_, content) => {
    expect((await facts(content)).format).toBeUndefined();
  });

  it('and whatever else there is, it never fails but by saying so', async () => {
    const beginnings = [
      '',
      '{"UserDetailList": [',
      '{"AccessKeyMetadata": [',
      'user,arn,user_creation_time,',
      '{"Content": "dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1l',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...beginnings), fc.string({ unit: 'binary' }), async (begin, rest) => {
        await facts(`${begin}${rest}`);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom('UserDetailList', 'RoleDetailList', 'Policies', 'AccessKeyMetadata', 'Roles'),
        async (value, member) => {
          await facts(JSON.stringify({ UserDetailList: [], [member]: [value] }));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('neither does a policy document of any shape', async () => {
    const entry = (document: unknown) => ({
      UserDetailList: [
        {
          UserName: 'x',
          Arn: 'arn:aws:iam::111122223333:user/x',
          UserPolicyList: [{ PolicyName: 'p', PolicyDocument: document }],
        },
      ],
      RoleDetailList: [{ RoleName: 'x', Arn: 'arn:aws:iam::111122223333:role/x', AssumeRolePolicyDocument: document }],
    });
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        for (const document of [
          value,
          JSON.stringify(value),
          { Statement: value },
          { Statement: [{ Effect: 'Allow', Action: 'a:b', Principal: value, Resource: value, Condition: value }] },
        ]) {
          const { facts: found, problems } = await facts(JSON.stringify(entry(document)));
          // Either it was understood, or there is a problem and the policy counts as unknown.
          const understood = found.some((fact) => fact.startsWith('grant') && !fact.includes('unknown'));
          if (!understood) expect(problems.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('secret material', () => {
  it('is not kept: the body of a certificate, the secret of a new credential', async () => {
    const marker = 'do-not-keep-me';
    const { facts: found } = await scanBytes(
      awsScanner,
      'x.json',
      [
        {
          Certificates: [
            { UserName: 'x', CertificateId: 'EXAMPLECERTIFICATE000002', CertificateBody: marker, Status: 'Active' },
          ],
        },
        {
          AccessKeyMetadata: [
            { UserName: 'x', AccessKeyId: 'AKIARTX3GSDSTEXAMPLE', SecretAccessKey: marker, Status: 'Active' },
          ],
        },
        {
          ServiceSpecificCredentials: [
            { UserName: 'x', ServiceSpecificCredentialId: 'ACCAEXAMPLEEXAMPLE002', ServicePassword: marker },
          ],
        },
      ]
        .map((answer) => JSON.stringify(answer))
        .join('\n'),
    );
    expect(found.filter(({ kind }) => kind === 'credential')).toHaveLength(3);
    expect(JSON.stringify(found)).not.toContain(marker);
  });
});

describe('a policy document of ten megabytes', () => {
  const exportOf = (document: unknown) =>
    JSON.stringify({
      UserDetailList: [
        {
          Arn: 'arn:aws:iam::111122223333:user/big',
          UserName: 'big',
          UserPolicyList: [{ PolicyName: 'p', PolicyDocument: document }],
        },
      ],
    });
  const statement = (Resource: unknown) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource }],
  });

  it('is one grant, also as a string and URL-encoded', async () => {
    const document = statement(
      Array.from({ length: 200_000 }, (_, index) => `arn:aws:s3:::some-bucket-with-a-name-${index}/*`),
    );
    for (const written of [
      document,
      JSON.stringify(document),
      encodeURIComponent(JSON.stringify(document)).slice(0, 15_000_000),
    ]) {
      const { facts: found, problems } = await scanBytes(awsScanner, 'x.json', exportOf(written), { chunk: 65_536 });
      const grants = found.filter(({ kind }) => kind === 'grant').map(({ body }) => body as { unknownContent?: true });
      expect(grants).toHaveLength(1);
      // Whatever is too much of it is said, and its content unknown.
      expect(problems.length > 0).toBe(grants[0]?.unknownContent === true);
    }
  });

  it('with one pattern that no ARN can be is of unknown content', async () => {
    const { facts: found, problems } = await facts(exportOf(statement(`arn:aws:s3:::${'a*'.repeat(5_000_000)}`)));
    expect(problems).toEqual([expect.stringContaining('longer than any ARN')]);
    expect(found.some((fact) => fact.includes('user/big may unknown'))).toBe(true);
  });
});

describe('the small answers', () => {
  const input = (name: string) => {
    const folder = new URL(`../../fixtures/scanners/aws/${name}/input/`, import.meta.url);
    return readdirSync(folder).map((file) => ({
      file,
      bytes: readFileSync(new URL(encodeURIComponent(file), folder)),
    }));
  };
  const all = ['organization', 'resource-policies', 'usage', 'workloads', 'identity-center', 'ssh-keys'].flatMap(input);

  it.each(all.map(({ file, bytes }) => [file, bytes] as const))(
    '%s: cut off anywhere, it is said where',
    async (file, bytes) => {
      for (let size = 2; size < bytes.length - 2; size += 97) {
        const { format, problems } = await scanBytes(awsScanner, file, bytes.subarray(0, size));
        if (format !== undefined) expect(problems.join()).toMatch(/ends inside a JSON document/);
      }
    },
  );

  it.each(all.map(({ file, bytes }) => [file, bytes] as const))(
    '%s: any member of another type ends nothing',
    async (file, bytes) => {
      const whole = JSON.parse(bytes.toString());
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.constantFrom(null, 7, 'text', [], {}, [null], [[1]], true), async (at, value) => {
          let count = 0;
          const changed = JSON.stringify(whole, (_, inner) => {
            count += 1;
            return count === (at % 60) + 2 ? value : inner;
          });
          await scanBytes(awsScanner, file, changed);
        }),
        { numRuns: 40 },
      );
    },
  );
});

describe('two exports that contradict each other', () => {
  const exportOf = (statement: object) =>
    JSON.stringify({
      UserDetailList: [
        {
          Arn: 'arn:aws:iam::111122223333:user/ci',
          UserName: 'ci',
          UserPolicyList: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statement } }],
        },
      ],
    });

  it('are both believed: what either gives or denies counts', async () => {
    const old = await scanBytes(awsScanner, 'old.json', exportOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' }));
    const now = await scanBytes(awsScanner, 'new.json', exportOf({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }));
    const none = await scanBytes(awsScanner, 'none.json', exportOf({ Effect: 'Deny', Action: 's3:*', Resource: '*' }));
    const asked = (...of: readonly (typeof old)[]) => {
      const asker = awsEvaluator.asker?.(mergeInventory(of.flatMap(({ facts: found }) => found)));
      const id = 'aws:user:arn:aws:iam::111122223333:user/ci';
      return ['s3:ListAllMyBuckets', 'sqs:ListQueues'].map((action) => asker?.(id, { action }).answer);
    };
    expect(asked(old, now)).toEqual(['yes', 'yes']);
    expect(asked(now, old)).toEqual(['yes', 'yes']);
    expect(asked(old, now, none)).toEqual(['no', 'yes']);
  });
});

describe('the same thing listed twice', () => {
  it('is one thing that has what either says', async () => {
    const user = (name: string, Action: string) => ({
      Arn: 'arn:aws:iam::111122223333:user/ci',
      UserName: 'ci',
      UserPolicyList: [
        {
          PolicyName: name,
          PolicyDocument: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } },
        },
      ],
    });
    const twice = JSON.stringify({ UserDetailList: [user('one', 's3:*'), user('two', 'sqs:*'), user('two', 'sqs:*')] });
    const { facts: found, problems } = await scanBytes(awsScanner, 'x.json', twice);
    expect(problems).toEqual([]);
    const inventory = mergeInventory(found);
    expect([inventory.principals.size, inventory.grants.size]).toEqual([1, 2]);
    const asker = awsEvaluator.asker?.(inventory);
    const id = 'aws:user:arn:aws:iam::111122223333:user/ci';
    expect(['s3:ListAllMyBuckets', 'sqs:ListQueues'].map((action) => asker?.(id, { action }).answer)).toEqual([
      'yes',
      'yes',
    ]);
  });
});

describe('hostile names', () => {
  const NAME = '\u202Eevil\u0000\n<script>alert(1)</script>\u001b[31m';

  it('come through as they are, for reports to escape', async () => {
    const functions = JSON.stringify({
      Functions: [
        { FunctionName: NAME, FunctionArn: `arn:aws:lambda:eu-west-1:111122223333:function:${NAME}`, Role: NAME },
      ],
    });
    const { problems } = await scanBytes(awsScanner, 'x.json', functions);
    expect(problems).toHaveLength(1);
    const accounts = JSON.stringify({
      Accounts: [{ Id: '__proto__', Arn: NAME, Name: NAME, JoinedMethod: 'CREATED' }],
    });
    const { facts: found } = await scanBytes(awsScanner, 'ou-ex01-workload1.json', accounts);
    expect(found[0]).toMatchObject({ kind: 'principal', body: { nativeId: '__proto__', name: NAME } });
  });
});
