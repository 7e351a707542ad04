import { describe, expect, it } from 'vitest';
import { awsEvaluator } from '../../../../src/iam/aws/evaluator.ts';
import { ACCOUNT, arnOf, OTHER_ACCOUNT, role } from '../account.ts';
import { build, type Level, OBJECT, QUEUE, type Row, rows, type World } from './world.ts';

const SCP = 'orgs_manage_policies_scps.html';
const EVALUATION = 'orgs_manage_policies_scps_evaluation.html';
const SYNTAX = 'orgs_manage_policies_scps_syntax.html';
const RCP = 'orgs_manage_policies_rcps.html';
const RCP_EVALUATION = 'orgs_manage_policies_rcps_evaluation.html';
const KEYS = 'reference_policies_condition-keys.html';
const ALLOW = { Action: 's3:*' };
const DENY = { Effect: 'Deny', Action: 's3:GetObject' } as const;
const FULL: Level = ['full'];
const policies = [ALLOW];

const LIST: readonly Row[] = [
  {
    title: 'FullAWSAccess at every level',
    source: EVALUATION,
    world: { policies, scp: [FULL, FULL, FULL] },
    expected: 'yes',
  },
  { title: 'it gives nothing', source: SCP, world: { scp: [FULL, FULL, FULL] }, expected: 'no' },
  {
    title: 'a Deny at the root',
    source: EVALUATION,
    world: { policies, scp: [['full', [DENY]], FULL, FULL] },
    expected: 'no',
  },
  {
    title: 'a Deny at a unit',
    source: EVALUATION,
    world: { policies, scp: [FULL, ['full', [DENY]], FULL] },
    expected: 'no',
  },
  {
    title: 'a Deny at the account',
    source: EVALUATION,
    world: { policies, scp: [FULL, FULL, ['full', [DENY]]] },
    expected: 'no',
  },
  {
    title: 'an allow list without it at one level',
    source: EVALUATION,
    world: { policies, scp: [FULL, [[{ Action: 'ec2:*' }]], FULL] },
    expected: 'no',
  },
  {
    title: 'an allow list with it',
    source: EVALUATION,
    world: { policies, scp: [FULL, [[{ Action: 's3:*' }]], FULL] },
    expected: 'yes',
  },
  {
    title: 'policies of one level add up',
    source: EVALUATION,
    world: { policies, scp: [FULL, [[{ Action: 'ec2:*' }], [{ Action: 's3:*' }]], FULL] },
    expected: 'yes',
  },
  {
    title: 'levels do not',
    source: EVALUATION,
    world: { policies, scp: [FULL, [[{ Action: 'ec2:*' }]], [[{ Action: 's3:*' }]]] },
    expected: 'no',
  },
  {
    title: 'Deny with NotAction leaves what it names',
    source: SYNTAX,
    world: { policies, scp: [['full', [{ Effect: 'Deny', NotAction: ['s3:*', 'iam:*'] }]], FULL, FULL] },
    expected: 'yes',
  },
  {
    title: 'Deny with NotAction takes the rest',
    source: SYNTAX,
    world: {
      policies: [{ Action: '*' }],
      scp: [['full', [{ Effect: 'Deny', NotAction: ['s3:*', 'iam:*'] }]], FULL, FULL],
    },
    ask: ['ec2:RunInstances', '*'],
    expected: 'no',
  },
  {
    title: 'Deny outside of some regions depends on the request',
    source: SYNTAX,
    world: {
      policies,
      scp: [
        ['full', [{ ...DENY, Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }]],
        FULL,
        FULL,
      ],
    },
    expected: { if: 'aws:RequestedRegion' },
  },
  {
    title: 'a role that is left out by its ARN',
    source: SYNTAX,
    world: {
      caller: 'role',
      policies,
      scp: [
        ['full', [{ ...DENY, Condition: { ArnNotLike: { 'aws:PrincipalArn': arnOf('role', 'ci') } } }]],
        FULL,
        FULL,
      ],
    },
    expected: 'yes',
  },
  {
    title: 'another role is not left out',
    source: SYNTAX,
    world: {
      caller: 'role',
      policies,
      scp: [['full', [{ ...DENY, Condition: { ArnNotLike: { 'aws:PrincipalArn': arnOf('role', 'x') } } }]], FULL, FULL],
    },
    expected: 'no',
  },
  {
    title: 'the root user of a member account is bound',
    source: SCP,
    world: { caller: 'root', scp: [['full', [DENY]], FULL, FULL] },
    expected: 'no',
  },
  {
    title: 'and free within what is left',
    source: SCP,
    world: { caller: 'root', scp: [['full', [DENY]], FULL, FULL] },
    ask: ['s3:PutObject', OBJECT],
    expected: 'yes',
  },
  {
    title: 'the management account is not bound',
    source: SCP,
    world: { policies, manages: true, scp: [['full', [DENY]], FULL, FULL] },
    expected: 'yes',
  },
  {
    title: 'service-linked roles are not bound',
    source: SCP,
    world: { caller: 'service-linked', policies, scp: [['full', [DENY]], FULL, FULL] },
    expected: 'yes',
  },
  {
    title: 'SCPs bind whichever policy gives',
    source: SCP,
    world: {
      scp: [['full', [{ ...DENY, Action: 'sqs:*' }]], FULL, FULL],
      resource: { arn: QUEUE, policy: [{ Action: 'sqs:*', Principal: arnOf('user', 'ci') }] },
    },
    ask: ['sqs:SendMessage', QUEUE],
    expected: 'no',
  },
  {
    title: 'and an allow list cuts what a resource gives',
    source: SCP,
    world: {
      scp: [FULL, [[{ Action: 's3:*' }]], FULL],
      resource: { arn: QUEUE, policy: [{ Action: 'sqs:*', Principal: arnOf('user', 'ci') }] },
    },
    ask: ['sqs:SendMessage', QUEUE],
    expected: 'no',
  },
  {
    title: 'the organization of the caller is known',
    source: KEYS,
    world: {
      policies: [{ ...ALLOW, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorg1' } } }],
      scp: [FULL, FULL, FULL],
    },
    expected: 'yes',
  },
  {
    title: 'and where in it the account is',
    source: KEYS,
    world: {
      policies: [
        {
          ...ALLOW,
          Condition: {
            'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-exampleorg1/r-ex01/ou-ex01-workload1/*' },
          },
        },
      ],
      scp: [FULL, FULL, FULL],
    },
    expected: 'yes',
  },
  {
    title: 'another organization is not',
    source: KEYS,
    world: {
      policies: [{ ...ALLOW, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-other' } } }],
      scp: [FULL, FULL, FULL],
    },
    expected: 'no',
  },

  // Resource control policies.
  {
    title: 'an RCP denies on resources',
    source: RCP_EVALUATION,
    world: { policies: [{ Action: 'sqs:*' }], rcp: [{ Effect: 'Deny', Action: 'sqs:*' }] },
    ask: ['sqs:SendMessage', QUEUE],
    expected: 'no',
  },
  {
    title: 'an RCP against the outside leaves the inside',
    source: RCP,
    world: {
      policies: [{ Action: 'sqs:*' }],
      rcp: [
        {
          Effect: 'Deny',
          Action: 'sqs:*',
          Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorg1' } },
        },
      ],
    },
    ask: ['sqs:SendMessage', QUEUE],
    expected: 'yes',
  },
  {
    title: 'an RCP of the resource’s account counts across accounts',
    source: RCP_EVALUATION,
    world: {
      policies: [{ Action: 'sqs:*' }],
      rcp: [{ Effect: 'Deny', Action: 'sqs:*' }],
      resource: { arn: QUEUE.replace(ACCOUNT, OTHER_ACCOUNT), policy: [{ Action: 'sqs:*', Principal: ACCOUNT }] },
    },
    ask: ['sqs:SendMessage', QUEUE.replace(ACCOUNT, OTHER_ACCOUNT)],
    expected: 'no',
  },
  {
    title: 'what of an RCP names another service',
    source: RCP,
    world: { policies: [{ Action: 'sqs:*' }], rcp: [{ Effect: 'Deny', Action: 's3:*' }] },
    ask: ['sqs:SendMessage', QUEUE],
    expected: 'yes',
  },
  {
    title: 'an RCP on a service that RCPs may not reach',
    source: RCP,
    world: { policies: [{ Action: 'ec2:*' }], rcp: [{ Effect: 'Deny', Action: '*' }] },
    ask: ['ec2:RunInstances', `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/*`],
    expected: { if: 'resource control policies' },
  },
  {
    title: 'RCPs spare service-linked roles',
    source: RCP,
    world: { caller: 'service-linked', policies: [{ Action: 'sqs:*' }], rcp: [{ Effect: 'Deny', Action: 'sqs:*' }] },
    ask: ['sqs:SendMessage', QUEUE],
    expected: 'yes',
  },
  {
    title: 'RCPs bound who assumes a role',
    source: RCP,
    world: {
      policies: [{ Action: 'sts:AssumeRole' }],
      others: [role('worker', [], [ACCOUNT])],
      rcp: [{ Effect: 'Deny', Action: 'sts:AssumeRole' }],
    },
    ask: ['sts:AssumeRole', arnOf('role', 'worker')],
    expected: 'no',
  },
];

describe('organization policies', () => rows(LIST));

describe('who is admin in an organization', () => {
  const admin = (world: World) => {
    const { inventory, caller } = build({ policies: [{ Action: '*' }], ...world });
    return awsEvaluator.evaluate(inventory).get(caller.id);
  };
  const without = (Action: string | readonly string[]) =>
    ({ scp: [['full', [{ Effect: 'Deny', Action }]], FULL, FULL] }) as const;

  it('is so as far as the organization leaves IAM', () => {
    expect(admin({ scp: [FULL, FULL, FULL] })?.admin).toBe('yes');
    expect(admin(without('organizations:LeaveOrganization'))?.admin).toBe('yes');
    expect(admin(without('iam:*'))?.admin).toBe('no');
    expect(admin(without('*'))?.admin).toBe('no');
    expect(admin({ scp: [FULL, [[{ Action: 's3:*' }]], FULL] })?.admin).toBe('no');
    expect(admin({ caller: 'root', scp: [FULL, [[{ Action: 's3:*' }]], FULL] })?.admin).toBe('no');
  });

  it('and ceilings that were not seen are named once', () => {
    expect(admin({})?.unseen).toEqual(['organization policies']);
    expect(admin({ scp: [FULL, FULL, FULL] })?.unseen).toEqual([]);
    expect(admin({ manages: true })?.unseen).toEqual([]);
    expect(admin({ caller: 'service-linked' })?.unseen).toEqual([]);
  });
});
