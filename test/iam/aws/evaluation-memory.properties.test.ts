import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { EvaluationMemory } from '../../../src/iam/evaluator.ts';
import { grantTable } from '../../../src/model/grant-table.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import type { Json } from '../../../src/model/json.ts';
import { ACCOUNT, account, arnOf, group, membership, role, user, type Written } from './account.ts';
import { build } from './documented/world.ts';

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const statement: fc.Arbitrary<Written> = fc.record({
  Effect: pick('Allow', 'Allow', 'Allow', 'Deny'),
  Action: pick(
    '*',
    's3:GetObject',
    'iam:PassRole',
    'iam:*',
    'sts:AssumeRole',
    'lambda:*',
    'iam:CreateAccessKey',
    'iam:Put*',
  ),
  Resource: pick('*', arnOf('role', 'worker'), arnOf('user', 'ann'), 'arn:aws:s3:::reports/*'),
});
const some = fc.array(statement, { maxLength: 2 });
const scp = pick<readonly Written[] | undefined>(undefined, [{ Effect: 'Deny', Action: 'iam:*' }], [{ Action: '*' }]);

/** A small account, in which everybody can lead to everybody. */
const view: fc.Arbitrary<Inventory> = fc
  .record({
    ann: some,
    bob: some,
    builders: some,
    worker: some,
    admits: pick<readonly string[]>([], [ACCOUNT], ['*'], [arnOf('user', 'ann')], ['lambda.amazonaws.com']),
    member: fc.boolean(),
    unread: fc.boolean(),
    scp,
  })
  .map((of) => {
    const [ann, bob, builders] = [user('ann', of.ann), user('bob', of.bob), group('builders', of.builders)];
    const worker = role(
      'worker',
      [...of.worker, ...(of.unread ? [{ unread: true, policy: 'far' } as const] : [])],
      of.admits,
    );
    const own = account([ann, bob, builders, worker], { trusts: of.member ? [membership(bob, builders)] : [] });
    if (of.scp === undefined) return own;
    const around = build({ scp: [['full'], [of.scp], ['full']] }).inventory;
    return {
      ...own,
      principals: new Map([...around.principals, ...own.principals]),
      trusts: new Map([...around.trusts, ...own.trusts]),
      grants: grantTable(
        new Map([...around.grants.values(), ...own.grants.values()].map((grant) => [grant.id, grant] as const)),
      ),
    };
  });

describe('an evaluation that remembers earlier ones', () => {
  it('answers as one that does not, whatever has changed', () => {
    fc.assert(
      fc.property(fc.array(view, { minLength: 2, maxLength: 4 }), (views) => {
        const known = new Map<string, { readonly digest: string; readonly found: Json }>();
        const memory: EvaluationMemory = {
          recall: (id, digest) => {
            const one = known.get(id);
            return one?.digest === digest ? one.found : undefined;
          },
          // As a store gives it back.
          remember: (id, digest, found) => known.set(id, { digest, found: JSON.parse(JSON.stringify(found)) as Json }),
        };
        for (const one of views) expect(awsEvaluator.evaluate(one, memory)).toEqual(awsEvaluator.evaluate(one));
      }),
      { numRuns: 300 },
    );
  });

  it('asks nothing of a principal that has not changed', () => {
    const bob = user('bob', [{ Action: 's3:GetObject' }]);
    const recalled: string[] = [];
    const known = new Map<string, Json>();
    const memory: EvaluationMemory = {
      recall: (id, digest) => {
        const found = known.get(`${id} ${digest}`);
        if (found !== undefined) recalled.push(id);
        return found;
      },
      remember: (id, digest, found) => known.set(`${id} ${digest}`, found),
    };
    awsEvaluator.evaluate(account([bob, user('ann', [{ Action: '*' }])]), memory);
    awsEvaluator.evaluate(account([bob, user('ann', [{ Action: 'iam:*' }])]), memory);
    expect(recalled).toEqual([bob.principal.id]);
  });
});
