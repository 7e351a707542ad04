import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ESCALATIONS } from '../../../src/iam/aws/escalations.ts';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import { ACCOUNT, account, arnOf, canDo, role, user, type Written } from './account.ts';

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const action = pick(
  '*',
  's3:*',
  's3:GetObject',
  's3:Get*',
  'iam:*',
  'iam:PassRole',
  'lambda:*',
  'sts:AssumeRole',
  'iam:Put*',
);
const resource = pick(
  '*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/x',
  `arn:aws:iam::${ACCOUNT}:role/*`,
  arnOf('role', 'worker'),
);
const condition = pick(
  undefined,
  undefined,
  { StringEquals: { 'aws:username': 'ci' } },
  { StringEquals: { 'aws:username': 'other' } },
  { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
);
const actions = fc.record({ list: fc.uniqueArray(action, { minLength: 1, maxLength: 3 }), inverted: fc.boolean() });
const resources = fc.record({
  list: fc.uniqueArray(resource, { minLength: 1, maxLength: 2 }),
  inverted: pick(false, false, true),
});

const statement = (fixed: Partial<Written>) =>
  fc.record({ actions, resources, condition }).map(
    ({ actions: what, resources: where, condition: when }): Written => ({
      ...(what.inverted ? { NotAction: what.list } : { Action: what.list }),
      ...(where.inverted ? { NotResource: where.list } : { Resource: where.list }),
      ...(when === undefined ? {} : { Condition: when }),
      ...fixed,
    }),
  );
const anyStatement = fc.oneof(
  { weight: 4, arbitrary: statement({}) },
  { weight: 2, arbitrary: statement({ Effect: 'Deny' }) },
  { weight: 1, arbitrary: statement({ boundary: true }) },
);
const policy = fc.array(anyStatement, { maxLength: 6 });
const question = fc.record({
  action: pick('s3:GetObject', 'iam:PassRole', 'lambda:CreateFunction', 'iam:PutUserPolicy'),
  resource: pick('arn:aws:s3:::b/x', 'arn:aws:s3:::other', arnOf('role', 'worker'), '*'),
});

const others = [role('worker', [{ Action: '*' }], ['lambda.amazonaws.com', ACCOUNT]), role('plain', [], ['*'])];

/** Everything the evaluator says of a user with these statements, each with a name of its own. */
function answers(statements: readonly Written[], asked: { readonly action: string; readonly resource: string }) {
  const ci = user('ci', statements);
  const inventory = account([ci, ...others]);
  const effective = awsEvaluator.evaluate(inventory).get(ci.principal.id);
  const all = new Map<string, Answer>([
    ['can do', canDo(inventory, ci.principal.id, asked.action, asked.resource).answer],
    ['admin', effective?.admin ?? 'no'],
  ]);
  const ways = effective?.escalations ?? [];
  for (const { id, target, answer } of ways) {
    const key = `${id} ${target}`;
    all.set(key, all.get(key) === 'yes' ? 'yes' : answer);
  }
  return all;
}

type Answers = ReadonlyMap<string, Answer>;
const RANK = (answer: Answer | undefined) => (answer === 'yes' ? 2 : answer === undefined || answer === 'no' ? 0 : 1);

/** No answer of `after` is weaker; who has become admin needs no ways in its own account any more. */
function expectNoneWeaker(before: Answers, after: Answers): void {
  const admin = after.get('admin') === 'yes';
  for (const [key, answer] of before) {
    if (admin && key !== 'admin' && key !== 'can do') continue;
    expect(RANK(after.get(key)), key).toBeGreaterThanOrEqual(RANK(answer));
  }
}

/** Ways that remove a limit come and go with the limit, the other way round; they have tests of their own. */
const LIMITED = ESCALATIONS.filter(({ gate }) => gate === 'bounded' || gate === 'held-back-by-deny').map(
  ({ id }) => id,
);
const monotone = (all: Answers) => new Map([...all].filter(([key]) => !LIMITED.includes(key.split(' ')[0] ?? '')));

describe('whatever the policies are', () => {
  const runs = { numRuns: 120 };

  it('an Allow more takes no yes away', () => {
    fc.assert(
      fc.property(policy, statement({}), question, (statements, more, asked) => {
        expectNoneWeaker(monotone(answers(statements, asked)), monotone(answers([...statements, more], asked)));
      }),
      runs,
    );
  });

  it('a Deny more gives no yes', () => {
    fc.assert(
      fc.property(policy, statement({ Effect: 'Deny' }), question, (statements, more, asked) => {
        expectNoneWeaker(monotone(answers([...statements, more], asked)), monotone(answers(statements, asked)));
      }),
      runs,
    );
  });

  it('a boundary less takes no yes away', () => {
    fc.assert(
      fc.property(policy, question, (statements, asked) => {
        const free = statements.filter(({ boundary }) => boundary !== true);
        expectNoneWeaker(monotone(answers(statements, asked)), monotone(answers(free, asked)));
      }),
      runs,
    );
  });

  it('neither the order of statements nor the capitals of actions matter', () => {
    fc.assert(
      fc.property(policy, question, (statements, asked) => {
        const shout = (list: string | readonly string[]) => [list].flat().map((text) => text.toUpperCase());
        const other = [...statements].reverse().map((one) => ({
          ...one,
          ...(one.Action === undefined ? {} : { Action: shout(one.Action) }),
          ...(one.NotAction === undefined ? {} : { NotAction: shout(one.NotAction) }),
        }));
        const ranks = (all: Answers) => [...all].map(([key, answer]) => [key, RANK(answer)]).sort();
        expect(ranks(answers(other, asked))).toEqual(ranks(answers(statements, asked)));
      }),
      runs,
    );
  });

  it('what is not known never becomes a no: each way it turns out is as strong as a no', () => {
    const known = { StringEquals: { 'aws:username': 'ci' } };
    const never = { StringEquals: { 'aws:username': 'other' } };
    fc.assert(
      fc.property(policy, question, (statements, asked) => {
        const unknown = answers(statements, asked).get('can do') ?? 'no';
        const turned = [known, never].map((Condition) => {
          const settled = statements.map((one) =>
            one.Condition !== undefined && 'IpAddress' in (one.Condition as object) ? { ...one, Condition } : one,
          );
          return answers(settled, asked).get('can do');
        });
        // A firm answer holds however the unknown turns out.
        if (unknown === 'yes') expect(turned).not.toContain('no');
        if (unknown === 'no') expect(turned).toEqual(['no', 'no']);
      }),
      runs,
    );
  });

  it('and a policy that was not read turns no answer to no', () => {
    fc.assert(
      fc.property(policy, question, (statements, asked) => {
        const before = answers(statements, asked);
        const after = answers([...statements, { unread: true, policy: 'gone' }], asked);
        expectNoneWeaker(monotone(before), monotone(after));
      }),
      runs,
    );
  });
});
