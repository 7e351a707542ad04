import { describe, expect, it } from 'vitest';
import type { EscalationRow } from '../../../src/iam/aws/escalation.ts';
import { ESCALATIONS } from '../../../src/iam/aws/escalations.ts';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { Credential } from '../../../src/model/credential.ts';
import type { Escalation } from '../../../src/model/effective.ts';
import type { Grant } from '../../../src/model/grant.ts';
import { grantTable } from '../../../src/model/grant-table.ts';
import { credential, principal, trust } from '../../support/facts.ts';
import {
  ACCOUNT,
  account,
  arnOf,
  grantOf,
  group,
  type Holder,
  membership,
  role,
  user,
  type Written,
} from './account.ts';
import { build } from './documented/world.ts';

const MANAGED = arnOf('policy', 'team');

/** What a row needs, each in a statement and a policy of its own, so that nothing works that looks at one policy only. */
function needsOf(row: EscalationRow): readonly string[] {
  return [
    ...(row.target ?? []),
    ...(row.policy ?? []),
    ...(row.assume === true ? ['sts:AssumeRole'] : []),
    ...(row.anywhere ?? []),
  ];
}

/** The least account in which a row's way is there, for an actor with these permissions. */
function leastAccount(row: EscalationRow, actions: readonly string[]) {
  const statements = actions.map((Action, index): Written => ({ Action, policy: `p${index}` }));
  // Attached customer-managed policy: that of the actor, or of the role that it takes over.
  const managed: Written = { Action: 's3:ListAllMyBuckets', policy: MANAGED };
  const own = row.over === 'self' && row.policy !== undefined ? [managed] : [];
  const actor = row.actor === 'role' ? role('actor', [...statements, ...own]) : user('actor', [...statements, ...own]);
  const team = group('team');
  const admins = group('admins', [{ Action: '*' }]);
  const password = row.gate === 'console-password';
  const other = user('other', [], { attributes: { password_enabled: password } });
  const services = (row.services ?? []).slice(0, 1).map((service) => `${service}.amazonaws.com`);
  const strong = role('strong', row.policy === undefined ? [] : [managed], row.assume === true ? [ACCOUNT] : services);
  const holders: Holder[] = [actor];
  const credentials: Credential[] = [];
  switch (row.over) {
    case 'own-groups':
      holders.push(team);
      break;
    case 'group':
      holders.push(admins);
      break;
    case 'user':
      holders.push(other);
      if (row.gate === 'two-access-keys') {
        for (const slot of [1, 2]) credentials.push(credential('aws', 'access-key', `key-${slot}`, other.principal));
      }
      break;
    case 'role':
    case 'assumable-roles':
    case 'service-roles':
      holders.push(strong);
  }
  const inventory = account(holders, {
    credentials,
    trusts: row.over === 'own-groups' ? [membership(actor, team)] : [],
  });
  const target = {
    user: other,
    role: strong,
    group: admins,
    'assumable-roles': strong,
    'service-roles': strong,
  } as const;
  const end = row.result === 'self' ? actor : target[row.over as keyof typeof target];
  return { inventory, actor: actor.principal.id, end: end.principal.id };
}

function ways(row: EscalationRow, actions: readonly string[]): readonly Escalation[] {
  const { inventory, actor } = leastAccount(row, actions);
  return awsEvaluator.evaluate(inventory).get(actor)?.escalations ?? [];
}

const GATED = new Set(['bounded', 'held-back-by-deny']);
const rows = ESCALATIONS.filter(({ gate }) => gate === undefined || !GATED.has(gate)).map(
  (row) => [row.id, row] as const,
);

describe('every row of the table', () => {
  it.each(rows)('%s: exactly its permissions open it, and without any one of them it is shut', (id, row) => {
    const needs = needsOf(row);
    const { end } = leastAccount(row, needs);
    const [found] = ways(row, needs).filter((way) => way.id === id);
    expect(found).toMatchObject({ target: end, answer: row.provided === undefined ? 'yes' : { if: [row.provided] } });
    expect(found?.uses.map((use) => use.split(' on ')[0])).toEqual(needs);
    for (const dropped of needs) {
      const left = ways(
        row,
        needs.filter((need) => need !== dropped),
      );
      expect(
        left.filter((way) => way.id === id),
        `without ${dropped}`,
      ).toEqual([]);
    }
  });

  it.each(rows)('%s: the grants that prove it are its own', (id, row) => {
    const needs = needsOf(row);
    const { inventory } = leastAccount(row, needs);
    const [found] = ways(row, needs).filter((way) => way.id === id);
    const proof = (found?.evidence ?? []).flatMap((evidence) => inventory.grants.get(evidence)?.actions ?? []);
    expect(new Set(proof)).toEqual(new Set(needs));
  });

  it('has an id of its own, and knows the paths of the public catalogue', () => {
    expect(new Set(ESCALATIONS.map(({ id }) => id)).size).toBe(ESCALATIONS.length);
    const paths = ESCALATIONS.flatMap(({ path }) => path ?? []);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toHaveLength(65);
  });

  it.each(rows)('%s: an explicit Deny of any one permission shuts it', (id, row) => {
    const needs = needsOf(row);
    for (const denied of needs) {
      const { inventory, actor } = leastAccount(row, needs);
      const owner = inventory.principals.get(actor);
      if (owner === undefined) throw new Error('no actor');
      const [deny] = user('actor', [{ Effect: 'Deny', Action: denied }]).grants;
      if (deny === undefined) throw new Error('no deny');
      const grants = grantTable(rowsById([...inventory.grants.values(), { ...deny, principal: actor }]));
      const left = awsEvaluator.evaluate({ ...inventory, grants }).get(actor)?.escalations ?? [];
      expect(
        left.filter((way) => way.id === id),
        `with ${denied} denied`,
      ).toEqual([]);
    }
  });
});

function rowsById(grants: readonly Grant[]): ReadonlyMap<string, Grant> {
  return new Map(grants.map((grant) => [grant.id, grant]));
}

/** A least account with more statements for the actor. */
function waysWith(row: EscalationRow, more: readonly Written[], change: (grant: Grant) => Grant = (one) => one) {
  const needs = needsOf(row);
  const { inventory, actor } = leastAccount(row, needs);
  const owner = inventory.principals.get(actor);
  if (owner === undefined) throw new Error('no actor');
  const changed = [...inventory.grants.values()].map((one) => (one.principal === actor ? change(one) : one));
  const added = more.map((written) => grantOf(owner, { ...written, policy: 'more' }));
  const grants = grantTable(rowsById([...changed, ...added]));
  const found = awsEvaluator.evaluate({ ...inventory, grants }).get(actor)?.escalations ?? [];
  return found.filter((way) => way.id === row.id);
}

const HARMLESS = 'arn:aws:sqs:eu-west-1:111122223333:harmless';

describe('every row of the table is shut', () => {
  it.each(rows)('%s: by a boundary without one of its permissions', (_, row) => {
    // A user whom a role's trust names needs no policy, and no boundary cuts that; here the account is named.
    for (const missing of needsOf(row))
      expect(waysWith(row, [{ NotAction: missing, boundary: true }]), `without ${missing}`).toEqual([]);
  });

  it.each(rows)('%s: by a Deny in another policy, also of a group', (_, row) => {
    for (const denied of needsOf(row))
      expect(waysWith(row, [{ Effect: 'Deny', Action: denied }]), `with ${denied} denied`).toEqual([]);
  });

  it.each(rows)('%s: where one of its permissions is for a harmless resource', (_, row) => {
    for (const harmless of needsOf(row)) {
      const restrict = (one: Grant) => (one.actions.includes(harmless) ? { ...one, resources: [HARMLESS] } : one);
      expect(waysWith(row, [], restrict), `with ${harmless} on ${HARMLESS}`).toEqual([]);
    }
  });

  it.each(rows)('%s: where the organization forbids one of its permissions, or does not list it', (_, row) => {
    const needs = needsOf(row);
    const { inventory, actor } = leastAccount(row, needs);
    const found = (statements: readonly Written[]) => {
      const { inventory: around } = build({ scp: [['full'], [statements], ['full']] });
      const merged = {
        ...inventory,
        principals: new Map([...around.principals, ...inventory.principals]),
        grants: grantTable(rowsById([...inventory.grants.values(), ...around.grants.values()])),
        trusts: new Map([...inventory.trusts, ...around.trusts]),
      };
      return (awsEvaluator.evaluate(merged).get(actor)?.escalations ?? []).filter((way) => way.id === row.id);
    };
    expect(found([{ Action: '*' }])).not.toEqual([]);
    for (const missing of needs) {
      expect(found([{ NotAction: missing }]), `without ${missing}`).toEqual([]);
      expect(found([{ Action: '*' }, { Effect: 'Deny', Action: missing }]), `with ${missing} denied`).toEqual([]);
    }
  });
});

describe('existing compute', () => {
  const strong = role(
    'strong',
    [{ Action: '*' }],
    ['lambda.amazonaws.com', 'ec2.amazonaws.com', 'codebuild.amazonaws.com', 'cloudformation.amazonaws.com'],
  );
  const ARNS: Readonly<Record<string, (name: string) => string>> = {
    function: (name) => `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:${name}`,
    instance: (name) => `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-${name}`,
    'build-project': (name) => `arn:aws:codebuild:eu-west-1:${ACCOUNT}:project/${name}`,
    stack: (name) => `arn:aws:cloudformation:eu-west-1:${ACCOUNT}:stack/${name}/1`,
  };
  const workload = (kind: string, name: string) => principal('aws', kind, ARNS[kind]?.(name) ?? '');
  const listed = ESCALATIONS.flatMap((row) => (row.runs === undefined ? [] : [[row.id, row, row.runs] as const]));

  it.each(listed)(
    '%s: the workload is the target, and what is done to it must be allowed on it',
    (id, row, { kind, still }) => {
      const [target, harmless] = [workload(kind, 'strong'), workload(kind, 'harmless')];
      const runs = trust(strong.principal, { kind: 'principal', id: target.id }, 'runs-as');
      const found = (Resource: string) => {
        const actor = user(
          'actor',
          (row.anywhere ?? []).map((Action): Written => ({ Action, Resource })),
        );
        const inventory = account([actor, strong], { trusts: [runs] });
        const principals = new Map([...inventory.principals, [target.id, target], [harmless.id, harmless]]);
        return (awsEvaluator.evaluate({ ...inventory, principals }).get(actor.principal.id)?.escalations ?? []).filter(
          (way) => way.id === id,
        );
      };
      for (const wide of ['*', target.nativeId]) {
        const [way, ...more] = found(wide);
        expect(way).toMatchObject({
          target: strong.principal.id,
          answer: still === undefined ? 'yes' : { if: [still] },
        });
        expect(way?.evidence).toContain(runs.id);
        expect(more).toEqual([]);
      }
      expect(found(harmless.nativeId)).toEqual([]);
    },
  );

  it('an instance runs as the role of its profile, and is itself a way to it', () => {
    const instance = workload('instance', 'x');
    const profile = principal('aws', 'instance-profile', `arn:aws:iam::${ACCOUNT}:instance-profile/x`);
    const trusts = [
      trust(profile, { kind: 'principal', id: instance.id }, 'runs-as'),
      trust(strong.principal, { kind: 'principal', id: profile.id }, 'profile-of'),
    ];
    const inventory = account([strong], { trusts });
    const principals = new Map([...inventory.principals, [instance.id, instance], [profile.id, profile]]);
    expect(awsEvaluator.evaluate({ ...inventory, principals }).get(instance.id)?.escalations).toEqual([
      {
        id: 'runs-as',
        answer: 'yes',
        target: strong.principal.id,
        uses: ['runs as it'],
        evidence: trusts.map(({ id }) => id),
      },
    ]);
  });
});

function escalations(holders: readonly Holder[], more: Parameters<typeof account>[1] = {}) {
  const [actor] = holders;
  return awsEvaluator.evaluate(account(holders, more)).get(actor?.principal.id ?? '')?.escalations ?? [];
}
const brief = (found: readonly Escalation[]) =>
  found.map(({ id, target, answer }) => `${id} → ${target.split('/').at(-1)}: ${JSON.stringify(answer)}`);
const only = (found: readonly Escalation[], id: string) => brief(found.filter((way) => way.id === id));

describe('gates', () => {
  const actor = user('actor', [{ Action: 'iam:CreateAccessKey' }]);
  const known = { attributes: { password_enabled: false } };

  it('a second key needs a free slot; whether there is one can be unknown', () => {
    const key = (owner: Holder, n: number, rest = {}) =>
      credential('aws', 'access-key', `${owner.principal.name}-${n}`, owner.principal, rest);
    const free = user('free', [], known);
    const full = user('full', [], known);
    const unseen = user('unseen');
    const credentials = [key(free, 1), key(full, 1), key(full, 2)];
    expect(only(escalations([actor, free, full, unseen], { credentials }), 'iam-create-access-key')).toEqual([
      'iam-create-access-key → free: "yes"',
      'iam-create-access-key → unseen: {"if":["unseen has fewer than two access keys"]}',
    ]);
  });

  it('a key that is listed and in the credential report is one key', () => {
    const other = user('other', [], known);
    const credentials = [
      credential('aws', 'access-key', 'listed', other.principal),
      credential('aws', 'access-key', 'row', other.principal, { join: { by: 'position', confidence: 'low' } }),
    ];
    expect(only(escalations([actor, other], { credentials }), 'iam-create-access-key')).toEqual([
      'iam-create-access-key → other: "yes"',
    ]);
  });

  it('a password is created or changed, whichever can be', () => {
    const keeper = user('keeper', [{ Action: ['iam:CreateLoginProfile', 'iam:UpdateLoginProfile'] }]);
    const has = user('has', [], { attributes: { password_enabled: true } });
    const has_not = user('has-not', [], known);
    expect(brief(escalations([keeper, has, has_not]))).toEqual([
      'iam-create-login-profile → has-not: "yes"',
      'iam-update-login-profile → has: "yes"',
    ]);
  });

  it('a boundary that keeps an administrator down can be removed by itself', () => {
    const boundary: Written = { Action: ['s3:*', 'iam:DeleteRolePermissionsBoundary'], boundary: true };
    const held = role('actor', [{ Action: '*' }, boundary]);
    expect(brief(escalations([held]))).toEqual(['iam-delete-role-boundary → actor: "yes"']);
    const kept = role('actor', [{ Action: '*' }, { Action: 's3:*', boundary: true }]);
    expect(brief(escalations([kept]))).toEqual([]);
    // Without the boundary there would be nothing more than now.
    const weak = role('actor', [{ Action: ['s3:*', 'iam:DeleteRolePermissionsBoundary'] }, boundary]);
    expect(only(escalations([weak]), 'iam-delete-role-boundary')).toEqual([]);
    // It need not be administrator for that: the right to write its own policies is enough.
    const writer = role('actor', [{ Action: 'iam:*' }, boundary]);
    expect(only(escalations([writer]), 'iam-delete-role-boundary')).toEqual([
      'iam-delete-role-boundary → actor: "yes"',
    ]);
  });

  it('a Deny that keeps an administrator down can be removed where it stands', () => {
    const deny: Written = { Effect: 'Deny', NotAction: ['iam:DeleteUserPolicy', 'iam:DetachUserPolicy'] };
    const inline = user('actor', [{ Action: '*' }, { ...deny, policy: 'brake' }]);
    expect(brief(escalations([inline]))).toEqual(['iam-delete-user-policy → actor: "yes"']);
    const attached = user('actor', [{ Action: '*' }, { ...deny, policy: MANAGED }]);
    expect(brief(escalations([attached]))).toEqual(['iam-detach-user-policy → actor: "yes"']);
    const group_deny = group('brakes', [{ Effect: 'Deny', NotAction: 'iam:RemoveUserFromGroup' }]);
    const member = user('actor', [{ Action: '*' }]);
    expect(brief(escalations([member, group_deny], { trusts: [membership(member, group_deny)] }))).toEqual([
      'iam-remove-user-from-group → actor: "yes"',
    ]);
  });

  it('rights that it gives itself end at its boundary', () => {
    const own: Written = { Action: 'iam:PutUserPolicy' };
    const wide: Written = { Action: '*', boundary: true };
    const narrow: Written = { Action: ['iam:PutUserPolicy', 's3:*'], boundary: true };
    expect(brief(escalations([user('actor', [own, wide])]))).toEqual(['iam-put-user-policy → actor: "yes"']);
    expect(brief(escalations([user('actor', [own, narrow])]))).toEqual([]);
    const unread: Written = { boundary: true, unread: true, policy: 'b' };
    expect(brief(escalations([user('actor', [own, unread])]))).toEqual([
      'iam-put-user-policy → actor: {"if":["policy:b (not read) allows it"]}',
    ]);
  });

  it('and so do those of a principal that it makes its tool', () => {
    const taker = user('actor', [{ Action: ['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'] }]);
    const tool = role('tool', [{ Action: 's3:*', boundary: true }]);
    const id = 'iam-put-role-policy-and-rewrite-trust';
    expect(only(escalations([taker, tool]), id)).toEqual([]);
    expect(only(escalations([taker, tool, role('free')]), id)).toEqual([`${id} → actor: "yes"`]);
  });
});

describe('who can be acted on', () => {
  it('is of the same account', () => {
    const abroad = user('abroad', [], { scope: ['444455556666'], attributes: { password_enabled: false } });
    expect(
      escalations([user('actor', [{ Action: 'iam:*' }]), abroad]).filter(({ target }) => target.includes('abroad')),
    ).toEqual([]);
  });

  it('is nobody that IAM protects', () => {
    const protectedRoles = [
      role('aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport', [{ Action: '*' }]),
      role('aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin', [{ Action: '*' }]),
    ];
    const actor = user('actor', [{ Action: ['iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'] }]);
    expect(escalations([actor, ...protectedRoles])).toEqual([]);
  });

  it('is never a service-linked role as the one who acts', () => {
    const linked = role('aws-service-role/x.amazonaws.com/AWSServiceRoleForX', [{ Action: ['iam:PutRolePolicy'] }]);
    expect(escalations([linked, role('other')])).toEqual([]);
  });

  it('is as narrow as the resource says', () => {
    const actor = user('actor', [{ Action: 'iam:UpdateAssumeRolePolicy', Resource: arnOf('role', 'app-*') }]);
    expect(brief(escalations([actor, role('app-one'), role('app-two'), role('other')]))).toEqual([
      'iam-update-assume-role-policy → app-one: "yes"',
      'iam-update-assume-role-policy → app-two: "yes"',
    ]);
  });

  it('depends on its tags where the statement does', () => {
    const Condition = { StringEquals: { 'iam:ResourceTag/tier': 'low' } };
    const actor = user('actor', [{ Action: 'iam:UpdateAssumeRolePolicy', Condition }]);
    const low = role('low', [], [], { attributes: { tags: { Tier: 'low' } } });
    const high = role('high', [], [], { attributes: { tags: { Tier: 'high' } } });
    expect(brief(escalations([actor, low, high, role('plain')]))).toEqual([
      'iam-update-assume-role-policy → low: "yes"',
    ]);
  });

  it('is not one of its own groups', () => {
    const actor = user('actor', [{ Action: 'iam:AddUserToGroup' }]);
    const mine = group('mine');
    expect(brief(escalations([actor, mine, group('theirs')], { trusts: [membership(actor, mine)] }))).toEqual([
      'iam-add-user-to-group → theirs: "yes"',
    ]);
  });
});

describe('passing a role', () => {
  const lambda = role('worker', [{ Action: '*' }], ['lambda.amazonaws.com']);
  const create: Written = { Action: ['lambda:CreateFunction', 'lambda:InvokeFunction'] };
  const pass = (rest: Partial<Written> = {}): Written => ({ Action: 'iam:PassRole', ...rest });
  const to = (operator: string, service: string) => ({ Condition: { [operator]: { 'iam:PassedToService': service } } });

  it.each<[string, readonly Written[], readonly string[]]>([
    ['to any service', [pass(), create], ['yes']],
    ['to this one', [pass(to('StringEquals', 'lambda.amazonaws.com')), create], ['yes']],
    ['to another one', [pass(to('StringEquals', 'ec2.amazonaws.com')), create], []],
    ['to services that look like it', [pass(to('StringLike', 'lam*')), create], ['yes']],
    ['with a condition nobody knows', [pass({ Condition: { Bool: { 'aws:Foo': 'true' } } }), create], ['if']],
    ['another role only', [pass({ Resource: arnOf('role', 'other') }), create], []],
    ['this role by name', [pass({ Resource: arnOf('role', 'worker') }), create], ['yes']],
    [
      'and functions of one region only',
      [pass(), { ...create, Resource: 'arn:aws:lambda:eu-west-1:*:function:*' }],
      ['yes'],
    ],
    ['and nothing of lambda', [pass(), { ...create, Resource: 'arn:aws:s3:::bucket/*' }], []],
    ['and functions that are all denied', [pass(), create, { Effect: 'Deny', Action: 'lambda:*' }], []],
    [
      'and functions of which some are denied',
      [pass(), create, { Effect: 'Deny', Action: 'lambda:*', Resource: 'arn:aws:lambda:*:*:function:live-*' }],
      ['yes'],
    ],
    ['within a boundary without it', [pass(), create, { Action: 'lambda:*', boundary: true }], []],
    ['within a boundary with it', [pass(), create, { Action: ['lambda:*', 'iam:PassRole'], boundary: true }], ['yes']],
    ['by NotAction', [{ NotAction: 's3:*' }], ['yes']],
  ])('%s', (_, statements, expected) => {
    const found = escalations([user('actor', statements), lambda]).filter(({ id }) => id === 'passrole-lambda');
    expect(found.map(({ answer }) => (typeof answer === 'string' ? answer : 'if'))).toEqual(expected);
  });

  it('asks the role’s trust', () => {
    const trusted = (condition: object) =>
      role(
        'worker',
        [],
        [{ subject: { kind: 'service', value: 'lambda.amazonaws.com' }, condition: condition as never }],
      );
    const answers = [
      { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      { StringEquals: { 'aws:SourceAccount': '999988887777' } },
      { ArnLike: { 'aws:SourceArn': 'arn:aws:lambda:*:*:function:x' } },
    ].map((condition) => only(escalations([user('actor', [pass(), create]), trusted(condition)]), 'passrole-lambda'));
    expect(answers).toEqual([
      ['passrole-lambda → worker: "yes"'],
      [],
      ['passrole-lambda → worker: {"if":["ArnLike aws:SourceArn arn:aws:lambda:*:*:function:x"]}'],
    ]);
  });

  it('knows a service by its regional and its Chinese name', () => {
    const regional = role('worker', [], ['states.eu-west-1.amazonaws.com']);
    const statements = [pass(), { Action: ['states:CreateStateMachine', 'states:StartExecution'] }];
    expect(only(escalations([user('actor', statements), regional]), 'passrole-step-functions')).toHaveLength(1);
  });
});

describe('many targets', () => {
  const actor = user('actor', [{ Action: 'iam:UpdateAssumeRolePolicy' }]);
  const roles = Array.from({ length: 40 }, (_, index) => role(`r${String(index).padStart(2, '0')}`));

  it('are cut to the nearest to administrator, and say how many they were', () => {
    const admin = role('z-admin', [{ Action: '*' }]);
    const step = role('y-step', [{ Action: 'sts:AssumeRole', Resource: admin.principal.nativeId }]);
    const trusting = { ...admin, trusts: role('z-admin', [], [ACCOUNT]).trusts };
    const found = escalations([actor, ...roles, trusting, step]);
    expect(found).toHaveLength(10);
    expect(found.slice(0, 3).map(({ target }) => target.split('/').at(-1))).toEqual(['z-admin', 'y-step', 'r00']);
    expect(found[0]?.uses).toEqual(['iam:UpdateAssumeRolePolicy (one of 42 targets)']);
  });

  it('are all there while they are few', () => {
    const found = escalations([actor, ...roles.slice(0, 10)]);
    expect(found).toHaveLength(10);
    expect(found[0]?.uses).toEqual(['iam:UpdateAssumeRolePolicy']);
  });
});

describe('policies that were not read', () => {
  it('are one possible way, not every way', () => {
    const actor = user('actor', [{ unread: true, policy: 'arn:aws:iam::aws:policy/Gone' }]);
    expect(brief(escalations([actor, role('strong', [{ Action: '*' }], ['ec2.amazonaws.com'])]))).toEqual([
      'unread-policy → actor: {"if":["policy:arn:aws:iam::aws:policy/Gone (not read) allows it"]}',
    ]);
  });
});

describe('a group', () => {
  it('has the ways that any member has by it, so that joining it leads on', () => {
    const actor = user('actor', [{ Action: 'iam:AddUserToGroup' }]);
    const writers = group('writers', [{ Action: 'iam:*' }]);
    const readers = group('readers', [{ Action: 's3:Get*' }]);
    const self = group('self', [{ Action: 'iam:PutUserPolicy', Resource: arnOf('user', 'somebody') }]);
    const evaluated = awsEvaluator.evaluate(account([actor, writers, readers, self]));
    const ways = (holder: Holder) => evaluated.get(holder.principal.id)?.escalations.map(({ id }) => id) ?? [];
    expect(ways(writers)).toEqual(
      expect.arrayContaining(['iam-put-user-policy', 'iam-attach-user-policy', 'iam-put-group-policy']),
    );
    expect([ways(readers), ways(self)]).toEqual([[], []]);
    // The group that leads on comes first.
    expect(evaluated.get(actor.principal.id)?.escalations[0]).toMatchObject({
      id: 'iam-add-user-to-group',
      target: writers.principal.id,
    });
  });
});
