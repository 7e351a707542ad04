import { describe, expect, it } from 'vitest';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { EffectivePermissions } from '../../../src/model/effective.ts';
import { trust } from '../../support/facts.ts';
import { ACCOUNT, account, group, type Holder, membership, role, user, type Written } from './account.ts';

function effective(holder: Holder, ...others: readonly Holder[]): EffectivePermissions {
  const trusts = others.filter((other) => other.principal.kind === 'group').map((other) => membership(holder, other));
  const found = awsEvaluator.evaluate(account([holder, ...others], { trusts })).get(holder.principal.id);
  if (found === undefined) throw new Error('not evaluated');
  return found;
}

const admin = (...statements: readonly Written[]) => effective(user('ci', statements)).admin;
const EVERYTHING: Written = { Action: '*' };
const MFA = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };

describe('admin', () => {
  it.each<[string, readonly Written[], EffectivePermissions['admin']]>([
    ['everything', [EVERYTHING], 'yes'],
    ['everything, written as *:*', [{ Action: '*:*' }], 'yes'],
    ['everything on some resources', [{ Action: '*', Resource: 'arn:aws:s3:::b/*' }], 'no'],
    ['nearly everything', [{ Action: ['s3:*', 'iam:*', 'ec2:*'] }], 'no'],
    ['under a condition', [{ ...EVERYTHING, Condition: MFA }], { if: ['Bool aws:MultiFactorAuthPresent true'] }],
    ['under a condition, and without', [{ ...EVERYTHING, Condition: MFA }, EVERYTHING], 'yes'],
    ['all but IAM', [{ NotAction: 'iam:*' }], 'no'],
    ['all but IAM and more', [{ NotAction: ['iam:*', 'organizations:*'] }], 'no'],
    ['all but IAM, and IAM', [{ NotAction: 'iam:*' }, { Action: 'iam:*' }], 'yes'],
    [
      'all but IAM, and IAM under a condition',
      [{ NotAction: 'iam:*' }, { Action: 'iam:*', Condition: MFA }],
      {
        if: ['Bool aws:MultiFactorAuthPresent true'],
      },
    ],
    ['all but a part of IAM', [{ NotAction: 'iam:PassRole' }], { if: ['apart from iam:passrole'] }],
    ['all but another service', [{ NotAction: 's3:*' }], { if: ['apart from s3:*'] }],
    ['all but what is no action', [{ NotAction: 'nothing' }], 'yes'],
    ['all but everything', [{ NotAction: '*' }], 'no'],
    ['all resources but one', [{ Action: '*', NotResource: 'arn:aws:s3:::b' }], 'no'],
    ['denied everything', [EVERYTHING, { Effect: 'Deny', Action: '*' }], 'no'],
    ['denied all of IAM', [EVERYTHING, { Effect: 'Deny', Action: 'iam:*' }], 'no'],
    ['denied all but S3', [EVERYTHING, { Effect: 'Deny', NotAction: 's3:*' }], 'no'],
    [
      'denied something',
      [EVERYTHING, { Effect: 'Deny', Action: 's3:DeleteBucket', policy: 'p' }],
      {
        if: ['not (policy:p denies s3:DeleteBucket)'],
      },
    ],
    [
      'denied everything under a condition',
      [EVERYTHING, { Effect: 'Deny', Action: '*', Condition: MFA }],
      {
        if: ['not (Bool aws:MultiFactorAuthPresent true)'],
      },
    ],
    ['within a boundary of everything', [EVERYTHING, { ...EVERYTHING, boundary: true }], 'yes'],
    ['within a narrower boundary', [EVERYTHING, { Action: 's3:*', boundary: true }], 'no'],
    [
      'within a boundary that was not read',
      [EVERYTHING, { boundary: true, unread: true, policy: 'b' }],
      {
        if: ['policy:b (not read) allows it'],
      },
    ],
    ['perhaps', [{ unread: true, policy: 'p' }], { if: ['policy:p (not read) allows it'] }],
    ['nothing', [], 'no'],
  ])('%s', (_, statements, expected) => {
    expect(admin(...statements)).toEqual(expected);
  });

  it('by several policies, one of them of a group', () => {
    expect(effective(user('ci', [{ NotAction: 'iam:*' }]), group('iam', [{ Action: 'iam:*' }])).admin).toBe('yes');
  });

  it('is what the root user always is', () => {
    const { principal } = user('x');
    const root = { ...principal, id: `aws:root:arn:aws:iam::${ACCOUNT}:root`, kind: 'root', attributes: {} };
    expect(effective({ principal: root, grants: [], trusts: [] })).toMatchObject({ admin: 'yes', escalations: [] });
  });
});

describe('privileges', () => {
  const privileges = (...statements: readonly Written[]) =>
    effective(user('ci', statements)).privileges.map(
      ({ id, what, answer }) =>
        `${id}: ${what}${answer === 'yes' ? '' : ` if ${typeof answer === 'string' ? answer : answer.if.join(' | ')}`}`,
    );
  const OWN = `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`;

  it.each<[string, readonly Written[], readonly string[]]>([
    ['nothing much', [{ Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' }], []],
    ['reading everywhere', [{ Action: ['s3:Get*', 'ec2:Describe*', 'logs:FilterLogEvents'] }], []],
    [
      'writing everywhere',
      [{ Action: ['s3:PutObject', 's3:GetObject'] }],
      ['wildcard-resource: s3:PutObject on every resource'],
    ],
    [
      'writing that has no narrower form',
      [{ Action: ['logs:PutLogEvents', 'cloudwatch:PutMetricData', 'xray:Put*'] }],
      [],
    ],
    ['writing in one place', [{ Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*' }], []],
    ['a whole service', [{ Action: 's3:*' }], ['wildcard-service: s3:*']],
    ['a whole service by its ARNs', [{ Action: 'sqs:*', Resource: 'arn:aws:sqs:*' }], ['wildcard-service: sqs:*']],
    ['a whole service in one place', [{ Action: 's3:*', Resource: 'arn:aws:s3:::b/*' }], []],
    ['a whole service, denied', [{ Action: 's3:*' }, { Effect: 'Deny', Action: 's3:*' }], []],
    [
      'all services but some',
      [{ NotAction: 'iam:*' }],
      [
        'secrets-read: every secret in Secrets Manager',
        'secrets-read: every parameter in SSM Parameter Store',
        'wildcard-service: everything but iam:*',
      ],
    ],
    [
      'rights over other users',
      [{ Action: ['iam:CreateAccessKey', 'iam:PutUserPolicy'] }],
      [
        'iam-write: iam:CreateAccessKey, iam:PutUserPolicy',
        'wildcard-resource: iam:CreateAccessKey, iam:PutUserPolicy on every resource',
      ],
    ],
    [
      'rights over some users',
      [{ Action: 'iam:CreateAccessKey', Resource: `arn:aws:iam::${ACCOUNT}:user/bot-*` }],
      ['iam-write: iam:CreateAccessKey'],
    ],
    ['rights over itself', [{ Action: 'iam:CreateAccessKey', Resource: [OWN, 'arn:aws:iam::*:user/ci'] }], []],
    [
      'rights over itself by variable only',
      [{ Action: 'iam:CreateAccessKey', Resource: `arn:aws:iam::*:user/*/\${aws:username}` }],
      ['iam-write: iam:CreateAccessKey'],
    ],
    ['every secret', [{ Action: 'secretsmanager:GetSecretValue' }], ['secrets-read: every secret in Secrets Manager']],
    [
      'every secret of a region',
      [{ Action: 'secretsmanager:Get*', Resource: 'arn:aws:secretsmanager:eu-west-1:*:secret:*' }],
      ['secrets-read: every secret in Secrets Manager'],
    ],
    [
      'one secret',
      [{ Action: 'secretsmanager:GetSecretValue', Resource: `arn:aws:secretsmanager:*:${ACCOUNT}:secret:app/*` }],
      [],
    ],
    [
      'every secret of another account',
      [{ Action: 'secretsmanager:GetSecretValue', Resource: 'arn:aws:secretsmanager:*:999988887777:secret:*' }],
      [],
    ],
    [
      'every parameter',
      [{ Action: 'ssm:GetParameter*', Resource: 'arn:aws:ssm:*:*:parameter/*' }],
      ['secrets-read: every parameter in SSM Parameter Store'],
    ],
    [
      'every secret but some',
      [
        { Action: 'secretsmanager:GetSecretValue' },
        {
          Effect: 'Deny',
          Action: 'secretsmanager:*',
          Resource: 'arn:aws:secretsmanager:*:*:secret:hr/*',
          policy: 'hr',
        },
      ],
      [
        'secrets-read: every secret in Secrets Manager if not (policy:hr denies secretsmanager:* on arn:aws:secretsmanager:*:*:secret:hr/*)',
      ],
    ],
  ])('%s', (_, statements, expected) => {
    expect(privileges(...statements)).toEqual(expected);
  });

  it('of an administrator begin with that', () => {
    expect(privileges(EVERYTHING)[0]).toBe('admin: every action on every resource');
  });

  it('name the grants that lead to them', () => {
    const holder = user('ci', [{ Action: 's3:*' }, { Action: 's3:GetObject' }, { Action: 'sqs:*' }]);
    const [s3, sqs] = effective(holder).privileges;
    expect([s3?.grants, sqs?.grants]).toEqual([[holder.grants[0]?.id], [holder.grants[2]?.id]]);
  });

  it('of a group are those of its policies', () => {
    const found = awsEvaluator.evaluate(account([group('admins', [EVERYTHING])]));
    expect([...found.values()]).toMatchObject([{ admin: 'yes', escalations: [] }]);
  });
});

describe('what was not seen', () => {
  it('is always the organization’s policies, except for service-linked roles', () => {
    expect(effective(user('ci')).unseen).toEqual(['organization policies']);
    expect(effective(role('aws-service-role/x.amazonaws.com/AWSServiceRoleForX')).unseen).toEqual([]);
  });

  it('is every policy without a document, once', () => {
    const missing: Written = { unread: true, policy: 'arn:aws:iam::aws:policy/Gone' };
    expect(effective(user('ci', [missing, missing, { ...missing, boundary: true, policy: 'b' }])).unseen).toEqual([
      'organization policies',
      'policy:arn:aws:iam::aws:policy/Gone',
      'policy:b',
    ]);
  });

  it('may be a principal: it has no entry', () => {
    const reported = user('reported', [], { attributes: { policies_seen: false } });
    const named = role('named', [], [], { seen: 'referenced' });
    expect(awsEvaluator.evaluate(account([reported, named])).size).toBe(0);
  });
});

describe('federation', () => {
  it('is classified for the role that it leads to', () => {
    const deploy = role('deploy');
    const issuer = 'token.actions.githubusercontent.com';
    const open = trust(deploy.principal, { kind: 'federated', issuer }, 'assume-web-identity', {
      condition: { StringLike: { [`${issuer}:sub`]: 'repo:example-org/*' } },
    });
    const found = awsEvaluator.evaluate(account([deploy], { trusts: [open] })).get(deploy.principal.id);
    expect(found?.federation).toMatchObject([
      { trust: open.id, issuer, verdict: 'organization-wide', audience: false },
    ]);
  });
});
