import fc from 'fast-check';
import { test } from 'vitest';
import type { Answer } from '../../../src/model/answer.ts';
import type { Fact } from '../../../src/model/fact.ts';
import { mergeInventory } from '../../../src/model/merge-inventory.ts';
import { account, ask, bind, deny, email, evaluator, factsOf, organisationOf, role, user } from './organisation.ts';

const PEOPLE = ['kim', 'lee'];
const NODES = ['organizations/1', 'folders/20', 'projects/prod', 'projects/other', 'projects/outside', email('a')];
const ROLES = [
  'roles/owner',
  'roles/editor',
  'roles/iam.serviceAccountTokenCreator',
  'projects/prod/roles/mine',
  'projects/prod/roles/unread',
];
const CONDITIONS = [
  undefined,
  'request.time < timestamp("2025-01-01T00:00:00Z")',
  'request.time < timestamp("2027-01-01T00:00:00Z")',
  'resource.matchTag("1/env", "prod")',
];
const PERMISSIONS = [
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.actAs',
  'resourcemanager.projects.setIamPolicy',
];
const RESOURCES = [...NODES, '//storage.googleapis.com/nowhere'];
const BASE = [
  account('a'),
  role('projects/prod/roles/mine', ['iam.serviceAccounts.getAccessToken', 'iam.roles.update']),
];

const members = fc.constantFrom(
  'user:kim@example.com',
  'user:lee@example.com',
  'group:ops@example.com',
  'allAuthenticatedUsers',
  `serviceAccount:${email('a')}`,
);
const binding = fc
  .record({
    at: fc.constantFrom(...NODES),
    name: fc.constantFrom(...ROLES),
    member: members,
    condition: fc.constantFrom(...CONDITIONS),
  })
  .map(({ at, name, member, condition }) => bind(at, name, [member], condition));
const denial = fc
  .record({
    at: fc.constantFrom('organizations/1', 'folders/20', 'projects/prod'),
    permission: fc.constantFrom(
      'iam.googleapis.com/serviceAccounts.*',
      'cloudresourcemanager.googleapis.com/projects.setIamPolicy',
    ),
    who: fc.constantFrom(
      'principalSet://goog/public:all',
      'principal://goog/subject/kim@example.com',
      'principalSet://goog/group/ops@example.com',
    ),
    exempt: fc.constantFrom(
      undefined,
      'principal://goog/subject/kim@example.com',
      'principalSet://goog/group/ops@example.com',
    ),
    condition: fc.constantFrom(undefined, 'resource.matchTag("1/env", "prod")'),
  })
  .map(({ at, permission, who, exempt, condition }) =>
    deny(at, [permission], [who], {
      ...(exempt === undefined ? {} : { exceptionPrincipals: [exempt] }),
      ...(condition === undefined ? {} : { denialCondition: { expression: condition } }),
    }),
  );
const records = fc.array(fc.oneof({ weight: 3, arbitrary: binding }, { weight: 1, arbitrary: denial }), {
  maxLength: 8,
});

/** Every answer of the questions that these properties ask. */
async function answersOf(list: readonly object[]): Promise<ReadonlyMap<string, Answer>> {
  const inventory = await organisationOf(
    ...BASE,
    ...list,
    bind(
      'projects/outside',
      'roles/browser',
      PEOPLE.map((name) => `user:${name}@example.com`),
    ),
  );
  const answers = new Map<string, Answer>();
  for (const person of PEOPLE)
    for (const permission of PERMISSIONS)
      for (const resource of RESOURCES)
        answers.set(`${person} ${permission} ${resource}`, ask(inventory, user(person), permission, resource));
  return answers;
}

/** no < if < yes. */
function rank(answer: Answer | undefined): number {
  if (answer === 'yes') return 2;
  return answer === 'no' || answer === undefined ? 0 : 1;
}

const RUNS = { numRuns: 60 };

test('adding a binding takes nothing away', async () => {
  await fc.assert(
    fc.asyncProperty(records, binding, async (list, more) => {
      const [before, after] = [await answersOf(list), await answersOf([...list, more])];
      return [...before].every(([question, answer]) => rank(after.get(question)) >= rank(answer));
    }),
    RUNS,
  );
});

test('adding a deny rule gives nothing', async () => {
  await fc.assert(
    fc.asyncProperty(records, denial, async (list, more) => {
      const [before, after] = [await answersOf(list), await answersOf([...list, more])];
      return [...before].every(([question, answer]) => rank(after.get(question)) <= rank(answer));
    }),
    RUNS,
  );
});

test('a deny rule whose condition is not known never makes a no', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(binding, { maxLength: 6 }),
      fc.constantFrom('organizations/1', 'projects/prod'),
      async (list, at) => {
        const unknown = deny(at, ['iam.googleapis.com/*.*'], ['principalSet://goog/public:all'], {
          denialCondition: { expression: 'resource.matchTag("1/env", "prod")' },
        });
        const [before, after] = [await answersOf(list), await answersOf([...list, unknown])];
        return [...before].every(([question, answer]) => (rank(answer) === 0) === (rank(after.get(question)) === 0));
      },
    ),
    RUNS,
  );
});

test('the order of facts does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.infiniteStream(fc.nat()), async (list, randoms) => {
      const facts = await factsOf(...BASE, ...list);
      const shuffled = shuffle(facts, randoms);
      const [one, other] = [facts, shuffled].map((some) =>
        JSON.stringify([...evaluator.evaluate(mergeInventory(some))]),
      );
      return one === other;
    }),
    RUNS,
  );
});

test('what the evaluator finds for certain, the asker confirms', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (list) => {
      const inventory = await organisationOf(...BASE, ...list);
      for (const [id, { escalations }] of evaluator.evaluate(inventory)) {
        for (const way of escalations) {
          if (way.id !== 'gcp-access-token' || way.answer !== 'yes') continue;
          const address = way.target.slice('gcp:service-account:'.length);
          if (ask(inventory, id, 'iam.serviceAccounts.getAccessToken', address) !== 'yes') return false;
        }
      }
      return true;
    }),
    RUNS,
  );
});

function shuffle(facts: readonly Fact[], randoms: Iterator<number>): readonly Fact[] {
  return facts
    .map((fact) => ({ fact, key: randoms.next().value as number }))
    .sort((a, b) => a.key - b.key)
    .map(({ fact }) => fact);
}
