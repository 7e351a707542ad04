import { describe } from 'vitest';
import { ACCOUNT } from '../account.ts';
import { type Row, rows } from './world.ts';

const OPERATORS = 'reference_policies_elements_condition_operators.html';
const SEVERAL = 'reference_policies_condition-logic-multiple-context-keys-or-values.html';
const SETS = 'reference_policies_condition-single-vs-multi-valued-context-keys.html';
const KEYS = 'reference_policies_condition-keys.html';
const MFA = 'id_credentials_mfa_configure-api-require.html';
const tags = {
  team: 'payments',
  star: 'a*',
  level: '7',
  since: '2026-01-02T00:00:00Z',
  net: '10.1.2.3',
  net6: '2001:db8::7',
  on: 'true',
  arn: `arn:aws:iam::${ACCOUNT}:role/app/deploy`,
};
const TAG = (name: string) => `aws:PrincipalTag/${name}`;

/** A policy variable. */
const v = (name: string) => `$\{${name}}`;

type Answers = Row['expected'];
/** For an operator: what holds with a value that is there, with a key that is not there, and with one that only a request has. */
const OPERATOR_ROWS: readonly (readonly [
  operator: string,
  tag: string,
  value: string,
  known: Answers,
  absent: Answers,
  unknown: Answers,
])[] = [
  ['StringEquals', 'team', 'payments', 'yes', 'no', 'if'],
  ['StringEquals', 'team', 'pay*', 'no', 'no', 'if'],
  ['StringNotEquals', 'team', 'payments', 'no', 'yes', 'if'],
  ['StringEqualsIgnoreCase', 'team', 'PayMents', 'yes', 'no', 'if'],
  ['StringNotEqualsIgnoreCase', 'team', 'PayMents', 'no', 'yes', 'if'],
  ['StringLike', 'team', 'pay*', 'yes', 'no', 'if'],
  ['StringNotLike', 'team', 'pay*', 'no', 'yes', 'if'],
  ['NumericEquals', 'level', '7', 'yes', 'no', 'if'],
  ['NumericNotEquals', 'level', '7', 'no', 'yes', 'if'],
  ['NumericLessThan', 'level', '8', 'yes', 'no', 'if'],
  ['NumericLessThanEquals', 'level', '6', 'no', 'no', 'if'],
  ['NumericGreaterThan', 'level', '7', 'no', 'no', 'if'],
  ['NumericGreaterThanEquals', 'level', '7', 'yes', 'no', 'if'],
  ['DateEquals', 'since', '2026-01-02T00:00:00Z', 'yes', 'no', 'if'],
  ['DateNotEquals', 'since', '2026-01-02T00:00:00Z', 'no', 'yes', 'if'],
  ['DateLessThan', 'since', '2026-02-01T00:00:00Z', 'yes', 'no', 'if'],
  ['DateLessThanEquals', 'since', '2025-02-01T00:00:00Z', 'no', 'no', 'if'],
  ['DateGreaterThan', 'since', '1700000000', 'yes', 'no', 'if'],
  ['DateGreaterThanEquals', 'since', '2026-01-02T00:00:00Z', 'yes', 'no', 'if'],
  ['Bool', 'on', 'true', 'yes', 'no', 'if'],
  ['Bool', 'on', 'false', 'no', 'no', 'if'],
  ['BinaryEquals', 'team', 'payments', 'yes', 'no', 'if'],
  ['IpAddress', 'net', '10.0.0.0/8', 'yes', 'no', 'if'],
  ['IpAddress', 'net', '10.1.2.4', 'no', 'no', 'if'],
  ['IpAddress', 'net6', '2001:db8::/32', 'yes', 'no', 'if'],
  ['IpAddress', 'net', '2001:db8::/32', 'no', 'no', 'if'],
  ['NotIpAddress', 'net', '10.0.0.0/8', 'no', 'yes', 'if'],
  ['ArnEquals', 'arn', `arn:aws:iam::${ACCOUNT}:role/*`, 'yes', 'no', 'if'],
  ['ArnLike', 'arn', 'arn:aws:iam::*:role/app/*', 'yes', 'no', 'if'],
  ['ArnLike', 'arn', 'arn:aws:iam:*', 'no', 'no', 'if'],
  ['ArnNotEquals', 'arn', `arn:aws:iam::${ACCOUNT}:role/*`, 'no', 'yes', 'if'],
  ['ArnNotLike', 'arn', 'arn:aws:iam::*:role/x/*', 'yes', 'yes', 'if'],
  ['Null', 'team', 'true', 'no', 'yes', 'if'],
  ['Null', 'team', 'false', 'yes', 'no', 'if'],
  ['StringEqualsIfExists', 'team', 'other', 'no', 'yes', 'if'],
  ['StringLikeIfExists', 'team', 'pay*', 'yes', 'yes', 'if'],
  ['StringNotEqualsIfExists', 'team', 'payments', 'no', 'yes', 'if'],
  ['NumericLessThanIfExists', 'level', '3', 'no', 'yes', 'if'],
  ['DateLessThanIfExists', 'since', '2020-01-01T00:00:00Z', 'no', 'yes', 'if'],
  ['BoolIfExists', 'on', 'false', 'no', 'yes', 'if'],
  ['IpAddressIfExists', 'net', '192.0.2.0/24', 'no', 'yes', 'if'],
  ['ArnLikeIfExists', 'arn', 'arn:aws:iam::*:user/*', 'no', 'yes', 'if'],
  ['NotAnOperator', 'team', 'payments', 'if', 'if', 'if'],
];
const SET_ROWS: typeof OPERATOR_ROWS = [
  ['ForAllValues:StringEquals', 'team', 'payments', 'yes', 'yes', 'if'],
  ['ForAllValues:StringEquals', 'team', 'other', 'no', 'yes', 'if'],
  ['ForAllValues:StringNotEquals', 'team', 'payments', 'no', 'yes', 'if'],
  ['ForAllValues:StringLike', 'team', 'pay*', 'yes', 'yes', 'if'],
  ['ForAnyValue:StringEquals', 'team', 'payments', 'yes', 'no', 'if'],
  ['ForAnyValue:StringNotEquals', 'team', 'other', 'yes', 'no', 'if'],
  ['ForAnyValue:StringLike', 'team', 'x*', 'no', 'no', 'if'],
  ['ForAnyValue:StringEqualsIfExists', 'team', 'payments', 'yes', 'no', 'if'],
];

function allow(
  title: string,
  source: string,
  Condition: object,
  expected: Answers,
  more: Partial<Row['world']> = {},
): Row {
  return {
    title,
    source,
    world: { policies: [{ Action: 's3:*', Condition: Condition as never }], tags, ...more },
    expected,
  };
}
function deny(title: string, source: string, Condition: object, expected: Answers): Row {
  const statement = { Effect: 'Deny', Action: 's3:*', Condition: Condition as never } as const;
  return { title, source, world: { policies: [{ Action: 's3:*' }, statement], tags }, expected };
}
const turned = (expected: Answers): Answers => (expected === 'yes' ? 'no' : expected === 'no' ? 'yes' : expected);

const of = (list: typeof OPERATOR_ROWS, source: string) =>
  list.flatMap(([operator, tag, value, known, absent, unknown]) => {
    const [there, gone, open] = [TAG(tag), TAG('none'), 'aws:RequestedRegion'].map((key) => ({
      [operator]: { [key]: value },
    }));
    const name = `${operator} ${value}`;
    return [
      allow(`${name} on a value`, source, there ?? {}, known),
      allow(`${name} on an absent key`, source, gone ?? {}, absent),
      allow(`${name} on an unknown key`, source, open ?? {}, unknown),
      deny(`Deny ${name} on a value`, source, there ?? {}, turned(known)),
      deny(`Deny ${name} on an absent key`, source, gone ?? {}, turned(absent)),
    ];
  });

const LIST: readonly Row[] = [
  allow('several values: one is enough', SEVERAL, { StringEquals: { [TAG('team')]: ['x', 'payments'] } }, 'yes'),
  allow(
    'negated, several values: none may match',
    SEVERAL,
    { StringNotEquals: { [TAG('team')]: ['x', 'payments'] } },
    'no',
  ),
  allow('several keys: all', SEVERAL, { StringEquals: { [TAG('team')]: 'payments', 'aws:username': 'other' } }, 'no'),
  allow(
    'several operators: all',
    SEVERAL,
    { StringEquals: { [TAG('team')]: 'payments' }, Bool: { [TAG('on')]: 'false' } },
    'no',
  ),
  allow(
    'false beats unknown',
    SEVERAL,
    { StringEquals: { 'aws:username': 'x' }, Bool: { 'aws:Unknown': 'true' } },
    'no',
  ),
  allow('keys without regard to capitals', KEYS, { StringEquals: { 'AWS:UserName': 'ci' } }, 'yes'),
  allow('operators as they are often written', OPERATORS, { stringequals: { 'aws:username': 'ci' } }, 'yes'),
  allow(
    'a variable as a value',
    'reference_policies_variables.html',
    { StringEquals: { [TAG('team')]: `${v('aws:PrincipalTag/team')}` } },
    'yes',
  ),
  allow(
    'a variable without a value, positive',
    'reference_policies_variables.html',
    { StringLike: { [TAG('team')]: `${v('aws:PrincipalTag/none')}*` } },
    'no',
  ),
  allow(
    'a variable without a value, negated',
    'reference_policies_variables.html',
    { StringNotLike: { [TAG('team')]: `${v('aws:PrincipalTag/none')}*` } },
    'yes',
  ),
  allow(
    'the star of a tag is no wildcard',
    'reference_policies_variables.html',
    { StringLike: { [TAG('team')]: `${v('aws:PrincipalTag/star')}` } },
    'no',
  ),
  allow('an empty list of values', OPERATORS, { StringEquals: { 'aws:username': [] } }, 'no'),
  allow('the account of the caller', KEYS, { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, 'yes'),
  allow('the ARN of the caller', KEYS, { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:user/*` } }, 'yes'),
  allow(
    'the ARN of a role, for its sessions',
    KEYS,
    { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/ci` } },
    'yes',
    { caller: 'role' },
  ),
  allow('no user name in a session', KEYS, { Null: { 'aws:username': 'true' } }, 'yes', { caller: 'role' }),
  allow('no service calls here', KEYS, { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'no'),
  allow('the source of a service’s call is absent', KEYS, { ArnLike: { 'aws:SourceArn': '*' } }, 'no'),
  allow('the account of the resource', KEYS, { StringEquals: { 'aws:ResourceAccount': '444455556666' } }, 'no', {
    resource: { arn: 'arn:aws:s3:::reports', account: ACCOUNT, policy: [] },
  }),
  allow('a grant that ended', KEYS, { DateLessThan: { 'aws:CurrentTime': '2024-06-01T00:00:00Z' } }, 'no'),
  allow('a grant that began', KEYS, { DateGreaterThan: { 'aws:CurrentTime': '2024-06-01T00:00:00Z' } }, 'yes'),
  allow('a grant that may end', KEYS, { DateLessThan: { 'aws:CurrentTime': '2099-06-01T00:00:00Z' } }, 'if'),
  allow(
    'sessions of long ago, which have ended',
    KEYS,
    { DateLessThan: { 'aws:TokenIssueTime': '2024-06-01T00:00:00Z' } },
    'no',
  ),
  allow(
    'sessions of today, which a long-term key is none of',
    KEYS,
    { DateGreaterThan: { 'aws:TokenIssueTime': '2024-06-01T00:00:00Z' } },
    'if',
  ),
  deny(
    'older sessions are revoked',
    'id_roles_use_revoke-sessions.html',
    { DateLessThan: { 'aws:TokenIssueTime': '2024-06-01T00:00:00Z' } },
    'yes',
  ),
  allow('a second factor', MFA, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 'if'),
  deny(
    'Deny without a second factor, by Bool: a key as it is has no such entry',
    MFA,
    { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    'yes',
  ),
  deny(
    'Deny without a second factor, by BoolIfExists',
    MFA,
    { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
    'if',
  ),
];

describe('condition operators', () => rows(of(OPERATOR_ROWS, OPERATORS)));
describe('set operators', () => rows(of(SET_ROWS, SETS)));
describe('conditions', () => rows(LIST));
