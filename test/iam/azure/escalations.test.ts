import { describe, expect, it } from 'vitest';
import { DIRECTORY_ACTIONS, DIRECTORY_ROLES } from '../../../src/iam/azure/directory-roles.ts';
import { ESCALATION_ROWS, type EscalationRow } from '../../../src/iam/azure/escalation-rows.ts';
import { DANGEROUS_SCOPES, GRAPH_PERMISSIONS, type GraphPermission } from '../../../src/iam/azure/graph-permissions.ts';
import {
  application,
  appRole,
  assign,
  deny,
  directoryRole,
  evaluate,
  group,
  groupId,
  guid,
  host,
  identity,
  object,
  type Permissions,
  RG,
  role,
  SUB,
  short,
  sp,
  spId,
  tenant,
  ways,
} from './tenant.ts';

const CI = object('sp', 'ci');
const VICTIM = spId('victim');
const ELSEWHERE = `${SUB}/resourceGroups/elsewhere`;

/** What a row leads over: a host of its type, or an identity, in the group. */
function place(row: EscalationRow): { readonly path: string; readonly elements: readonly object[] } {
  if (row.over.kind === 'identity') {
    const path = `${RG}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/victim`;
    return { path, elements: [identity(path, 'victim')] };
  }
  const path = `${RG}/providers/${row.over.type}/victim`;
  return {
    path,
    elements: [sp('victim', { servicePrincipalType: 'ManagedIdentity' }), host(path, row.over.type, 'victim')],
  };
}

function permissions(actions: readonly string[]): Permissions {
  return {
    actions: actions.filter((action) => !action.startsWith('data:')),
    dataActions: actions.filter((action) => action.startsWith('data:')).map((action) => action.slice(5)),
  };
}

const all = ({ target, anywhere = [] }: EscalationRow) => [...target, ...anywhere];

/** What one row says of a principal with these permissions on the group, and something beside. */
async function found(row: EscalationRow, held: readonly string[], ...more: readonly object[]): Promise<string> {
  const custom = role('row', permissions(held));
  const view = await tenant(sp('ci'), ...place(row).elements, custom, assign(CI, 'row', RG), ...more);
  return ways(view, spId('ci'), row.id)[VICTIM] ?? 'no';
}

describe.each(ESCALATION_ROWS.map((row) => [row.id, row] as const))('%s', (_, row) => {
  const sure = row.provided === undefined ? 'yes' : 'if';

  it('is found with exactly its permissions, from one role or several, here or on the resource alone', async () => {
    expect(await found(row, all(row))).toBe(sure);
    const { path, elements } = place(row);
    const roles = all(row).map((action, index) => role(`row ${index}`, permissions([action])));
    const assigned = all(row).map((action, index) =>
      assign(CI, `row ${index}`, row.target.includes(action) ? path : ELSEWHERE),
    );
    const view = await tenant(sp('ci'), ...elements, ...roles, ...assigned);
    expect(ways(view, spId('ci'), row.id)).toEqual({ [VICTIM]: sure });
  });

  it.each(all(row))('is not without %s', async (missing) => {
    expect(
      await found(
        row,
        all(row).filter((action) => action !== missing),
      ),
    ).toBe('no');
  });

  it.each(all(row))('is not where %s is denied', async (denied) => {
    expect(await found(row, all(row), deny(RG, permissions([denied])))).toBe('no');
    const onResource = row.target.includes(denied);
    if (onResource) expect(await found(row, all(row), deny(place(row).path, permissions([denied])))).toBe('no');
  });

  it('is not over something harmless: another group, another resource', async () => {
    const { elements, path } = place(row);
    const custom = role('row', permissions(all(row)));
    for (const scope of [ELSEWHERE, `${path}-2`]) {
      const view = await tenant(sp('ci'), ...elements, custom, assign(CI, 'row', scope));
      expect(ways(view, spId('ci'), row.id)).toEqual({});
    }
  });

  it('is an if where the role was not read', async () => {
    const view = await tenant(sp('ci'), ...place(row).elements, assign(CI, guid('nowhere'), RG));
    expect(ways(view, spId('ci'), row.id)).toEqual({ [VICTIM]: 'if' });
  });
});

describe('ways to owner', () => {
  const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
  const DEFINE = 'Microsoft.Authorization/roleDefinitions/write';
  const self = (view: Awaited<ReturnType<typeof tenant>>, id: string) => ways(view, spId('ci'), id)[spId('ci')] ?? 'no';

  it('azure-role-assign: on a subscription or above, not on a group', async () => {
    const custom = role('x', { actions: [ASSIGN] });
    expect(self(await tenant(sp('ci'), custom, assign(CI, 'x', SUB)), 'azure-role-assign')).toBe('yes');
    expect(self(await tenant(sp('ci'), custom, assign(CI, 'x', RG)), 'azure-role-assign')).toBe('no');
    const denied = deny(SUB, { actions: ['Microsoft.Authorization/*/write'] });
    expect(self(await tenant(sp('ci'), custom, assign(CI, 'x', SUB), denied), 'azure-role-assign')).toBe('no');
    expect(
      self(await tenant(sp('ci'), role('x', { actions: ['*/read'] }), assign(CI, 'x', SUB)), 'azure-role-assign'),
    ).toBe('no');
  });

  it('and on a group it leads over whatever is in there', async () => {
    const [row] = ESCALATION_ROWS;
    if (row === undefined) throw new Error('no rows');
    expect(await found(row, [ASSIGN])).toBe('yes');
    const elsewhere = deny(ELSEWHERE, { actions: ['*'] });
    expect(await found(row, [ASSIGN], elsewhere)).toBe('yes');
    expect(await found(row, [ASSIGN], deny(RG, { actions: [...row.target] }))).toBe('no');
    expect(await found(row, [ASSIGN], deny(place(row).path, { actions: [...row.target] }))).toBe('no');
  });

  it('azure-role-definition-write: of a custom role that it has, on all of its scopes', async () => {
    const more = role('own', { actions: [DEFINE] });
    expect(self(await tenant(sp('ci'), more, assign(CI, 'own', SUB)), 'azure-role-definition-write')).toBe('yes');
    const wider = role('own', { actions: [DEFINE] }, { assignableScopes: [SUB, '/subscriptions/other'] });
    expect(self(await tenant(sp('ci'), wider, assign(CI, 'own', SUB)), 'azure-role-definition-write')).toBe('no');
    const builtIn = role('own', { actions: [DEFINE] }, { roleType: 'BuiltInRole' });
    expect(self(await tenant(sp('ci'), builtIn, assign(CI, 'own', SUB)), 'azure-role-definition-write')).toBe('no');
    const without = role('own', { actions: ['*/read'] });
    expect(self(await tenant(sp('ci'), without, assign(CI, 'own', SUB)), 'azure-role-definition-write')).toBe('no');
    const denied = deny(SUB, { actions: [DEFINE] });
    expect(self(await tenant(sp('ci'), more, assign(CI, 'own', SUB), denied), 'azure-role-definition-write')).toBe(
      'no',
    );
  });

  it('azure-deny-delete: what is denied is an owner’s, and the denial may be lifted', async () => {
    const denied = deny(SUB, { actions: ['*'], notActions: ['Microsoft.Authorization/denyAssignments/delete'] });
    expect(self(await tenant(sp('ci'), assign(CI, 'Owner', SUB), denied), 'azure-deny-delete')).toBe('if');
    expect(
      self(await tenant(sp('ci'), assign(CI, 'Owner', SUB), deny(SUB, { actions: ['*'] })), 'azure-deny-delete'),
    ).toBe('no');
    expect(self(await tenant(sp('ci'), assign(CI, 'Contributor', SUB), denied), 'azure-deny-delete')).toBe('no');
    expect(self(await tenant(sp('ci'), assign(CI, 'Owner', SUB)), 'azure-deny-delete')).toBe('no');
    const eligible = { ...assign(CI, 'Owner', SUB), type: 'Microsoft.Authorization/roleEligibilityScheduleInstances' };
    expect(self(await tenant(sp('ci'), eligible, deny(RG, { actions: ['*'] })), 'azure-deny-delete')).toBe('no');
  });
});

describe('roles of the directory', () => {
  it.each([...DIRECTORY_ROLES].map(([id, { name, tier }]) => [name, id, tier] as const))('%s', async (_, id, tier) => {
    const whole = await tenant(sp('ci'), directoryRole(CI, id));
    expect(short(evaluate(whole, spId('ci')).admin)).toBe(tier === 0 ? 'yes' : 'no');
    const privileges = evaluate(whole, spId('ci')).privileges.map((privilege) => privilege.id);
    expect(privileges).toEqual([tier === 0 ? 'admin' : 'iam-write']);
    const unit = await tenant(
      sp('ci'),
      directoryRole(CI, id, { directoryScopeId: `/administrativeUnits/${guid('u')}` }),
    );
    expect(evaluate(unit, spId('ci')).admin).toBe('no');
    const other = await tenant(sp('ci'), directoryRole(object('sp', 'other'), id));
    expect(evaluate(other, spId('ci')).admin).toBe('no');
  });

  it.each(Object.entries(DIRECTORY_ACTIONS))('%s in a role of the tenant’s own', async (action, opens) => {
    const definition = (actions: readonly string[]) => ({
      id: guid('own role'),
      displayName: 'own role',
      isBuiltIn: false,
      templateId: guid('own role'),
      rolePermissions: [{ allowedResourceActions: actions }],
    });
    const others = [
      sp('shop'),
      application('shop', { servicePrincipalLockConfiguration: { isEnabled: false } }),
      group('plain', []),
    ];
    const id = {
      'application-credentials': 'entra-application-credential',
      'service-principal-credentials': 'entra-service-principal-credential',
      'group-members': 'entra-group-member',
    }[opens];
    const target = opens === 'group-members' ? groupId('plain') : spId('shop');
    const view = await tenant(sp('ci'), ...others, definition([action]), directoryRole(CI, guid('own role')));
    expect(ways(view, spId('ci'), id)).toEqual({ [target]: 'yes' });
    const without = await tenant(
      sp('ci'),
      ...others,
      definition(['microsoft.directory/users/standard/read']),
      directoryRole(CI, guid('own role')),
    );
    expect(evaluate(without, spId('ci')).escalations).toEqual([]);
  });
});

describe('permissions of Microsoft Graph', () => {
  const EXPECTED: Readonly<Record<GraphPermission['opens'], readonly [string, string]>> = {
    'any-role': ['graph-role-assign', spId('ci')],
    'any-app-role': ['graph-app-role-assign', spId('ci')],
    'application-credentials': ['graph-application-credential', spId('shop')],
    'service-principal-owners': ['graph-service-principal-owner', spId('shop')],
    'group-members': ['graph-group-member', groupId('plain')],
    'privileged-group-members': ['graph-privileged-group-member', groupId('plain')],
    'owned-applications': ['', ''],
  };
  const others = [sp('ci'), sp('shop'), application('shop'), group('plain', [])];

  it.each([...GRAPH_PERMISSIONS].map(([id, permission]) => [permission.name, id, permission] as const))(
    '%s',
    async (_, id, { opens, provided }) => {
      const [way, target] = EXPECTED[opens];
      const view = await tenant(...others, appRole(CI, id));
      const sure = provided === undefined ? 'yes' : 'if';
      expect(ways(view, spId('ci'), way)[target]).toBe(way === '' ? undefined : sure);
      expect(evaluate(view, spId('ci')).admin).toBe('no');
      const elsewhere = await tenant(...others, sp('own'), appRole(CI, id, { resourceId: object('sp', 'own') }));
      expect(evaluate(elsewhere, spId('ci')).escalations).toEqual([]);
      const somebody = await tenant(...others, appRole(object('sp', 'shop'), id));
      expect(evaluate(somebody, spId('ci')).escalations).toEqual([]);
    },
  );

  it.each([...DANGEROUS_SCOPES])('%s, delegated, is an if', async (scope) => {
    const grant = { clientId: CI, consentType: 'AllPrincipals', id: 'g', resourceId: guid('graph'), scope };
    expect(ways(await tenant(...others, grant), spId('ci'), 'graph-delegated')).toEqual({ [spId('ci')]: 'if' });
    const harmless = { ...grant, scope: 'User.Read' };
    expect(ways(await tenant(...others, harmless), spId('ci'), 'graph-delegated')).toEqual({});
  });

  it('lead past managed identities and Microsoft’s own, which take no credentials', async () => {
    const view = await tenant(
      ...others,
      sp('mine', { servicePrincipalType: 'ManagedIdentity' }),
      sp('theirs', { appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a' }),
      sp('guest', { appOwnerOrganizationId: guid('elsewhere') }),
      appRole(CI, '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9'),
    );
    expect(ways(view, spId('ci'), 'graph-application-credential')).toEqual({
      [spId('shop')]: 'yes',
      [spId('guest')]: 'if',
    });
  });
});

describe('several steps', () => {
  it('the nearest to admin are told first', async () => {
    const many = Array.from({ length: 30 }, (_, index) => [sp(`app ${index}`), application(`app ${index}`)]).flat();
    const view = await tenant(
      sp('ci'),
      ...many,
      appRole(CI, '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9'),
      assign(object('sp', 'app 27'), 'Owner', SUB),
    );
    const found = ways(view, spId('ci'), 'graph-application-credential');
    expect(Object.keys(found)).toHaveLength(10);
    expect(Object.keys(found)[0]).toBe(spId('app 27'));
  });
});
