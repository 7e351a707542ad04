import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { azureEvaluator } from '../../../src/iam/azure/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import {
  application,
  appRole,
  assign,
  deny,
  directoryRole,
  group,
  guid,
  host,
  IDENTITY,
  identity,
  object,
  RG,
  role,
  roleGuid,
  SUB,
  sp,
  spId,
  tenant,
  VM,
} from './tenant.ts';

const CI = object('sp', 'ci');
const OPS = object('group', 'ops');
const MG = '/providers/Microsoft.Management/managementGroups/platform';
const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);

const pattern = pick(
  '*',
  '*/read',
  '*/write',
  'Microsoft.Authorization/*',
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/*/write',
  'Microsoft.Compute/*',
  'Microsoft.Compute/virtualMachines/runCommand/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/*',
  'Microsoft.Web/sites/write',
);
const lists = fc.uniqueArray(pattern, { maxLength: 2 });
const permission = fc.record({
  actions: fc.uniqueArray(pattern, { minLength: 1, maxLength: 3 }),
  notActions: lists,
  dataActions: pick([], ['*'], ['Microsoft.KeyVault/vaults/secrets/getSecret/action']),
  notDataActions: pick([], [], ['Microsoft.KeyVault/vaults/secrets/*']),
});
const scope = pick('/', MG, SUB, RG, VM, `${SUB}/resourceGroups/other`);
const condition = pick(
  undefined,
  undefined,
  undefined,
  "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})",
  `(!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roleGuid('Owner')}})`,
  "@Resource[x:y] StringEquals 'z'",
);
let counter = 0;
const assignment = fc
  .record({
    permissions: fc.array(permission, { minLength: 1, maxLength: 2 }),
    scope,
    condition,
    known: pick(true, true, true, false),
    holder: pick(CI, CI, OPS),
  })
  .map(({ permissions, scope: where, condition: abac, known, holder }): readonly object[] => {
    const name = `generated ${counter++}`;
    const more = { principalType: 'Unknown', ...(abac === undefined ? {} : { condition: abac }) };
    return [...(known ? [role(name, permissions)] : []), assign(holder, name, where, more)];
  });
const inDirectory = pick<readonly object[]>(
  [
    directoryRole(CI, '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', {
      directoryScopeId: `/${object('application', 'shop')}`,
    }),
  ],
  [directoryRole(OPS, 'fdd7a751-b60b-444a-984c-02652fe8fa1c')],
  [appRole(CI, '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9')],
  [appRole(CI, '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8')],
);
const given = fc.array(fc.oneof({ weight: 4, arbitrary: assignment }, { weight: 1, arbitrary: inDirectory }), {
  maxLength: 4,
});
const denied = fc
  .record({ permission, scope, only: fc.boolean(), except: pick([], [], [{ id: OPS, type: 'Group' }]) })
  .map(({ permission: what, scope: where, only, except }) => [
    deny(where, what, { doNotApplyToChildScopes: only, excludePrincipals: except }),
  ]);
const question = fc.record({
  action: pick(
    'Microsoft.Compute/virtualMachines/runCommand/action',
    'Microsoft.Authorization/roleAssignments/write',
    'Microsoft.KeyVault/vaults/secrets/getSecret/action',
    'Microsoft.Web/sites/write',
    'Microsoft.Compute/*',
    '*',
  ),
  resource: pick(SUB, RG, VM, undefined),
});

const AROUND = [
  sp('ci'),
  group('ops', [CI]),
  group('plain', []),
  sp('shop'),
  application('shop'),
  sp('vm', { servicePrincipalType: 'ManagedIdentity' }),
  host(VM, 'Microsoft.Compute/virtualMachines', 'vm'),
  sp('deployer', { servicePrincipalType: 'ManagedIdentity' }),
  identity(IDENTITY, 'deployer'),
  assign(object('sp', 'vm'), 'Owner', SUB),
];

type Answers = ReadonlyMap<string, Answer>;

async function answers(
  elements: readonly (readonly object[])[],
  asked: { readonly action: string; readonly resource: string | undefined },
): Promise<Answers> {
  const view = await tenant(...AROUND, ...elements.flat());
  const effective = azureEvaluator.evaluate(view).get(spId('ci'));
  const { action, resource } = asked;
  const ask = azureEvaluator.asker?.(view);
  const all = new Map<string, Answer>([
    ['can', ask?.(spId('ci'), resource === undefined ? { action } : { action, resource }).answer ?? 'no'],
    ['admin', effective?.admin ?? 'no'],
  ]);
  for (const { id, target, answer } of effective?.escalations ?? []) {
    // It comes and goes with the denial that it lifts.
    if (id !== 'azure-deny-delete') all.set(`${id} ${target}`, answer);
  }
  return all;
}

const RANK = (answer: Answer | undefined) => (answer === 'yes' ? 2 : answer === undefined || answer === 'no' ? 0 : 1);

/** Who has become admin needs no ways any more. */
function expectNoneWeaker(before: Answers, after: Answers): void {
  const admin = after.get('admin') === 'yes';
  for (const [key, answer] of before) {
    if (admin && key !== 'admin' && key !== 'can') continue;
    expect(RANK(after.get(key)), key).toBeGreaterThanOrEqual(RANK(answer));
  }
}

describe('whatever is assigned', () => {
  const runs = { numRuns: 150 };

  it('an assignment more takes no yes away', async () => {
    await fc.assert(
      fc.asyncProperty(
        given,
        fc.oneof(assignment, inDirectory),
        fc.array(denied, { maxLength: 1 }),
        question,
        async (list, more, denials, asked) => {
          expectNoneWeaker(
            await answers([...list, ...denials], asked),
            await answers([...list, more, ...denials], asked),
          );
        },
      ),
      runs,
    );
  });

  it('a deny assignment more gives no yes', async () => {
    await fc.assert(
      fc.asyncProperty(
        given,
        fc.array(denied, { maxLength: 1 }),
        denied,
        question,
        async (list, denials, more, asked) => {
          const before = await answers([...list, ...denials, more], asked);
          const after = await answers([...list, ...denials], asked);
          expectNoneWeaker(before, after);
        },
      ),
      runs,
    );
  });

  it('a role that was not read never makes it a no', async () => {
    await fc.assert(
      fc.asyncProperty(given, permission, scope, question, async (list, what, where, asked) => {
        const known = [role('some', what), assign(CI, 'some', where)];
        const unknown = [assign(CI, guid('role some'), where)];
        const [read, unread] = [await answers([...list, known], asked), await answers([...list, unknown], asked)];
        if (RANK(read.get('can')) > 0) expect(RANK(unread.get('can'))).toBeGreaterThan(0);
      }),
      runs,
    );
  });

  it('order and capitals do not matter', async () => {
    await fc.assert(
      fc.asyncProperty(given, fc.array(denied, { maxLength: 1 }), question, async (list, denials, asked) => {
        const ranks = (all: Answers) => [...all].map(([key, answer]) => [key, RANK(answer)]).sort();
        const loud = (element: object): object =>
          'permissions' in element
            ? {
                ...element,
                permissions: JSON.parse(
                  JSON.stringify(element.permissions).replaceAll(/Microsoft\.[\w./*]+/g, (text) => text.toUpperCase()),
                ),
              }
            : element;
        const turned = [...denials, ...list].reverse().map((elements) => elements.map(loud).reverse());
        expect(ranks(await answers(turned, asked))).toEqual(ranks(await answers([...list, ...denials], asked)));
      }),
      runs,
    );
  });
});
