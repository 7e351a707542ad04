import { expect, test } from 'vitest';
import { awsEvaluator } from '../../../src/iam/aws/evaluator.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { DOCUMENT_ELSEWHERE, type Grant } from '../../../src/model/grant.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';

const ID = 'aws:user:arn:aws:iam::111122223333:user/ci';

/** A user as a state shows it: nothing says that these are all of its policies. */
function evaluated(...grants: readonly Partial<Grant>[]) {
  const user: Fact = {
    kind: 'principal',
    body: {
      id: ID,
      platform: 'aws',
      kind: 'user',
      nativeId: 'arn:aws:iam::111122223333:user/ci',
      name: 'ci',
      scope: ['111122223333'],
      seen: 'listed',
      locations: [],
    },
  };
  const facts = grants.map((said, index): Fact => {
    const base = { platform: 'aws', principal: ID, effect: 'allow', role: 'identity', scope: '111122223333' } as const;
    const body = { id: `grant:${index}`, ...base, actions: [], resources: [], via: [], locations: [], ...said };
    return { kind: 'grant', body };
  });
  const effective = awsEvaluator.evaluate(mergeInventory([user, ...facts])).get(ID);
  return { admin: effective?.admin, ways: effective?.escalations.map(({ id }) => id), unseen: effective?.unseen };
}

const attached = (name: string) => ({
  unknownContent: true,
  via: [`policy:arn:aws:iam::aws:policy/${name}`, DOCUMENT_ELSEWHERE],
});

test('what a state does not show is unseen, and no way by itself', () => {
  const { admin, ways, unseen } = evaluated(
    { actions: ['s3:GetObject'], resources: ['*'], via: ['policy:read'] },
    attached('ReadOnlyAccess'),
  );
  expect(admin).toBe('no');
  expect(ways).toEqual([]);
  expect(unseen).toEqual(
    expect.arrayContaining(['policy:arn:aws:iam::aws:policy/ReadOnlyAccess', 'further policies of ci']),
  );
});

test('a policy of AWS that is known without its document counts', () => {
  expect(evaluated(attached('AdministratorAccess')).admin).toBe('yes');
});

test('a document that should be there and is not stays open', () => {
  const { admin, ways } = evaluated({ unknownContent: true, via: ['policy:arn:aws:iam::111122223333:policy/x'] });
  expect(admin).toEqual({ if: ['policy:arn:aws:iam::111122223333:policy/x (not read) allows it'] });
  expect(ways).toEqual(['unread-policy']);
});
