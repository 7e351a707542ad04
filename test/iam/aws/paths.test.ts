import { describe, expect, it } from 'vitest';
import { buildAccessGraph } from '../../../src/graph/access-graph.ts';
import { adminPaths } from '../../../src/graph/paths.ts';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import { principal, trust } from '../../support/facts.ts';
import {
  ACCOUNT,
  account,
  arnOf,
  canDo,
  group,
  type Holder,
  membership,
  OTHER_ACCOUNT,
  role,
  user,
} from './account.ts';

function path(from: Holder, holders: readonly Holder[], more: Parameters<typeof account>[1] = {}) {
  const inventory = account([from, ...holders], more);
  const found = adminPaths(buildAccessGraph(inventory, awsEvaluator.evaluate(inventory)))(from.principal.id);
  const short = (id: string) => id.split('/').at(-1);
  return found && { answer: found.answer, steps: found.steps.map(({ how, to }) => `${how} → ${short(to)}`) };
}

const known = { attributes: { password_enabled: false } };

describe('several hops', () => {
  const admin = role('admin', [{ Action: '*' }], ['lambda.amazonaws.com']);
  const builder = role(
    'builder',
    [
      { Action: 'iam:PassRole', policy: 'pass' },
      { Action: ['lambda:CreateFunction', 'lambda:InvokeFunction'], policy: 'functions' },
    ],
    [ACCOUNT],
  );

  it('cross policies, groups and principals', () => {
    const team = group('team', [{ Action: 'sts:AssumeRole', Resource: arnOf('role', 'builder') }]);
    const second = user('second', [], known);
    const first = user('first', [{ Action: 'iam:CreateAccessKey', Resource: arnOf('user', 'second') }]);
    expect(path(first, [second, team, builder, admin], { trusts: [membership(second, team)] })).toEqual({
      answer: 'yes',
      steps: ['iam-create-access-key → second', 'assume-role → builder', 'passrole-lambda → admin'],
    });
    // Without the one statement in the middle there is no way.
    expect(
      path(first, [second, group('team'), builder, admin], { trusts: [membership(second, team)] }),
    ).toBeUndefined();
  });

  it('the shortest is taken, and a firm one before a shorter one that depends on something', () => {
    const actor = user('actor', [{ Action: 'sts:AssumeRole' }]);
    const direct = { ...admin, trusts: [...admin.trusts, ...role('admin', [], [ACCOUNT]).trusts] };
    expect(path(actor, [builder, direct])?.steps).toEqual(['assume-role → admin']);
    const condition = { StringEquals: { 'sts:ExternalId': 'x' } };
    const guarded = {
      ...admin,
      trusts: [
        ...admin.trusts,
        ...role('admin', [], [{ subject: { kind: 'account', value: ACCOUNT }, condition }]).trusts,
      ],
    };
    expect(path(actor, [builder, guarded])).toEqual({
      answer: 'yes',
      steps: ['assume-role → builder', 'passrole-lambda → admin'],
    });
  });

  it('lead into other accounts', () => {
    const abroad = role('admin', [{ Action: '*' }], [arnOf('role', 'builder')], { scope: [OTHER_ACCOUNT] });
    const across = role('builder', [{ Action: 'sts:AssumeRole' }], [ACCOUNT]);
    expect(path(user('actor', [{ Action: 'sts:AssumeRole' }]), [across, abroad])?.steps).toEqual([
      'assume-role → builder',
      'assume-role → admin',
    ]);
  });

  it('begin at workloads', () => {
    const nightly = principal('aws', 'function', `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:nightly`);
    const runs = trust(builder.principal, { kind: 'principal', id: nightly.id }, 'runs-as');
    const holder: Holder = { principal: nightly, grants: [], trusts: [runs] };
    expect(path(holder, [builder, admin])?.steps).toEqual(['runs-as → builder', 'passrole-lambda → admin']);
    const asked = canDo(account([holder, builder, admin]), nightly.id, 'iam:PassRole', admin.principal.nativeId);
    expect(asked).toEqual({ answer: 'yes', grants: [builder.grants[0]?.id], trusts: [runs.id] });
    expect(canDo(account([holder, builder]), nightly.id, 's3:GetObject').answer).toBe('no');
  });

  it('begin at people of the identity center', () => {
    const person = principal('aws', 'identity-center-user', 'c0ffee00-2');
    const people = principal('aws', 'identity-center-group', 'c0ffee00-1');
    const set = principal('aws', 'permission-set', 'arn:aws:sso:::permissionSet/x/ps-1', {
      attributes: { set_name: 'Builders' },
    });
    const used = principal('aws', 'permission-set-role', `${set.nativeId}#${ACCOUNT}`, {
      scope: [ACCOUNT],
      attributes: { permission_set: set.nativeId },
    });
    const reserved = role('aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Builders_0123456789abcdef', [
      { Action: '*' },
    ]);
    const rows = [people, set, used].map((body): Holder => ({ principal: body, grants: [], trusts: [] }));
    const trusts = [
      trust(people, { kind: 'principal', id: person.id }, 'member-of'),
      trust(used, { kind: 'principal', id: people.id }, 'assigned'),
    ];
    expect(path({ principal: person, grants: [], trusts: [] }, [...rows, reserved], { trusts })?.steps).toEqual([
      'permission-set → AWSReservedSSO_Builders_0123456789abcdef',
    ]);
  });
});

describe('what goes in circles', () => {
  it('ends: a role that trusts itself, roles that trust each other, groups that are members of each other', () => {
    const self = role('self', [{ Action: 'sts:AssumeRole' }], [arnOf('role', 'self')]);
    const one = role('one', [{ Action: 'sts:AssumeRole' }], [arnOf('role', 'two')]);
    const two = role('two', [{ Action: 'sts:AssumeRole' }], [arnOf('role', 'one')]);
    const [left, right] = [group('left', [{ Action: 's3:*' }]), group('right')];
    const member = user('member');
    const trusts = [membership(left, right), membership(right, left), membership(member, right)];
    for (const start of [self, one, member]) {
      const others = [self, one, two, left, right, member].filter((holder) => holder !== start);
      expect(path(start, others, { trusts })).toBeUndefined();
    }
  });

  it('ends: units of an organization that are below each other', () => {
    const attributes = { organization: 'o-exampleorg1', management_account: '999988887777' };
    const [unit, other] = ['ou-ex01-a0000001', 'ou-ex01-b0000001'].map((id) =>
      principal('aws', 'organizational-unit', id, { attributes }),
    );
    const home = principal('aws', 'account', ACCOUNT, { attributes });
    if (unit === undefined || other === undefined) throw new Error('two units');
    const rows = [unit, other, home].map((body): Holder => ({ principal: body, grants: [], trusts: [] }));
    const under = (child: Holder['principal'], parent: Holder['principal']) =>
      trust(parent, { kind: 'principal', id: child.id }, 'child-of');
    const ci = user('ci', [{ Action: '*' }]);
    const inventory = account([ci, ...rows], { trusts: [under(home, unit), under(unit, other), under(other, unit)] });
    const found = awsEvaluator.evaluate(inventory).get(ci.principal.id);
    expect(found?.admin).toBe('yes');
    expect(found?.unseen[0]).toBe('organization policies above ou-ex01-b0000001');
  });
});
