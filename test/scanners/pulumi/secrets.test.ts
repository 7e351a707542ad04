import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pulumiScanner } from '../../../scanners/pulumi/index.ts';
import { terraformType } from '../../../scanners/pulumi/types.ts';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import { secretId } from '../../../src/model/id.ts';
import type { Json } from '../../../src/model/json.ts';
import { scanBytes } from '../scan-bytes.ts';

const keyed = (value: string) => fingerprint(Buffer.from('a key of tests'), value);
const made = () => randomBytes(18).toString('hex');
const SECRET = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };

async function secrets(result: Json) {
  const type = 'random:index/randomPassword:RandomPassword';
  const resource = { urn: `urn:pulumi:prod::shop::${type}::db`, custom: true, id: 'none', type, outputs: { result } };
  const text = JSON.stringify({ version: 3, deployment: { manifest: {}, resources: [resource] } }, null, 2);
  const { facts, problems } = await scanBytes(pulumiScanner, 'stack.json', text, { fingerprint: keyed });
  expect(problems).toEqual([]);
  return { text, found: facts.flatMap((fact) => (fact.kind === 'secret' ? [fact.body] : [])) };
}

describe('a secret of a stack', () => {
  test('that is encrypted is safe', async () => {
    expect((await secrets({ ...SECRET, ciphertext: 'djE6YWJjZGVmZ2hpamtsbW5vcA==' })).found).toEqual([]);
  });

  test.each([
    ['that was shown', (value: string): Json => ({ ...SECRET, plaintext: JSON.stringify(value) })],
    ['that was never marked as one', (value: string): Json => value],
  ])('%s is told with its place and without its value', async (_, write) => {
    const value = made();
    const { text, found } = await secrets(write(value));
    const line = text.split('\n').findIndex((one) => one.includes(value));
    expect(found).toMatchObject([
      {
        id: secretId(keyed(value)),
        rule: 'pulumi/stack-value',
        facts: {
          resource: 'urn:pulumi:prod::shop::random:index/randomPassword:RandomPassword::db',
          attribute: 'result',
        },
        locations: [{ line: line + 1, column: (text.split('\n')[line] ?? '').indexOf(value) + 1 }],
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(value);
  });

  test('of an unknown form is nothing', async () => {
    expect((await secrets({ ...SECRET, plaintext: 'not JSON' })).found).toEqual([]);
    expect((await secrets({ '4dabf18193072939515e22adb298388d': 'an asset', text: made() })).found).toEqual([]);
  });
});

test.each([
  ['aws:iam/user:User', 'aws_iam_user'],
  ['aws:iam/userPolicyAttachment:UserPolicyAttachment', 'aws_iam_user_policy_attachment'],
  ['aws:ec2/instance:Instance', 'aws_instance'],
  ['aws:iam/openIdConnectProvider:OpenIdConnectProvider', 'aws_iam_openid_connect_provider'],
  ['gcp:projects/iAMMember:IAMMember', 'google_project_iam_member'],
  ['gcp:storage/bucketIAMBinding:BucketIAMBinding', 'google_storage_bucket_iam_binding'],
  ['gcp:serviceaccount/key:Key', 'google_service_account_key'],
  ['azuread:index/applicationPassword:ApplicationPassword', 'azuread_application_password'],
  ['azure-native:authorization:RoleAssignment', 'azurerm_role_assignment'],
  ['azure-native:authorization/v20220401:RoleAssignment', 'azurerm_role_assignment'],
  ['kubernetes:rbac.authorization.k8s.io/v1:Role', 'kubernetes_manifest'],
  ['github:index/actionsSecret:ActionsSecret', 'github_actions_secret'],
  ['tls:index/privateKey:PrivateKey', 'tls_private_key'],
  ['random:index/randomPassword:RandomPassword', 'random_password'],
  ['pulumi:pulumi:Stack', undefined],
  ['my:component:Thing', undefined],
  ['constructor', undefined],
])('%s is %s', (type, expected) => {
  expect(terraformType(type)).toBe(expected);
});
