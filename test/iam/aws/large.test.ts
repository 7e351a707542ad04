import { describe, expect, it } from 'vitest';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { Json } from '../../../src/model/json.ts';
import { account, arnOf, canDo, role, user, type Written } from './account.ts';
import { OBJECT } from './documented/world.ts';

const MANY = 150_000;
const many = (text: (index: number) => string) => Array.from({ length: MANY }, (_, index) => text(index));

/** Nothing that AWS would accept, and what a file can hold: it must neither end the scan nor be left out. */
describe('a policy of millions of characters', () => {
  it.each<[string, Written, 'yes' | 'no']>([
    ['actions', { Action: [...many((index) => `sqs:X*${index}`), 's3:GetObject'] }, 'yes'],
    ['actions that do not name it', { Action: many((index) => `sqs:X*${index}`) }, 'no'],
    ['resources', { Action: 's3:*', Resource: [...many((index) => `arn:aws:s3:::b${index}/*`), OBJECT] }, 'yes'],
    ['exceptions', { NotAction: many((index) => `sqs:X*${index}`) }, 'yes'],
    [
      'values of a condition',
      {
        Action: 's3:*',
        Condition: { StringEquals: { 'aws:username': [...many((index) => `u${index}`), 'ci'] } } as Json,
      },
      'yes',
    ],
    ['variables', { Action: 's3:*', Resource: many((index) => `arn:aws:s3:::\${aws:PrincipalTag/t${index}}`) }, 'no'],
  ])('is read and asked: many %s', (_, statement, expected) => {
    const ci = user('ci', [statement]);
    const inventory = account([ci, role('worker', [{ Action: '*' }], ['lambda.amazonaws.com'])]);
    expect(canDo(inventory, ci.principal.id, 's3:GetObject', OBJECT).answer).toBe(expected);
    expect(awsEvaluator.evaluate(inventory).get(ci.principal.id)?.admin).not.toBe('yes');
  });

  it('has many statements, each of which counts', () => {
    const statements = Array.from(
      { length: 5_000 },
      (_, index): Written => ({ Action: `s3:X${index}`, policy: `p${index}` }),
    );
    const ci = user('ci', [
      ...statements,
      { Action: 'iam:PassRole' },
      { Action: ['lambda:CreateFunction', 'lambda:InvokeFunction'] },
    ]);
    const inventory = account([ci, role('worker', [{ Action: '*' }], ['lambda.amazonaws.com'])]);
    const found = awsEvaluator.evaluate(inventory).get(ci.principal.id)?.escalations;
    expect(found?.map(({ id, target }) => [id, target])).toEqual([
      ['passrole-lambda', `aws:role:${arnOf('role', 'worker')}`],
    ]);
  });
});
