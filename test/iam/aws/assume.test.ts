import { describe, expect, it } from 'vitest';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { Trust } from '../../../src/model/trust.ts';
import { ACCOUNT, account, arnOf, type Holder, OTHER_ACCOUNT, role, subjectOf, user, type Written } from './account.ts';

const ME = arnOf('user', 'me');
const ABROAD = { scope: [OTHER_ACCOUNT] };
const MAY: Written = { Action: 'sts:AssumeRole' };
const MAY_NOT: Written = { Effect: 'Deny', Action: 'sts:*' };

/** What `me` can assume, by name. */
function assumes(me: Holder, ...others: readonly Holder[]): readonly string[] {
  const found = awsEvaluator.evaluate(account([me, ...others])).get(me.principal.id)?.escalations ?? [];
  return found
    .filter(({ id }) => id === 'assume-role')
    .map(
      ({ target, answer }) =>
        `${target.split('/').at(-1)} ${typeof answer === 'string' ? answer : answer.if.join(' | ')}`,
    );
}

describe('1.4 who can assume a role', () => {
  const meAs = (statements: readonly Written[]) => user('me', statements);

  it.each<[string, readonly Written[], string, readonly string[]]>([
    ['in the account, named: the trust is enough', [], ME, ['target yes']],
    ['in the account, named, and denied', [MAY_NOT], ME, []],
    [
      'in the account, named, within a boundary that does not allow it',
      [{ Action: 's3:*', boundary: true }],
      ME,
      ['target yes'],
    ],
    ['in the account, delegated, and allowed', [MAY], ACCOUNT, ['target yes']],
    ['in the account, delegated, and not allowed', [], ACCOUNT, []],
    ['in the account, delegated, allowed, and denied', [MAY, MAY_NOT], ACCOUNT, []],
    ['in the account, delegated, within a boundary without it', [MAY, { Action: 's3:*', boundary: true }], ACCOUNT, []],
    ['in the account, anybody', [], '*', ['target yes']],
    ['in the account, anybody, and denied', [MAY_NOT], '*', []],
    ['in the account, allowed, and not trusted', [MAY], arnOf('user', 'somebody'), []],
    ['delegated to another account only', [MAY], OTHER_ACCOUNT, []],
  ])('%s', (_, statements, admits, expected) => {
    expect(assumes(meAs(statements), role('target', [], [admits]))).toEqual(expected);
  });

  it.each<[string, readonly Written[], string, readonly string[]]>([
    ['named and allowed', [MAY], ME, ['target yes']],
    ['named and not allowed', [], ME, []],
    ['delegated and allowed', [MAY], ACCOUNT, ['target yes']],
    ['delegated and not allowed', [], ACCOUNT, []],
    ['anybody, and allowed', [MAY], '*', ['target yes']],
    ['anybody, and not allowed: it does not replace one’s own policy', [], '*', []],
    ['allowed and not trusted', [MAY], OTHER_ACCOUNT, []],
  ])('across accounts, %s', (_, statements, admits, expected) => {
    expect(assumes(meAs(statements), role('target', [], [admits], ABROAD))).toEqual(expected);
  });

  it('a role that is named is cut by its boundary, where a user is not', () => {
    const me = role('me', [{ Action: 's3:*', boundary: true }]);
    expect(assumes(me, role('target', [], [arnOf('role', 'me')]))).toEqual([]);
    expect(assumes(role('me'), role('target', [], [arnOf('role', 'me')]))).toEqual(['target yes']);
  });

  it('only by sts:AssumeRole: other ways of becoming it are for those who have a token', () => {
    const federated = role('target', [], [{ subject: { kind: 'anyone' }, how: 'assume-web-identity' }]);
    expect(assumes(meAs([{ Action: 'sts:*' }]), federated)).toEqual([]);
  });

  it('as narrow as its own policy says', () => {
    const me = meAs([{ Action: 'sts:AssumeRole', Resource: arnOf('role', 'app-*') }]);
    const roles = ['app-one', 'app-two', 'other'].map((name) => role(name, [], [ACCOUNT]));
    expect(assumes(me, ...roles)).toEqual(['app-one yes', 'app-two yes']);
  });

  it('not itself', () => {
    expect(assumes(role('me', [MAY], [ACCOUNT, '*', arnOf('role', 'me')]))).toEqual([]);
  });

  it('by another of its names', () => {
    const me = role('app/me', [], [], { aliases: [arnOf('role', 'me')] });
    expect(assumes(me, role('target', [], [arnOf('role', 'me')]))).toEqual(['target yes']);
  });
});

describe('conditions of a trust', () => {
  const me = user('me', [MAY], { attributes: { tags: { team: 'payments' } } });
  const trusting = (who: string, condition: Trust['condition'], effect: Trust['effect'] = 'allow') =>
    ({ subject: subjectOf(who), ...(condition === undefined ? {} : { condition }), effect }) satisfies Partial<Trust>;
  const target = (...trusts: readonly Partial<Trust>[]) => role('target', [], trusts);

  it.each<[string, Trust['condition'], readonly string[]]>([
    ['that holds for it', { ArnLike: { 'aws:PrincipalArn': arnOf('user', 'm*') } }, ['target yes']],
    ['that does not', { ArnLike: { 'aws:PrincipalArn': arnOf('user', 'x*') } }, []],
    ['on a tag that it has', { StringEquals: { 'aws:PrincipalTag/team': 'payments' } }, ['target yes']],
    ['on a tag that it has not', { StringEquals: { 'aws:PrincipalTag/team': 'other' } }, []],
    ['on an external id', { StringEquals: { 'sts:ExternalId': 'x' } }, ['target StringEquals sts:ExternalId x']],
  ])('%s', (_, condition, expected) => {
    expect(assumes(me, target(trusting(ACCOUNT, condition)))).toEqual(expected);
    expect(assumes(me, target(trusting(ME, condition)))).toEqual(expected);
    expect(assumes(me, target(trusting('*', condition)))).toEqual(expected);
  });

  it('a Deny in it counts, whoever else is let in', () => {
    const open = trusting(ACCOUNT, undefined);
    expect(assumes(me, target(open, trusting(ME, undefined, 'deny')))).toEqual([]);
    expect(assumes(me, target(open, trusting(ACCOUNT, undefined, 'deny')))).toEqual([]);
    expect(assumes(me, target(open, trusting(arnOf('user', 'x'), undefined, 'deny')))).toEqual(['target yes']);
    const mfa = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
    expect(assumes(me, target(open, trusting('*', mfa, 'deny')))).toEqual([
      'target not (Bool aws:MultiFactorAuthPresent false)',
    ]);
  });
});

describe('an administrator', () => {
  const admin = user('me', [{ Action: '*' }]);

  it('gains nothing in its own account, and other accounts', () => {
    const home = role('home', [], [ACCOUNT]);
    const abroad = role('abroad', [], [ACCOUNT], ABROAD);
    expect(assumes(admin, home, abroad)).toEqual(['abroad yes']);
    const found = awsEvaluator.evaluate(account([admin, home])).get(admin.principal.id)?.escalations;
    expect(found).toEqual([]);
  });
});
