import { describe } from 'vitest';
import { ACCOUNT, arnOf, OTHER_ACCOUNT } from '../account.ts';
import { FOREIGN_QUEUE, KEY, OBJECT, QUEUE, type ResourceWritten, type Row, rows, type World } from './world.ts';

const SINGLE = 'reference_policies_evaluation-logic_policy-eval-basics-single-account.html';
const CROSS = 'reference_policies_evaluation-logic-cross-account.html';
const PRINCIPAL = 'reference_policies_elements_principal.html';
const NOT_PRINCIPAL = 'reference_policies_elements_notprincipal.html';
const KMS = 'developerguide/key-policies.html';
const BOUNDARY = 'access_policies_boundaries.html';
const SEND = { Action: 'sqs:SendMessage' };
const DENY = { Effect: 'Deny', Action: 'sqs:*' } as const;
const ME = arnOf('user', 'ci');
const MY_ROLE = arnOf('role', 'ci');
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/ci/night`;
const BOUND = { Action: 'ec2:*', boundary: true } as const;
const WITHIN = { Action: 'ec2:*', session: true } as const;

type Short = readonly [
  title: string,
  source: string,
  world: World,
  policy: readonly ResourceWritten[],
  expected: Row['expected'],
];

const SAME: readonly Short[] = [
  ['identity alone is enough', SINGLE, { policies: [SEND] }, [], 'yes'],
  ['the resource alone is enough', SINGLE, {}, [{ ...SEND, Principal: ME }], 'yes'],
  ['neither', SINGLE, {}, [], 'no'],
  ['another user is named', SINGLE, {}, [{ ...SEND, Principal: arnOf('user', 'other') }], 'no'],
  ['the account is named: its IAM decides, and does not allow', PRINCIPAL, {}, [{ ...SEND, Principal: ACCOUNT }], 'no'],
  ['the account is named, and IAM allows', PRINCIPAL, { policies: [SEND] }, [{ ...SEND, Principal: ACCOUNT }], 'yes'],
  ['anybody is named', PRINCIPAL, {}, [{ ...SEND, Principal: '*' }], 'yes'],
  [
    'anybody under a condition that does not hold',
    PRINCIPAL,
    {},
    [{ ...SEND, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': OTHER_ACCOUNT } } }],
    'no',
  ],
  [
    'anybody under a condition that holds',
    PRINCIPAL,
    {},
    [{ ...SEND, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } } }],
    'yes',
  ],
  [
    'anybody under a condition on the request',
    PRINCIPAL,
    {},
    [{ ...SEND, Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    { if: 'aws:SourceIp' },
  ],
  ['a service is named', PRINCIPAL, {}, [{ ...SEND, Principal: 'sns.amazonaws.com' }], 'no'],
  ['a Deny of the resource', SINGLE, { policies: [SEND] }, [{ ...DENY, Principal: '*' }], 'no'],
  [
    'a Deny of the resource for somebody else',
    SINGLE,
    { policies: [SEND] },
    [{ ...DENY, Principal: arnOf('user', 'x') }],
    'yes',
  ],
  ['a Deny of the resource for the account', SINGLE, { policies: [SEND] }, [{ ...DENY, Principal: ACCOUNT }], 'no'],
  [
    'a Deny of the resource for another account',
    SINGLE,
    { policies: [SEND] },
    [{ ...DENY, Principal: OTHER_ACCOUNT }],
    'yes',
  ],
  [
    'a Deny of the resource, unless the request is so',
    SINGLE,
    { policies: [SEND] },
    [{ ...DENY, Principal: '*', Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    'if',
  ],
  ['a Deny of the identity', SINGLE, { policies: [DENY] }, [{ ...SEND, Principal: ME }], 'no'],
  ['other actions', SINGLE, {}, [{ Action: 'sqs:ReceiveMessage', Principal: ME }], 'no'],
  ['a deleted user is nobody', PRINCIPAL, {}, [{ ...SEND, Principal: 'AIDAEXAMPLEDELETED01' }], 'no'],
  [
    'the unique id of this user',
    PRINCIPAL,
    { aliases: ['AIDAEXAMPLEEXAMPLE01'] },
    [{ ...SEND, Principal: 'AIDAEXAMPLEEXAMPLE01' }],
    'yes',
  ],
  [
    'the root user, against a Deny of the resource',
    'id_root-user.html',
    { caller: 'root' },
    [{ ...DENY, Principal: '*' }],
    'no',
  ],
  ['the root user', 'id_root-user.html', { caller: 'root' }, [{ ...SEND, Principal: ME }], 'yes'],

  // How implicit denies cut what a resource gives.
  [
    'a user that is named is not cut by its boundary',
    SINGLE,
    { policies: [BOUND] },
    [{ ...SEND, Principal: ME }],
    'yes',
  ],
  [
    'a role that is named is cut by its boundary',
    SINGLE,
    { caller: 'role', policies: [BOUND] },
    [{ ...SEND, Principal: MY_ROLE }],
    'no',
  ],
  [
    'a role that is named, and its boundary allows',
    SINGLE,
    { caller: 'role', policies: [{ ...SEND, boundary: true }] },
    [{ ...SEND, Principal: MY_ROLE }],
    'yes',
  ],
  [
    'a role that is named is cut by its session',
    SINGLE,
    { caller: 'role', policies: [WITHIN] },
    [{ ...SEND, Principal: MY_ROLE }],
    'no',
  ],
  ['a role that is named, by its trust alone', SINGLE, { caller: 'role' }, [{ ...SEND, Principal: MY_ROLE }], 'yes'],
  [
    'a session that is named is not cut, if it is this one',
    SINGLE,
    { caller: 'role', policies: [BOUND, WITHIN] },
    [{ ...SEND, Principal: SESSION }],
    { if: 'the session is called night' },
  ],
  [
    'anybody by aws:PrincipalArn is not cut',
    SINGLE,
    { caller: 'role', policies: [BOUND] },
    [{ ...SEND, Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': MY_ROLE } } }],
    'yes',
  ],
  [
    'anybody by aws:PrincipalArn of another role',
    SINGLE,
    { caller: 'role', policies: [BOUND] },
    [{ ...SEND, Principal: '*', Condition: { ArnEquals: { 'aws:PrincipalArn': arnOf('role', 'x') } } }],
    'no',
  ],
  [
    'anybody, without naming the session, may be cut',
    SINGLE,
    { caller: 'role', policies: [BOUND] },
    [{ ...SEND, Principal: '*' }],
    { if: 'names the session' },
  ],
  [
    'an explicit Deny of a boundary cuts a user that is named',
    SINGLE,
    { policies: [{ ...DENY, boundary: true }] },
    [{ ...SEND, Principal: ME }],
    'no',
  ],
  [
    'an explicit Deny of a session cuts a session that is named',
    SINGLE,
    { caller: 'role', policies: [{ ...DENY, session: true }] },
    [{ ...SEND, Principal: SESSION }],
    'no',
  ],

  // NotPrincipal.
  [
    'Deny all but me and my account',
    NOT_PRINCIPAL,
    { policies: [SEND] },
    [{ ...DENY, NotPrincipal: [ME, ACCOUNT] }],
    'yes',
  ],
  [
    'Deny all but another',
    NOT_PRINCIPAL,
    { policies: [SEND] },
    [{ ...DENY, NotPrincipal: [arnOf('user', 'x'), OTHER_ACCOUNT] }],
    'no',
  ],
  ['Deny all but me, and not my account', NOT_PRINCIPAL, { policies: [SEND] }, [{ ...DENY, NotPrincipal: ME }], 'if'],
  [
    'Deny all but me hits who has a boundary',
    BOUNDARY,
    { policies: [SEND, { Action: '*', boundary: true }] },
    [{ ...DENY, NotPrincipal: [ME, ACCOUNT] }],
    'no',
  ],
  ['Allow all but another', NOT_PRINCIPAL, {}, [{ ...SEND, NotPrincipal: arnOf('user', 'x') }], 'yes'],
  ['Allow all but me', NOT_PRINCIPAL, {}, [{ ...SEND, NotPrincipal: ME }], 'no'],
];

const ACROSS: readonly Short[] = [
  ['identity alone is not enough', CROSS, { policies: [SEND] }, [], 'no'],
  ['the resource alone is not enough', CROSS, {}, [{ ...SEND, Principal: ME }], 'no'],
  ['both, by name', CROSS, { policies: [SEND] }, [{ ...SEND, Principal: ME }], 'yes'],
  ['both, by account', CROSS, { policies: [SEND] }, [{ ...SEND, Principal: ACCOUNT }], 'yes'],
  ['both, by anybody', CROSS, { policies: [SEND] }, [{ ...SEND, Principal: '*' }], 'yes'],
  ['anybody does not replace the caller’s own policy', CROSS, {}, [{ ...SEND, Principal: '*' }], 'no'],
  ['another account is named', CROSS, { policies: [SEND] }, [{ ...SEND, Principal: '777788889999' }], 'no'],
  ['the boundary of the caller', CROSS, { policies: [SEND, BOUND] }, [{ ...SEND, Principal: ME }], 'no'],
  [
    'the session of the caller',
    CROSS,
    { caller: 'role', policies: [SEND, WITHIN] },
    [{ ...SEND, Principal: MY_ROLE }],
    'no',
  ],
  [
    'a Deny of the resource',
    CROSS,
    { policies: [SEND] },
    [
      { ...SEND, Principal: ME },
      { ...DENY, Principal: ME },
    ],
    'no',
  ],
  ['a Deny of the identity', CROSS, { policies: [SEND, DENY] }, [{ ...SEND, Principal: ME }], 'no'],
  ['the root user of another account needs the resource too', CROSS, { caller: 'root' }, [], 'no'],
  ['and has it where the account is named', CROSS, { caller: 'root' }, [{ ...SEND, Principal: ACCOUNT }], 'yes'],
];

const DECRYPT = { Action: 'kms:Decrypt' };
const KEYS: readonly Short[] = [
  ['an identity policy alone gives nothing on a key', KMS, { policies: [DECRYPT] }, [], 'no'],
  [
    'the key lets IAM decide, and IAM allows',
    KMS,
    { policies: [DECRYPT] },
    [{ Action: 'kms:*', Principal: ACCOUNT }],
    'yes',
  ],
  ['the key lets IAM decide, and IAM does not', KMS, {}, [{ Action: 'kms:*', Principal: ACCOUNT }], 'no'],
  ['the key names the user', KMS, {}, [{ ...DECRYPT, Principal: ME }], 'yes'],
  [
    'the key lets IAM decide about something else',
    KMS,
    { policies: [DECRYPT] },
    [{ Action: 'kms:DescribeKey', Principal: ACCOUNT }],
    'no',
  ],
  [
    'not even the root user, where the key does not name the account',
    KMS,
    { caller: 'root' },
    [{ ...DECRYPT, Principal: ME }],
    'no',
  ],
  ['the root user, where it does', KMS, { caller: 'root' }, [{ Action: 'kms:*', Principal: ACCOUNT }], 'yes'],
];

const rowsOf = (list: readonly Short[], arn: string, action: string) =>
  list.map(
    ([title, source, world, policy, expected]): Row => ({
      title,
      source,
      world: { ...world, resource: { arn, policy } },
      ask: [action, arn],
      expected,
    }),
  );

describe('in one account', () => rows(rowsOf(SAME, QUEUE, 'sqs:SendMessage')));
describe('across accounts', () => rows(rowsOf(ACROSS, FOREIGN_QUEUE, 'sqs:SendMessage')));
describe('keys', () => rows(rowsOf(KEYS, KEY, 'kms:Decrypt')));

const BUCKET = 'arn:aws:s3:::reports';
const GET = { Action: 's3:GetObject', Resource: `${BUCKET}/*` };
describe('what was exported, and what was not', () =>
  rows([
    {
      title: 'the policy of a bucket speaks of its objects',
      source: SINGLE,
      world: { resource: { arn: BUCKET, account: ACCOUNT, policy: [{ ...GET, Principal: ME }] } },
      expected: 'yes',
    },
    {
      title: 'a bucket of another account',
      source: CROSS,
      world: { resource: { arn: BUCKET, account: OTHER_ACCOUNT, policy: [{ ...GET, Principal: ME }] } },
      expected: 'no',
    },
    {
      title: 'a bucket of which the account is not known',
      source: CROSS,
      world: { resource: { arn: BUCKET, policy: [{ ...GET, Principal: ME }] } },
      expected: { if: 'reports belongs to' },
    },
    {
      title: 'the owner does not matter where both sides allow',
      source: CROSS,
      world: { policies: [{ Action: 's3:*' }], resource: { arn: BUCKET, policy: [{ ...GET, Principal: ME }] } },
      expected: 'yes',
    },
    {
      title: 'a foreign resource whose policy was not read',
      source: CROSS,
      world: { policies: [SEND] },
      ask: ['sqs:SendMessage', FOREIGN_QUEUE],
      expected: { if: 'not read' },
    },
    {
      title: 'a foreign resource, and nothing of one’s own',
      source: CROSS,
      world: {},
      ask: ['sqs:SendMessage', FOREIGN_QUEUE],
      expected: 'no',
    },
    {
      title: 'IAM has no policies of resources but trusts',
      source: CROSS,
      world: { policies: [{ Action: '*' }] },
      ask: ['iam:PutUserPolicy', arnOf('user', 'x', OTHER_ACCOUNT)],
      expected: 'no',
    },
    {
      title: 'a key whose policy was not read',
      source: KMS,
      world: { policies: [DECRYPT] },
      ask: ['kms:Decrypt', KEY],
      expected: { if: 'the policy of' },
    },
    {
      title: 'any key at all',
      source: KMS,
      world: { policies: [DECRYPT] },
      ask: ['kms:Decrypt'],
      expected: { if: 'the policy of each key' },
    },
    {
      title: 'any key at all, of which one is known',
      source: KMS,
      world: { policies: [DECRYPT], resource: { arn: KEY, policy: [{ Action: 'kms:*', Principal: ACCOUNT }] } },
      ask: ['kms:Decrypt'],
      expected: 'yes',
    },
    {
      title: 'any role at all',
      source: CROSS,
      world: { policies: [{ Action: 'sts:*' }] },
      ask: ['sts:AssumeRole'],
      expected: { if: 'trust policy' },
    },
    {
      title: 'calls about no key',
      source: KMS,
      world: { policies: [{ Action: 'kms:*' }] },
      ask: ['kms:ListKeys', '*'],
      expected: 'yes',
    },
    {
      title: 'all objects of a bucket, some denied there',
      source: SINGLE,
      world: {
        policies: [{ Action: 's3:*' }],
        resource: {
          arn: BUCKET,
          account: ACCOUNT,
          policy: [{ Effect: 'Deny', Action: 's3:*', Resource: `${BUCKET}/hr/*`, Principal: '*' }],
        },
      },
      ask: ['s3:GetObject', `${BUCKET}/*`],
      expected: { if: 'denies a part' },
    },
    {
      title: 'anything at all, by a resource',
      source: SINGLE,
      world: { resource: { arn: QUEUE, policy: [{ ...SEND, Principal: ME }] } },
      ask: ['sqs:SendMessage'],
      expected: 'yes',
    },
    {
      title: 'an object beside the bucket',
      source: SINGLE,
      world: { resource: { arn: BUCKET, account: ACCOUNT, policy: [{ ...GET, Principal: ME }] } },
      ask: ['s3:GetObject', `${OBJECT.replace('reports', 'reports-2')}`],
      expected: 'no',
    },
  ]));
