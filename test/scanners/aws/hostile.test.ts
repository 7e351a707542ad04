import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
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
