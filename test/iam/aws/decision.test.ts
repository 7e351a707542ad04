import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/model/answer.ts';
import { ACCOUNT, account, arnOf, canDo, group, type Holder, membership, user, type Written } from './account.ts';

const OBJECT = 'arn:aws:s3:::reports/2026.csv';
const TRUE = { StringEquals: { 'aws:username': 'ci' } };
const FALSE = { StringEquals: { 'aws:username': 'somebody else' } };
const UNKNOWN = { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } };
const BY_IP = 'IpAddress aws:SourceIp 10.0.0.0/8';

function asked(
  statements: readonly Written[],
  action = 's3:GetObject',
  resource = OBJECT,
  others: readonly Holder[] = [],
): Answer {
  const ci = user('ci', statements);
  const trusts = others.map((other) => membership(ci, other));
  return canDo(account([ci, ...others], { trusts }), ci.principal.id, action, resource).answer;
}

const ALLOW: Written = { Action: 's3:GetObject' };
const DENY: Written = { Effect: 'Deny', Action: 's3:GetObject' };

describe('1.1 the order of evaluation', () => {
  it('1: denies by default, except to the root user', () => {
    expect(asked([])).toBe('no');
    const root: Holder = {
      ...user('x'),
      principal: { ...user('x').principal, id: `aws:root:arn:aws:iam::${ACCOUNT}:root`, kind: 'root' },
    };
    expect(canDo(account([root]), root.principal.id, 's3:GetObject', OBJECT)).toEqual({
      answer: 'yes',
      grants: [],
      trusts: [],
    });
  });

  it.each<[string, readonly Written[], Answer]>([
    ['allow if true', [{ ...ALLOW, Condition: TRUE }], 'yes'],
    ['allow if false', [{ ...ALLOW, Condition: FALSE }], 'no'],
    ['allow if unknown', [{ ...ALLOW, Condition: UNKNOWN }], { if: [BY_IP] }],
    ['deny beside allow', [ALLOW, DENY], 'no'],
    ['deny first', [DENY, ALLOW], 'no'],
    ['deny if true', [ALLOW, { ...DENY, Condition: TRUE }], 'no'],
    ['deny if false', [ALLOW, { ...DENY, Condition: FALSE }], 'yes'],
    ['deny if unknown', [ALLOW, { ...DENY, Condition: UNKNOWN }], { if: [`not (${BY_IP})`] }],
    ['deny of something else', [ALLOW, { ...DENY, Action: 's3:PutObject' }], 'yes'],
    [
      'deny in another policy',
      [
        { ...ALLOW, policy: 'a' },
        { ...DENY, policy: 'b' },
      ],
      'no',
    ],
    [
      'deny if unknown and allow if unknown',
      [
        { ...ALLOW, Condition: UNKNOWN },
        { ...DENY, Condition: { Bool: { 'aws:Foo': 'true' } } },
      ],
      { if: [BY_IP, 'not (Bool aws:Foo true)'] },
    ],
  ])('2, 4: %s', (_, statements, expected) => {
    expect(asked(statements)).toEqual(expected);
  });

  it('2: a deny of a group reaches its member', () => {
    expect(asked([ALLOW], 's3:GetObject', OBJECT, [group('readers')])).toBe('yes');
    expect(asked([], 's3:GetObject', OBJECT, [group('readers', [ALLOW])])).toBe('yes');
    expect(asked([ALLOW], 's3:GetObject', OBJECT, [group('readers', [DENY])])).toBe('no');
  });

  it.each<[string, readonly Written[], Answer]>([
    ['allows the same', [{ ...ALLOW, boundary: true }], 'yes'],
    ['allows something else', [{ Action: 's3:List*', boundary: true }], 'no'],
    ['allows nothing', [{ ...DENY, Action: 'iam:*', boundary: true }], 'no'],
    [
      'denies',
      [
        { Action: '*', boundary: true },
        { ...DENY, boundary: true },
      ],
      'no',
    ],
    ['allows if unknown', [{ ...ALLOW, boundary: true, Condition: UNKNOWN }], { if: [BY_IP] }],
    ['was not read', [{ boundary: true, unread: true, policy: 'b' }], { if: ['policy:b (not read) allows it'] }],
  ])('5: a boundary that %s', (_, boundary, expected) => {
    expect(asked([ALLOW, ...boundary])).toEqual(expected);
    // A boundary gives nothing by itself.
    expect(asked(boundary)).toBe('no');
  });

  it('5: a boundary counts for what groups give as well', () => {
    const boundary: Written = { Action: 's3:List*', boundary: true };
    expect(asked([boundary], 's3:GetObject', OBJECT, [group('readers', [ALLOW])])).toBe('no');
  });
});

describe('1.2 matching', () => {
  it.each<[string, Written, string, string, Answer]>([
    ['actions without regard to capitals', { Action: 'S3:getobject' }, 's3:GetObject', OBJECT, 'yes'],
    ['a star in the action', { Action: 's3:Get*' }, 's3:GetObject', OBJECT, 'yes'],
    ['a question mark in the action', { Action: 's3:?etObject' }, 's3:GetObject', OBJECT, 'yes'],
    ['a star for the service', { Action: '*:GetObject' }, 's3:GetObject', OBJECT, 'yes'],
    ['everything, written as *:*', { Action: '*:*' }, 's3:GetObject', OBJECT, 'yes'],
    [
      'resources with regard to capitals',
      { Action: 's3:*', Resource: 'arn:aws:s3:::Reports/*' },
      's3:GetObject',
      OBJECT,
      'no',
    ],
    [
      'a star over slashes',
      { Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
      's3:GetObject',
      'arn:aws:s3:::reports/a/b',
      'yes',
    ],
    [
      'not the bucket itself',
      { Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
      's3:ListBucket',
      'arn:aws:s3:::reports',
      'no',
    ],
    ['the partition', { Action: 's3:*', Resource: 'arn:aws-cn:s3:::reports/*' }, 's3:GetObject', OBJECT, 'no'],
    [
      'one of several resources',
      { Action: 's3:*', Resource: ['arn:aws:s3:::x/*', 'arn:aws:s3:::reports/*'] },
      's3:GetObject',
      OBJECT,
      'yes',
    ],
    ['NotAction', { NotAction: 'iam:*' }, 's3:GetObject', OBJECT, 'yes'],
    ['NotAction that names it', { NotAction: ['iam:*', 's3:*'] }, 's3:GetObject', OBJECT, 'no'],
    ['NotAction and services of tomorrow', { NotAction: 'iam:*' }, 'tomorrow:Do', '*', 'yes'],
    ['NotResource', { Action: 's3:*', NotResource: 'arn:aws:s3:::secret/*' }, 's3:GetObject', OBJECT, 'yes'],
    [
      'NotResource that names it',
      { Action: 's3:*', NotResource: 'arn:aws:s3:::reports/*' },
      's3:GetObject',
      OBJECT,
      'no',
    ],
    [
      'all of a pattern',
      { Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
      's3:GetObject',
      'arn:aws:s3:::reports/2026/*',
      'yes',
    ],
    [
      'more than the pattern',
      { Action: 's3:*', Resource: 'arn:aws:s3:::reports/2026/*' },
      's3:GetObject',
      'arn:aws:s3:::reports/*',
      'no',
    ],
  ])('%s', (_, statement, action, resource, expected) => {
    expect(asked([statement], action, resource)).toEqual(expected);
  });

  it('takes a star in mid-segment over a colon for an Allow, and leaves it open for a Deny', () => {
    const far = 'arn:aws:lambda:eu-west-1:111122223333:function:app:live-z';
    const pattern = 'arn:aws:lambda:*:111122223333:function:app*z';
    const allow: Written = { Action: 'lambda:*', Resource: pattern };
    expect(asked([allow], 'lambda:InvokeFunction', far)).toBe('yes');
    expect(asked([{ Action: 'lambda:*' }, { ...allow, Effect: 'Deny' }], 'lambda:InvokeFunction', far)).toEqual({
      if: [`not (${pattern} reaches over a colon)`],
    });
    expect(asked([{ Action: 'lambda:*', NotResource: pattern }], 'lambda:InvokeFunction', far)).toEqual({
      if: [`not (${pattern} reaches over a colon)`],
    });
  });

  it.each<[string, Written, Answer]>([
    ['a Deny with NotAction is a ceiling', { Effect: 'Deny', NotAction: 's3:List*' }, 'no'],
    ['and lets through what it names', { Effect: 'Deny', NotAction: 's3:Get*' }, 'yes'],
    ['a Deny with NotResource', { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::other/*' }, 'no'],
    ['and lets through what it names', { Effect: 'Deny', Action: '*', NotResource: 'arn:aws:s3:::reports/*' }, 'yes'],
  ])('%s', (_, deny, expected) => {
    expect(asked([ALLOW, deny])).toBe(expected);
  });

  it('says which part is denied of what is asked as a whole', () => {
    const deny: Written = { Effect: 'Deny', Action: 's3:Get*', Resource: 'arn:aws:s3:::reports/hr/*', policy: 'hr' };
    expect(asked([ALLOW, deny], 's3:GetObject', 'arn:aws:s3:::reports/*')).toEqual({
      if: ['not (policy:hr denies s3:Get* on arn:aws:s3:::reports/hr/*)'],
    });
    expect(asked([ALLOW, deny], 's3:GetObject', OBJECT)).toBe('yes');
  });

  it.each<[string, string, Answer]>([
    ['known', `arn:aws:s3:::home/\${aws:username}/*`, 'yes'],
    [
      'unknown',
      `arn:aws:s3:::home/\${aws:SourceIp}/*`,
      {
        if: [`\${aws:SourceIp} in the resource arn:aws:s3:::home/\${aws:SourceIp}/*`],
      },
    ],
    ['without a value', `arn:aws:s3:::home/\${aws:PrincipalTag/none}/*`, 'no'],
    ['a plain dollar sign', `arn:aws:s3:::home/\${$}{aws:username}/*`, 'no'],
  ])('a variable in a resource: %s', (_, resource, expected) => {
    const file = 'arn:aws:s3:::home/ci/file';
    expect(asked([{ Action: 's3:*', Resource: resource }], 's3:GetObject', file)).toEqual(expected);
    const denied = expected === 'yes' ? 'no' : expected === 'no' ? 'yes' : { if: [`not (${expected.if.join()})`] };
    expect(
      asked([{ Action: 's3:*' }, { Effect: 'Deny', Action: 's3:*', Resource: resource }], 's3:GetObject', file),
    ).toEqual(denied);
  });
});

describe('what was not read', () => {
  it('is unknown, and never no', () => {
    const unread: Written = { unread: true, policy: 'arn:aws:iam::aws:policy/SecurityAudit' };
    expect(asked([unread])).toEqual({ if: ['policy:arn:aws:iam::aws:policy/SecurityAudit (not read) allows it'] });
    expect(asked([ALLOW, unread])).toBe('yes');
    expect(asked([DENY, unread])).toBe('no');
  });

  it('is known where the policy is AWS’s and always the same', () => {
    expect(asked([{ unread: true, policy: 'arn:aws:iam::aws:policy/AdministratorAccess' }])).toBe('yes');
    expect(asked([{ unread: true, policy: arnOf('policy', 'AdministratorAccess') }])).not.toBe('yes');
  });

  it('may be a group', () => {
    const ci = user('ci');
    const unlisted = { ...group('hidden').principal, seen: 'referenced' as const, attributes: {} };
    const inventory = account([ci, { principal: unlisted, grants: [], trusts: [] }], {
      trusts: [membership(ci, group('hidden'))],
    });
    expect(canDo(inventory, ci.principal.id, 's3:GetObject', OBJECT).answer).toEqual({
      if: [`group:${arnOf('group', 'hidden')} (not read) allows it`],
    });
  });

  it('may be all there is to know of a principal', () => {
    const reported = user('reported', [], { attributes: { policies_seen: false } });
    const id = reported.principal.id;
    expect(canDo(account([reported]), id, 's3:GetObject', OBJECT).answer).toEqual({
      if: [`policies of ${id} (not read)`],
    });
    const partly = user('partly', [ALLOW], { attributes: { policies_seen: false } });
    const access = account([partly]);
    expect(canDo(access, partly.principal.id, 's3:GetObject', OBJECT).answer).toBe('yes');
    expect(canDo(access, partly.principal.id, 's3:PutObject', OBJECT).answer).toEqual({
      if: ['further policies of partly (not read) allows it'],
    });
  });
});

describe('what is known of the caller', () => {
  const tagged = user('ci', [], { attributes: { tags: { Team: 'payments' } }, aliases: ['AIDAEXAMPLEEXAMPLE01'] });
  const role = { ...tagged, principal: { ...tagged.principal, kind: 'role', id: 'aws:role:x' } };
  it.each<[string, string, 'yes' | 'no' | 'if', 'yes' | 'no' | 'if']>([
    ['aws:PrincipalTag/team', 'payments', 'yes', 'yes'],
    ['aws:PrincipalTag/Team', 'other', 'no', 'no'],
    // A session can bring tags that the role does not have.
    ['aws:PrincipalTag/none', 'x', 'no', 'if'],
    ['aws:username', 'ci', 'yes', 'no'],
    ['aws:userid', 'AIDAEXAMPLEEXAMPLE01', 'yes', 'if'],
    ['aws:PrincipalAccount', ACCOUNT, 'yes', 'yes'],
    ['aws:PrincipalType', 'User', 'yes', 'no'],
    ['aws:PrincipalIsAWSService', 'false', 'yes', 'yes'],
    ['aws:SecureTransport', 'false', 'no', 'no'],
    ['aws:MultiFactorAuthPresent', 'true', 'if', 'if'],
    ['aws:PrincipalOrgID', 'o-example', 'if', 'if'],
  ])('%s is %s: user %s, role %s', (key, value, forUser, forRole) => {
    const answers = [tagged, role].map((who) => {
      const statement = { Action: 's3:*', Condition: { StringEquals: { [key]: value } } };
      const holder = {
        ...who,
        grants: user('ci', [statement]).grants.map((one) => ({ ...one, principal: who.principal.id })),
      };
      const { answer } = canDo(account([holder]), who.principal.id, 's3:GetObject', OBJECT);
      return typeof answer === 'string' ? answer : 'if';
    });
    expect(answers).toEqual([forUser, forRole]);
  });
});

describe('the grants behind an answer', () => {
  it('are those that allow it', () => {
    const ci = user('ci', [ALLOW, { Action: 's3:Put*' }, { Action: 's3:*' }]);
    const { grants } = canDo(account([ci]), ci.principal.id, 's3:GetObject', OBJECT);
    expect([...grants].sort()).toEqual([ci.grants[0]?.id, ci.grants[2]?.id].sort());
  });
});

describe('other names of a principal', () => {
  it('lead to it', () => {
    const deploy = user('ci/deploy', [ALLOW], { aliases: ['AIDAEXAMPLEEXAMPLE01', arnOf('user', 'deploy')] });
    const access = account([deploy]);
    expect(canDo(access, `aws:user:${arnOf('user', 'deploy')}`, 's3:GetObject', OBJECT).answer).toBe('yes');
    expect(canDo(access, 'aws:user:AIDAEXAMPLEEXAMPLE01', 's3:GetObject', OBJECT).answer).toBe('yes');
  });
});
