import { describe } from 'vitest';
import { ACCOUNT, arnOf } from '../account.ts';
import { OBJECT, type Row, rows } from './world.ts';

const ACTION = 'reference_policies_elements_action.html';
const NOT_ACTION = 'reference_policies_elements_notaction.html';
const RESOURCE = 'reference_policies_elements_resource.html';
const NOT_RESOURCE = 'reference_policies_elements_notresource.html';
const VARIABLES = 'reference_policies_variables.html';
const ARNS = 'reference-arns.html';
const FUNCTION = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:app`;

/** A policy variable. */
const v = (name: string) => `$\{${name}}`;

type Short = readonly [title: string, source: string, policy: object, ask: Row['ask'], expected: Row['expected']];

const LIST: readonly Short[] = [
  ['actions without regard to capitals', ACTION, { Action: 'S3:GETOBJECT' }, undefined, 'yes'],
  ['a star behind a prefix', ACTION, { Action: 's3:Get*' }, undefined, 'yes'],
  ['a star in the middle', ACTION, { Action: 's3:*Object' }, undefined, 'yes'],
  ['a question mark is one character', ACTION, { Action: 's3:Get?bject' }, undefined, 'yes'],
  ['and not none', ACTION, { Action: 's3:GetObject?' }, undefined, 'no'],
  ['all of a service', ACTION, { Action: 's3:*' }, undefined, 'yes'],
  ['all of another service', ACTION, { Action: 's3express:*' }, undefined, 'no'],
  ['everything', ACTION, { Action: '*' }, undefined, 'yes'],
  ['everything, by *:*', ACTION, { Action: '*:*' }, undefined, 'yes'],
  ['one of a list', ACTION, { Action: ['ec2:RunInstances', 's3:GetObject'] }, undefined, 'yes'],
  ['an action that begins the same', ACTION, { Action: 's3:GetObject' }, ['s3:GetObjectAcl', OBJECT], 'no'],
  ['NotAction allows what it does not name', NOT_ACTION, { NotAction: 'iam:*' }, undefined, 'yes'],
  ['NotAction does not allow what it names', NOT_ACTION, { NotAction: ['iam:*', 's3:*'] }, undefined, 'no'],
  ['NotAction allows services of tomorrow', NOT_ACTION, { NotAction: 'iam:*' }, ['tomorrow:Do', '*'], 'yes'],
  [
    'NotAction with a resource',
    NOT_ACTION,
    { NotAction: 's3:Delete*', Resource: 'arn:aws:s3:::reports/*' },
    undefined,
    'yes',
  ],
  [
    'NotAction with another resource',
    NOT_ACTION,
    { NotAction: 's3:Delete*', Resource: 'arn:aws:s3:::x/*' },
    undefined,
    'no',
  ],
  [
    'NotAction of what does not exist is everything',
    NOT_ACTION,
    { NotAction: 'none:None' },
    ['iam:PutUserPolicy', arnOf('user', 'x')],
    'yes',
  ],
  ['a resource by name', RESOURCE, { Action: 's3:*', Resource: OBJECT }, undefined, 'yes'],
  [
    'resources with regard to capitals',
    RESOURCE,
    { Action: 's3:*', Resource: 'arn:aws:s3:::Reports/*' },
    undefined,
    'no',
  ],
  [
    'a star over slashes',
    RESOURCE,
    { Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
    ['s3:GetObject', 'arn:aws:s3:::reports/a/b/c'],
    'yes',
  ],
  [
    'objects are not the bucket',
    RESOURCE,
    { Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
    ['s3:ListBucket', 'arn:aws:s3:::reports'],
    'no',
  ],
  ['the bucket is not its objects', RESOURCE, { Action: 's3:*', Resource: 'arn:aws:s3:::reports' }, undefined, 'no'],
  ['a prefix of a bucket', RESOURCE, { Action: 's3:*', Resource: 'arn:aws:s3:::rep*' }, undefined, 'yes'],
  ['a question mark in a resource', RESOURCE, { Action: 's3:*', Resource: 'arn:aws:s3:::report?/*' }, undefined, 'yes'],
  ['another partition', ARNS, { Action: 's3:*', Resource: 'arn:aws-cn:s3:::reports/*' }, undefined, 'no'],
  [
    'a star for the region',
    ARNS,
    { Action: 'lambda:*', Resource: `arn:aws:lambda:*:${ACCOUNT}:function:app` },
    ['lambda:InvokeFunction', FUNCTION],
    'yes',
  ],
  [
    'another region',
    ARNS,
    { Action: 'lambda:*', Resource: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:app` },
    ['lambda:InvokeFunction', FUNCTION],
    'no',
  ],
  [
    'a star at the end reaches beyond a colon',
    ARNS,
    { Action: 'lambda:*', Resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:app*` },
    ['lambda:InvokeFunction', `${FUNCTION}:live`],
    'yes',
  ],
  [
    'a function is not its versions',
    ARNS,
    { Action: 'lambda:*', Resource: FUNCTION },
    ['lambda:InvokeFunction', `${FUNCTION}:live`],
    'no',
  ],
  [
    'NotResource allows what it does not name',
    NOT_RESOURCE,
    { Action: 's3:*', NotResource: 'arn:aws:s3:::hr/*' },
    undefined,
    'yes',
  ],
  [
    'NotResource does not allow what it names',
    NOT_RESOURCE,
    { Action: 's3:*', NotResource: 'arn:aws:s3:::reports/*' },
    undefined,
    'no',
  ],
  [
    'NotAction and NotResource',
    NOT_RESOURCE,
    { NotAction: 'iam:*', NotResource: 'arn:aws:s3:::hr/*' },
    undefined,
    'yes',
  ],
  [
    'all of what is asked',
    RESOURCE,
    { Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
    ['s3:GetObject', 'arn:aws:s3:::reports/2026/*'],
    'yes',
  ],
  [
    'less than what is asked',
    RESOURCE,
    { Action: 's3:*', Resource: 'arn:aws:s3:::reports/2026/*' },
    ['s3:GetObject', 'arn:aws:s3:::reports/*'],
    'no',
  ],
  [
    'on anything, where a statement names something',
    RESOURCE,
    { Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/x' },
    ['s3:GetObject'],
    'yes',
  ],
  [
    'on anything, of another service',
    RESOURCE,
    { Action: 's3:GetObject', Resource: 'arn:aws:sqs:::x' },
    ['s3:GetObject'],
    'no',
  ],
  [
    'the name of a user',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:username')}/*` },
    ['s3:GetObject', 'arn:aws:s3:::reports/ci/x'],
    'yes',
  ],
  [
    'the name of another user',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:username')}/*` },
    ['s3:GetObject', 'arn:aws:s3:::reports/other/x'],
    'no',
  ],
  [
    'a tag of the caller',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:PrincipalTag/team')}/*` },
    ['s3:GetObject', 'arn:aws:s3:::reports/payments/x'],
    'yes',
  ],
  [
    'a tag without a value matches nothing',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:PrincipalTag/none')}*` },
    undefined,
    'no',
  ],
  [
    'a default for a tag without a value',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v("aws:PrincipalTag/none, '2026'")}.csv` },
    undefined,
    'yes',
  ],
  [
    'a variable that only a request has',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:SourceIp')}/*` },
    ['s3:GetObject', 'arn:aws:s3:::reports/10.0.0.1/x'],
    { if: 'aws:SourceIp' },
  ],
  [
    'a star in a value is no wildcard',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::${v('aws:PrincipalTag/star')}/*` },
    undefined,
    'no',
  ],
  [
    'a plain dollar sign',
    VARIABLES,
    { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('$')}{aws:username}` },
    ['s3:GetObject', 'arn:aws:s3:::reports/ci'],
    'no',
  ],
  ['a star that is text', VARIABLES, { Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('*')}` }, undefined, 'no'],
];

const DENIES: readonly Short[] = [
  ['Deny with NotAction is a ceiling', NOT_ACTION, { Effect: 'Deny', NotAction: 's3:List*' }, undefined, 'no'],
  ['and lets through what it names', NOT_ACTION, { Effect: 'Deny', NotAction: 's3:*' }, undefined, 'yes'],
  [
    'Deny with NotResource',
    NOT_RESOURCE,
    { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::other/*' },
    undefined,
    'no',
  ],
  [
    'and lets through what it names',
    NOT_RESOURCE,
    { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::reports/*' },
    undefined,
    'yes',
  ],
  [
    'Deny of a part of what is asked',
    RESOURCE,
    { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::reports/hr/*' },
    ['s3:GetObject', 'arn:aws:s3:::reports/*'],
    { if: 'reports/hr' },
  ],
  [
    'Deny of something beside it',
    RESOURCE,
    { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::reports/hr/*' },
    undefined,
    'yes',
  ],
  [
    'Deny of an unknown variable',
    VARIABLES,
    { Effect: 'Deny', Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:SourceIp')}` },
    undefined,
    'if',
  ],
  [
    'Deny of a variable without a value',
    VARIABLES,
    { Effect: 'Deny', Action: 's3:*', Resource: `arn:aws:s3:::reports/${v('aws:PrincipalTag/none')}*` },
    undefined,
    'yes',
  ],
];

const tags = { team: 'payments', star: '*' };
const rowOf = ([title, source, policy, ask, expected]: Short, more: readonly object[]): Row => ({
  title,
  source,
  world: { policies: [...more, policy], tags },
  expected,
  ...(ask === undefined ? {} : { ask }),
});

describe('matching of actions and resources', () => rows(LIST.map((row) => rowOf(row, []))));
describe('what a Deny matches', () => rows(DENIES.map((row) => rowOf(row, [{ Action: 's3:*' }]))));
