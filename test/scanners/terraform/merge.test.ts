import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { awsScanner } from '../../../scanners/aws/index.ts';
import { secretsScanner } from '../../../scanners/secrets/index.ts';
import { terraformScanner } from '../../../scanners/terraform/index.ts';
import { joinInventory } from '../../../src/graph/join-inventory.ts';
import { matchSecrets } from '../../../src/graph/match-secrets.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import type { Scanner } from '../../../src/scan/scanner.ts';
import { scanBytes } from '../scan-bytes.ts';

const ACCOUNT = '111122223333';
const arn = (rest: string) => `arn:aws:iam::${ACCOUNT}:${rest}`;
const allow = (Action: string, Resource = '*') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});
const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: arn('user/bots/ci') }, Action: 'sts:AssumeRole' }],
};

function state(...resources: readonly (readonly [type: string, attributes: JsonObject])[]): string {
  const written = resources.map(([type, attributes], index) => ({
    mode: 'managed',
    type,
    name: `r${index}`,
    instances: [{ attributes }],
  }));
  return JSON.stringify({ version: 4, terraform_version: '1', serial: 1, lineage: 'x', resources: written });
}

async function factsOf(scanner: Scanner, path: string, text: string): Promise<readonly Fact[]> {
  const keyed = (value: string) => fingerprint(Buffer.from('a key of tests'), value);
  return (await scanBytes(scanner, path, text, { fingerprint: keyed })).facts;
}

const EXPORT = JSON.stringify({
  UserDetailList: [
    {
      Path: '/bots/',
      UserName: 'ci',
      UserId: 'AIDAEXAMPLE0000000001',
      Arn: arn('user/bots/ci'),
      UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: allow('s3:GetObject') }],
      AttachedManagedPolicies: [{ PolicyName: 'ops', PolicyArn: arn('policy/ops') }],
      PermissionsBoundary: { PermissionsBoundaryArn: arn('policy/ops') },
      GroupList: ['devs'],
    },
  ],
  GroupDetailList: [{ Path: '/', GroupName: 'devs', GroupId: 'AGPAEXAMPLE0000000001', Arn: arn('group/devs') }],
  RoleDetailList: [
    {
      Path: '/',
      RoleName: 'deploy',
      RoleId: 'AROAEXAMPLE0000000001',
      Arn: arn('role/deploy'),
      AssumeRolePolicyDocument: TRUST,
      InstanceProfileList: [],
    },
  ],
  Policies: [
    {
      PolicyName: 'ops',
      Arn: arn('policy/ops'),
      DefaultVersionId: 'v1',
      PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: allow('ec2:*') }],
    },
  ],
});

describe('a state and an export of one account', () => {
  test('say the same under the same ids', async () => {
    const text = state(
      [
        'aws_iam_user',
        { arn: arn('user/bots/ci'), name: 'ci', path: '/bots/', permissions_boundary: arn('policy/ops') },
      ],
      ['aws_iam_user_policy', { user: 'ci', name: 'inline', policy: JSON.stringify(allow('s3:GetObject')) }],
      ['aws_iam_policy', { arn: arn('policy/ops'), name: 'ops', policy: JSON.stringify(allow('ec2:*')) }],
      ['aws_iam_user_policy_attachment', { user: 'ci', policy_arn: arn('policy/ops') }],
      ['aws_iam_group', { arn: arn('group/devs'), name: 'devs', path: '/' }],
      ['aws_iam_user_group_membership', { user: 'ci', groups: ['devs'] }],
      ['aws_iam_role', { arn: arn('role/deploy'), name: 'deploy', assume_role_policy: JSON.stringify(TRUST) }],
    );
    const ids = (facts: readonly Fact[]) => facts.map(({ kind, body }) => `${kind} ${body.id}`).sort();
    const exported = ids(await factsOf(awsScanner, 'details.json', EXPORT));
    expect(ids(await factsOf(terraformScanner, 'terraform.tfstate', text))).toEqual(exported);
  });

  test('and a key in a file: the string is the key, the key is the user, whatever its path', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const id = `AKIAI${[...randomBytes(15)].map((byte) => letters[byte % 32]).join('')}`;
    const secret = randomBytes(60)
      .toString('base64')
      .replaceAll(/[^A-Za-z0-9]/g, '')
      .slice(0, 40);
    const text = state(
      ['aws_iam_access_key', { id, user: 'ci', secret, status: 'Active' }],
      ['aws_iam_user_policy_attachment', { user: 'ci', policy_arn: arn('policy/ops') }],
    );
    const inventory = joinInventory(
      mergeInventory([
        ...(await factsOf(terraformScanner, 'terraform.tfstate', text)),
        ...(await factsOf(secretsScanner, 'terraform.tfstate', text)),
        ...(await factsOf(awsScanner, 'details.json', EXPORT)),
        ...(await factsOf(secretsScanner, '.env', `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`)),
      ]),
    );
    const found = [...inventory.secrets.values()].filter(({ rule }) => rule === 'aws/access-key');
    expect(found.map(({ locations }) => locations.map(({ path }) => path))).toEqual([['.env', 'terraform.tfstate']]);
    const match = matchSecrets(inventory).matches.get(found[0]?.id ?? '');
    expect(match?.credential?.nativeId).toBe(id);
    expect(match?.principal?.id).toBe(`aws:user:${arn('user/bots/ci')}`);
    // What the state attaches, the export has read.
    expect([...inventory.grants.values()].filter(({ unknownContent }) => unknownContent)).toEqual([]);
  });
});
