import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { cloudformationScanner } from '../../../scanners/cloudformation/index.ts';
import { stackOf } from '../../../scanners/cloudformation/stack.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { fingerprint } from '../../../src/model/fingerprint.ts';
import { secretId } from '../../../src/model/id.ts';
import type { SourceFile } from '../../../src/scan/scanner.ts';
import { describeFact } from '../describe-fact.ts';

const keyed = (value: string) => fingerprint(Buffer.from('a key of tests'), value);

async function facts(text: string, about?: string): Promise<readonly Fact[]> {
  const bytes = Buffer.from(text);
  const file: SourceFile = {
    path: 'infra/app.yaml',
    size: bytes.length,
    text,
    head: bytes,
    binary: false,
    ...(about === undefined ? {} : { about }),
    readText: async () => text,
    async *stream() {
      yield bytes;
    },
  };
  const found: Fact[] = [];
  await cloudformationScanner.read(file, {
    emit: (fact) => found.push(fact),
    problem: ({ message }) => {
      throw new Error(message);
    },
    now: new Date('2026-01-02T03:04:05Z'),
    cluster: 'c1',
    fingerprint: keyed,
  });
  return found;
}

const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/app/00000000-0000-0000-0000-000000000001';

describe('the stack of a template', () => {
  test.each([
    ['its path', undefined, { name: 'infra/app', account: undefined }],
    ['the name that was given', 'app', { name: 'app', account: undefined }],
    ['the ARN that was given', STACK, { name: 'app', account: '111122223333' }],
  ])('is named by %s', (_, about, expected) => {
    expect(stackOf('infra/app.template.json', about)).toEqual(expected);
  });

  test('in a known account has the ARNs that an export of the account has', async () => {
    const template = [
      'Resources:',
      '  Named: {Type: AWS::IAM::User, Properties: {UserName: ci, Path: /bots/}}',
      '  Unnamed: {Type: AWS::IAM::User}',
      '  Role:',
      '    Type: AWS::IAM::Role',
      '    Properties:',
      '      RoleName: deploy',
      '      AssumeRolePolicyDocument:',
      '        Statement:',
      '          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::\u0024{AWS::AccountId}:root"}, Action: sts:AssumeRole}',
      '          - {Effect: Allow, Principal: {AWS: !GetAtt Named.Arn}, Action: sts:AssumeRole}',
      '',
    ].join('\n');
    const ids = (await facts(template, STACK)).flatMap(({ kind, body }) => (kind === 'principal' ? [body.id] : []));
    expect(ids.sort()).toEqual([
      'aws:account:111122223333',
      'aws:role:arn:aws:iam::111122223333:role/deploy',
      'aws:user:app/Unnamed',
      'aws:user:arn:aws:iam::111122223333:user/bots/ci',
    ]);
  });
});

describe('a secret of a template', () => {
  const parameter = (value: string, noEcho: boolean) =>
    `Parameters:\n  P: {Type: String, NoEcho: ${noEcho}, Default: ${value}}\nResources:\n  A: {Type: AWS::IAM::Group}\n`;
  const secretsIn = async (text: string) =>
    (await facts(text)).flatMap((fact) => (fact.kind === 'secret' ? [fact.body] : []));

  test('is the default of a parameter that is not echoed', async () => {
    const value = randomBytes(12).toString('hex');
    expect(await secretsIn(parameter(value, true))).toMatchObject([
      { id: secretId(keyed(value)), facts: { resource: 'Parameters.P.Default' }, locations: [{ line: 2 }] },
    ]);
    expect(await secretsIn(parameter(value, false))).toEqual([]);
    expect(await secretsIn(parameter('changeme', true))).toEqual([]);
  });

  test('is a password that is written out, and no reference to one', async () => {
    const database = (password: string) =>
      `Resources:\n  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: ${password}\n`;
    const value = randomBytes(12).toString('hex');
    expect(await secretsIn(database(value))).toHaveLength(1);
    expect(await secretsIn(database('!Ref Password'))).toEqual([]);
    expect(await secretsIn(database('"{{resolve:ssm-secure:db:1}}"'))).toEqual([]);
    expect((await facts(database(value))).map(describeFact).join()).not.toContain(value);
  });
});
