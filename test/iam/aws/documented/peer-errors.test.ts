import { describe, expect, it } from 'vitest';
import { awsScanner } from '../../../../scanners/aws/index.ts';
import { awsEvaluator } from '../../../../src/iam/aws/evaluator.ts';
import { mergeInventory } from '../../../../src/model/merge-inventory.ts';
import { scanBytes } from '../../../scanners/scan-bytes.ts';
import { ACCOUNT, account, arnOf, role, user, type Written } from '../account.ts';
import { build, type Level, OBJECT, QUEUE, rows, type World } from './world.ts';

const FULL: Level = ['full'];
const evaluated = (world: World) => {
  const { inventory, caller } = build(world);
  return awsEvaluator.evaluate(inventory).get(caller.id);
};
const ways = (statements: readonly Written[], ...others: readonly ReturnType<typeof role>[]) => {
  const actor = user('actor', statements);
  return (
    awsEvaluator
      .evaluate(account([actor, ...others]))
      .get(actor.principal.id)
      ?.escalations.map(({ id }) => id) ?? []
  );
};

describe('what other tools get wrong: questions', () =>
  rows([
    {
      title: 'a denied action reported as allowed',
      source: 'salesforce/cloudsplaining#97',
      world: {
        policies: [
          { Action: 's3:*', policy: 'a' },
          { Effect: 'Deny', Action: 's3:GetObject', policy: 'b' },
        ],
      },
      expected: 'no',
    },
    {
      title: 'a condition that is dropped',
      source: 'salesforce/cloudsplaining#278',
      world: { policies: [{ Action: 's3:*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }] },
      expected: { if: 'aws:SourceIp' },
    },
    {
      title: '"*" narrowed to another account',
      source: 'bridgecrewio/checkov#6839',
      world: {
        resource: {
          arn: QUEUE,
          policy: [
            {
              Action: 'sqs:*',
              Principal: '*',
              Condition: { StringEquals: { 'aws:PrincipalAccount': '999988887777' } },
            },
          ],
        },
      },
      ask: ['sqs:SendMessage', QUEUE],
      expected: 'no',
    },
    {
      title: '"*" narrowed to a topic',
      source: 'bridgecrewio/checkov#7304',
      world: {
        resource: {
          arn: QUEUE,
          policy: [
            {
              Action: 'sqs:*',
              Principal: '*',
              Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:sns:eu-west-1:${ACCOUNT}:x` } },
            },
          ],
        },
      },
      ask: ['sqs:SendMessage', QUEUE],
      expected: 'no',
    },
    {
      title: 'a boundary that is ignored',
      source: 'nccgroup/PMapper#129',
      world: { policies: [{ Action: '*' }, { Action: 'ec2:*', boundary: true }] },
      expected: 'no',
    },
    {
      title: 'a boundary and nothing else',
      source: 'nccgroup/PMapper#121',
      world: { policies: [{ Action: '*', boundary: true }] },
      expected: 'no',
    },
    {
      title: 'policies of resources in another account',
      source: 'nccgroup/PMapper#102',
      world: {
        policies: [{ Action: 's3:*' }],
        resource: {
          arn: 'arn:aws:s3:::reports',
          account: '444455556666',
          policy: [{ Action: 's3:GetObject', Principal: '999988887777' }],
        },
      },
      expected: 'no',
    },
    {
      title: 'a policy of AWS that was withdrawn',
      source: 'nccgroup/PMapper#136',
      world: { policies: [{ unread: true, policy: 'arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM' }] },
      expected: { if: 'not read' },
    },
    {
      title: 'an SCP of Deny and NotAction reduced to nothing',
      source: 'orcasecurity/orca-toolbox#18',
      world: { policies: [{ Action: '*' }], scp: [['full', [{ Effect: 'Deny', NotAction: ['iam:*'] }]], FULL, FULL] },
      expected: 'no',
    },
    {
      title: 'and what it leaves',
      source: 'orcasecurity/orca-toolbox#18',
      world: { policies: [{ Action: '*' }], scp: [['full', [{ Effect: 'Deny', NotAction: ['iam:*'] }]], FULL, FULL] },
      ask: ['iam:PutUserPolicy', arnOf('user', 'x')],
      expected: 'yes',
    },
    {
      title: 'NotAction in an Allow',
      source: 'prowler-cloud/prowler#5035',
      world: { policies: [{ NotAction: 'iam:*' }] },
      expected: 'yes',
    },
    {
      title: 'wildcards inside of actions',
      source: 'prowler-cloud/prowler#2770',
      world: { policies: [{ Action: 's3:?et*ect' }] },
      ask: ['s3:GetObject', OBJECT],
      expected: 'yes',
    },
  ]));

describe('what other tools get wrong: judgements', () => {
  const admin = role('strong', [{ Action: '*' }], ['lambda.amazonaws.com', 'ec2.amazonaws.com']);

  it('an admin role shown as empty (salesforce/cloudsplaining#154)', () => {
    const attached: Written = { unread: true, policy: 'arn:aws:iam::aws:policy/AdministratorAccess' };
    expect(evaluated({ caller: 'role', policies: [attached] })?.admin).toBe('yes');
  });

  it('Deny statements flagged (bridgecrewio/checkov#1037, bridgecrewio/checkov#4394)', () => {
    const only = evaluated({
      policies: [
        { Effect: 'Deny', Action: '*' },
        { Effect: 'Deny', NotAction: 'iam:*' },
      ],
    });
    expect(only).toMatchObject({ admin: 'no', privileges: [], escalations: [] });
  });

  it('an SCP left out of the admin test (nccgroup/PMapper#94)', () => {
    const forbidden: World = {
      policies: [{ Action: '*' }],
      scp: [['full', [{ Effect: 'Deny', Action: '*' }]], FULL, FULL],
    };
    expect(evaluated(forbidden)).toMatchObject({ admin: 'no', privileges: [], escalations: [] });
  });

  it('capitals of members (nccgroup/PMapper#86, nccgroup/PMapper#98)', async () => {
    const arn = arnOf('user', 'odd');
    const document = { version: '2012-10-17', statement: { effect: 'Allow', action: 's3:*', resource: '*' } };
    const export_ = {
      UserDetailList: [{ Arn: arn, UserName: 'odd', UserPolicyList: [{ PolicyName: 'p', PolicyDocument: document }] }],
    };
    const { facts, problems } = await scanBytes(awsScanner, 'x.json', JSON.stringify(export_));
    expect(problems).toEqual([]);
    const asked = awsEvaluator.asker?.(mergeInventory(facts));
    expect(asked?.(`aws:user:${arn}`, { action: 's3:GetObject', resource: OBJECT }).answer).toBe('yes');
  });

  it('PassRole and its partner in two statements (prowler-cloud/prowler#2636)', () => {
    const two: Written[] = [
      { Action: 'iam:PassRole', policy: 'a' },
      { Action: 'ec2:RunInstances', policy: 'b' },
    ];
    expect(ways(two, admin)).toEqual(['passrole-ec2']);
  });

  it('wrong combinations (prowler-cloud/prowler#3807, prowler-cloud/prowler#3823)', () => {
    expect(ways([{ Action: ['ec2:RunInstances', 'lambda:CreateFunction'] }], admin)).toEqual([]);
    expect(ways([{ Action: ['iam:Pass*', 'ec2:Run*'] }], admin)).toEqual(['passrole-ec2']);
    expect(ways([{ Action: ['iam:PassRole', 'lambda:InvokeFunction'] }], admin)).toEqual([]);
  });

  it('PassRole by itself is no way (prowler-cloud/prowler#9879)', () => {
    expect(ways([{ Action: 'iam:PassRole' }], admin)).toEqual([]);
  });

  it('a filter by the type of resource (praetorian-inc/aurelian#235)', () => {
    const narrow: Written[] = [
      { Action: 'iam:PassRole', Resource: arnOf('role', 'strong') },
      { Action: 'lambda:CreateFunction', Resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:x` },
      { Action: 'lambda:InvokeFunction', Resource: `arn:aws:lambda:*:${ACCOUNT}:function:*` },
    ];
    expect(ways(narrow, admin)).toEqual(['passrole-lambda']);
  });

  it('no escalation at all (aquasecurity/trivy-checks#579)', () => {
    expect(
      ways([{ Action: 'iam:CreatePolicyVersion' }, { Action: 's3:List*', policy: arnOf('policy', 'mine') }]),
    ).toEqual(['iam-create-policy-version']);
  });

  it('deny-lists that pose as least privilege (nccgroup/ScoutSuite#1576)', () => {
    const list = evaluated({ policies: [{ NotAction: ['iam:*', 'organizations:*'] }] });
    expect(list?.privileges).toContainEqual(
      expect.objectContaining({ id: 'wildcard-service', what: 'everything but iam:*, organizations:*' }),
    );
  });
});
