import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../../src/model/inventory.ts';
import {
  application,
  appRole,
  ask,
  assign,
  deny,
  directoryRole,
  evaluate,
  group,
  groupId,
  guid,
  IDENTITY,
  identity,
  object,
  RG,
  role,
  SUB,
  short,
  sp,
  spId,
  TENANT,
  tenant,
  user,
  userId,
  VAULT,
  VM,
  ways,
} from './tenant.ts';

/** What is documented, where, a tenant that shows it, and what must be said of it. */
interface Row {
  readonly doc: string;
  readonly what: string;
  readonly given: readonly object[];
  /** `can ACTION on SCOPE`, `admin`, or a way. */
  readonly says: (view: Inventory) => unknown;
  readonly expected: unknown;
}

const CI = object('sp', 'ci');
const can = (action: string, scope?: string) => (view: Inventory) => short(ask(view, spId('ci'), action, scope));
const admin = (view: Inventory) => short(evaluate(view, spId('ci')).admin);
const to = (way: string) => (view: Inventory) => ways(view, spId('ci'), way);
const MG = '/providers/Microsoft.Management/managementGroups/platform';
const READ_BLOB = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
const GET_SECRET = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
const ASSIGN = 'Microsoft.Authorization/roleAssignments/write';
const below = (parent: string, child: object) => ({
  id: parent,
  name: parent.slice(parent.lastIndexOf('/') + 1),
  type: 'Microsoft.Management/managementGroups',
  children: [child],
});
const subscription = { id: SUB, name: SUB.slice(15), type: '/subscriptions', displayName: 's' };
const abac = (text: string) => ({ condition: text, conditionVersion: '2.0' });
const ONLY = (...roles: string[]) =>
  abac(
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles.join(', ')}}))`,
  );
const NOT = (...roles: string[]) =>
  abac(
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {${roles.join(', ')}}))`,
  );
const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const UAA = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';
const RBAC_ADMIN = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168';
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const GA = '62e90394-69f5-4237-9190-012177145e10';

const RBAC = 'learn.microsoft.com/azure/role-based-access-control';
const ENTRA = 'learn.microsoft.com/entra';

const ROWS: readonly Row[] = [
  {
    doc: `${ENTRA}/identity/enterprise-apps/disable-user-sign-in-portal`,
    what: 'who is disabled can do it when it is enabled again',
    given: [sp('ci', { accountEnabled: false }), assign(CI, 'Contributor', SUB)],
    says: (view) => ask(view, spId('ci'), 'Microsoft.Compute/virtualMachines/write', RG),
    expected: { if: ['ci is enabled again'] },
  },
  // What is Azure RBAC: role definitions, scopes, groups
  {
    doc: `${RBAC}/overview#multiple-role-assignments`,
    what: 'is additive: Contributor at the subscription and Reader at a group is Contributor',
    given: [assign(CI, 'Contributor', SUB), assign(CI, 'Reader', RG)],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#notactions`,
    what: 'NotActions are taken off Actions of the same role',
    given: [assign(CI, 'Contributor', SUB)],
    says: can(ASSIGN, SUB),
    expected: 'no',
  },
  {
    doc: `${RBAC}/role-definitions#notactions`,
    what: 'NotActions are no deny: another role gives the action back',
    given: [assign(CI, 'Contributor', SUB), assign(CI, 'User Access Administrator', SUB)],
    says: can(ASSIGN, SUB),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#notactions`,
    what: 'what NotActions leave out in one element of a role another element gives',
    given: [
      role('x', [
        { actions: ['Microsoft.Web/*'], notActions: ['Microsoft.Web/sites/delete'] },
        { actions: ['Microsoft.Web/sites/delete'] },
      ]),
      assign(CI, 'x', SUB),
    ],
    says: can('Microsoft.Web/sites/delete', SUB),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#actions-format`,
    what: '* reaches over any number of segments',
    given: [role('x', { actions: ['Microsoft.Compute/*'] }), assign(CI, 'x', SUB)],
    says: can('Microsoft.Compute/virtualMachines/extensions/write', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#actions-format`,
    what: '*/read gives reads of every type',
    given: [assign(CI, 'Reader', SUB)],
    says: can('Microsoft.Network/virtualNetworks/subnets/read', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#actions-format`,
    what: '*/read gives nothing else',
    given: [assign(CI, 'Reader', SUB)],
    says: can('Microsoft.Storage/storageAccounts/listKeys/action', RG),
    expected: 'no',
  },
  {
    doc: `${RBAC}/role-definitions#actions-format`,
    what: '* in the middle',
    given: [role('x', { actions: ['Microsoft.Compute/*/read'] }), assign(CI, 'x', SUB)],
    says: can('Microsoft.Compute/virtualMachines/extensions/read', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#actions-format`,
    what: 'names of operations know no capitals',
    given: [role('x', { actions: ['microsoft.compute/VIRTUALMACHINES/Start/Action'] }), assign(CI, 'x', SUB)],
    says: can('Microsoft.Compute/virtualMachines/start/action', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#control-and-data-actions`,
    what: 'Owner has no data actions: * of Actions is none of DataActions',
    given: [assign(CI, 'Owner', SUB)],
    says: can(READ_BLOB, RG),
    expected: 'no',
  },
  {
    doc: `${RBAC}/role-definitions#dataactions`,
    what: 'Storage Blob Data Reader reads blobs',
    given: [assign(CI, 'Storage Blob Data Reader', SUB)],
    says: can(READ_BLOB, RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-definitions#dataactions`,
    what: 'DataActions give no control actions',
    given: [role('x', { dataActions: ['*'] }), assign(CI, 'x', SUB)],
    says: can('Microsoft.Storage/storageAccounts/delete', RG),
    expected: 'no',
  },
  {
    doc: `${RBAC}/role-definitions#notdataactions`,
    what: 'NotDataActions are taken off DataActions',
    given: [
      role('x', {
        dataActions: ['Microsoft.KeyVault/vaults/*'],
        notDataActions: ['Microsoft.KeyVault/vaults/secrets/*'],
      }),
      assign(CI, 'x', SUB),
    ],
    says: can(GET_SECRET, VAULT),
    expected: 'no',
  },
  {
    doc: `${RBAC}/scope-overview#scope-levels`,
    what: 'is inherited from the subscription by what is in it',
    given: [assign(CI, 'Contributor', SUB)],
    says: can('Microsoft.Compute/virtualMachines/write', VM),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/scope-overview#scope-levels`,
    what: 'of one group says nothing about another',
    given: [assign(CI, 'Contributor', RG)],
    says: can('Microsoft.Compute/virtualMachines/write', `${SUB}/resourceGroups/other`),
    expected: 'no',
  },
  {
    doc: `${RBAC}/scope-overview#scope-format`,
    what: 'is compared by whole segments: shop is not shop-2',
    given: [assign(CI, 'Contributor', RG)],
    says: can('Microsoft.Compute/virtualMachines/write', `${RG}-2/providers/Microsoft.Compute/virtualMachines/x`),
    expected: 'no',
  },
  {
    doc: `${RBAC}/scope-overview#scope-format`,
    what: 'knows no capitals',
    given: [assign(CI, 'Contributor', RG.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'))],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/scope-overview#scope-levels`,
    what: 'of a group is none of all of the subscription',
    given: [assign(CI, 'Contributor', RG)],
    says: can('Microsoft.Compute/virtualMachines/write', SUB),
    expected: 'no',
  },
  {
    doc: `learn.microsoft.com/azure/governance/management-groups/overview`,
    what: 'is inherited from a management group',
    given: [below(MG, subscription), assign(CI, 'Contributor', MG)],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'yes',
  },
  {
    doc: `learn.microsoft.com/azure/governance/management-groups/overview`,
    what: 'through groups in groups',
    given: [below(MG, { ...below(`${MG}-prod`, subscription) }), assign(CI, 'Contributor', MG)],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'yes',
  },
  {
    doc: `learn.microsoft.com/azure/governance/management-groups/overview`,
    what: 'where the place of the subscription was not read it is an if',
    given: [assign(CI, 'Contributor', MG)],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'if',
  },
  {
    doc: `learn.microsoft.com/azure/governance/management-groups/overview`,
    what: 'a group on another branch gives nothing',
    given: [
      {
        ...below(MG, below(`${MG}-a`, subscription)),
        children: [
          below(`${MG}-a`, subscription),
          { id: `${MG}-b`, name: 'b', type: 'Microsoft.Management/managementGroups' },
        ],
      },
      assign(CI, 'Contributor', `${MG}-b`),
    ],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'no',
  },
  {
    doc: `learn.microsoft.com/azure/governance/management-groups/overview#root-management-group-for-each-directory`,
    what: 'the root group, whose name is the tenant, holds every subscription',
    given: [
      { id: SUB, subscriptionId: SUB.slice(15), displayName: 's', state: 'Enabled', tenantId: TENANT },
      assign(CI, 'Contributor', `/providers/Microsoft.Management/managementGroups/${TENANT}`),
    ],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/overview#groups`,
    what: 'reaches members of groups, of groups in groups, too',
    given: [
      group('inner', [CI]),
      group('outer', [object('group', 'inner')]),
      assign(object('group', 'outer'), 'Contributor', SUB, { principalType: 'Group' }),
    ],
    says: can('Microsoft.Compute/virtualMachines/write', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/overview#groups`,
    what: 'circles of groups end',
    given: [
      group('inner', [CI, object('group', 'outer')]),
      group('outer', [object('group', 'inner')]),
      assign(object('group', 'outer'), 'Reader', SUB, { principalType: 'Group' }),
    ],
    says: can('Microsoft.Web/sites/read', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/role-assignments#principal`,
    what: 'a role that was not read is unknown, not nothing',
    given: [assign(CI, guid('nowhere'), SUB)],
    says: can('Microsoft.Web/sites/write', SUB),
    expected: 'if',
  },
  {
    doc: `${RBAC}/role-assignments#principal`,
    what: 'and makes nobody admin',
    given: [assign(CI, guid('nowhere'), SUB)],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${RBAC}/role-assignments#principal`,
    what: 'an assignment by object id is the service principal’s that has that id',
    given: [assign(CI, 'Owner', SUB, { principalType: 'Unknown' })],
    says: admin,
    expected: 'yes',
  },
  // Built-in roles
  {
    doc: `${RBAC}/built-in-roles/privileged#owner`,
    what: 'Owner of a subscription is admin',
    given: [assign(CI, 'Owner', SUB)],
    says: admin,
    expected: 'yes',
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#owner`,
    what: 'Owner of a resource group is not',
    given: [assign(CI, 'Owner', RG)],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#owner`,
    what: 'Owner of a management group is',
    given: [assign(CI, 'Owner', MG)],
    says: admin,
    expected: 'yes',
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#contributor`,
    what: 'Contributor is not',
    given: [assign(CI, 'Contributor', SUB)],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#contributor`,
    what: 'Contributor with User Access Administrator is, apart from the few things left out',
    given: [assign(CI, 'Contributor', SUB), assign(CI, 'User Access Administrator', SUB)],
    says: admin,
    expected: 'if',
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#contributor`,
    what: 'unless both hold somewhere else only',
    given: [assign(CI, 'Contributor', SUB), assign(CI, 'User Access Administrator', RG)],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#user-access-administrator`,
    what: 'User Access Administrator can make itself owner',
    given: [assign(CI, 'User Access Administrator', '/')],
    says: to('azure-role-assign'),
    expected: { [spId('ci')]: 'yes' },
  },
  {
    doc: `${RBAC}/built-in-roles/privileged#role-based-access-control-administrator`,
    what: 'so can RBAC Administrator',
    given: [assign(CI, 'Role Based Access Control Administrator', SUB)],
    says: to('azure-role-assign'),
    expected: { [spId('ci')]: 'yes' },
  },
  {
    doc: `${RBAC}/built-in-roles/security#key-vault-secrets-user`,
    what: 'Key Vault Secrets User reads secrets',
    given: [assign(CI, 'Key Vault Secrets User', VAULT)],
    says: can(GET_SECRET, VAULT),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/built-in-roles/security#key-vault-reader`,
    what: 'Key Vault Reader does not',
    given: [assign(CI, 'Key Vault Reader', VAULT)],
    says: can(GET_SECRET, VAULT),
    expected: 'no',
  },
  {
    doc: `${RBAC}/built-in-roles/security#key-vault-contributor`,
    what: 'Key Vault Contributor does not, and may write access policies',
    given: [assign(CI, 'Key Vault Contributor', VAULT)],
    says: (view) => [can(GET_SECRET, VAULT)(view), can('Microsoft.KeyVault/vaults/accessPolicies/write', VAULT)(view)],
    expected: ['no', 'yes'],
  },
  {
    doc: `${RBAC}/built-in-roles/security#key-vault-data-access-administrator`,
    what: 'the role’s own condition keeps it from assigning Owner',
    given: [assign(CI, 'Key Vault Data Access Administrator', SUB)],
    says: to('azure-role-assign'),
    expected: {},
  },
  {
    doc: `${RBAC}/built-in-roles/identity#managed-identity-operator`,
    what: 'Managed Identity Operator may assign an identity',
    given: [assign(CI, 'Managed Identity Operator', RG)],
    says: can('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', IDENTITY),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/built-in-roles/identity#managed-identity-operator`,
    what: 'which alone leads nowhere',
    given: [sp('deployer'), identity(IDENTITY, 'deployer'), assign(CI, 'Managed Identity Operator', RG)],
    says: (view) => evaluate(view, spId('ci')).escalations,
    expected: [],
  },
  {
    doc: `${RBAC}/built-in-roles/storage#storage-account-contributor`,
    what: 'Storage Account Contributor lists keys',
    given: [assign(CI, 'Storage Account Contributor', RG)],
    says: can('Microsoft.Storage/storageAccounts/listKeys/action', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/custom-roles`,
    what: 'a definition in the inventory counts before the table',
    given: [role('Owner', { actions: ['*/read'] }), assign(CI, 'Owner', SUB)],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${RBAC}/custom-roles`,
    what: 'a custom role equal to Owner is admin',
    given: [role('x', { actions: ['*'] }), assign(CI, 'x', SUB)],
    says: admin,
    expected: 'yes',
  },
  // Deny assignments
  {
    doc: `${RBAC}/deny-assignments`,
    what: 'deny wins over a role',
    given: [assign(CI, 'Contributor', SUB), deny(RG, { actions: ['*/delete'] })],
    says: can('Microsoft.Web/sites/delete', RG),
    expected: 'no',
  },
  {
    doc: `${RBAC}/deny-assignments`,
    what: 'what it does not name is left',
    given: [assign(CI, 'Contributor', SUB), deny(RG, { actions: ['*/delete'] })],
    says: can('Microsoft.Web/sites/write', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'notActions are taken off what is denied',
    given: [assign(CI, 'Contributor', SUB), deny(RG, { actions: ['*'], notActions: ['*/read'] })],
    says: can('Microsoft.Web/sites/read', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'it is inherited by what is below',
    given: [assign(CI, 'Contributor', SUB), deny(SUB, { actions: ['*/delete'] })],
    says: can('Microsoft.Web/sites/delete', VM),
    expected: 'no',
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'unless doNotApplyToChildScopes',
    given: [assign(CI, 'Contributor', SUB), deny(SUB, { actions: ['*/delete'] }, { doNotApplyToChildScopes: true })],
    says: (view) => [can('Microsoft.Web/sites/delete', VM)(view), can('Microsoft.Web/sites/delete', SUB)(view)],
    expected: ['yes', 'no'],
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'excludePrincipals are not denied',
    given: [
      sp('ci'),
      assign(CI, 'Contributor', SUB),
      deny(RG, { actions: ['*/delete'] }, { excludePrincipals: [{ id: CI, type: 'ServicePrincipal' }] }),
    ],
    says: can('Microsoft.Web/sites/delete', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'nor members of an excluded group',
    given: [
      sp('ci'),
      group('ops', [CI]),
      assign(CI, 'Contributor', SUB),
      deny(RG, { actions: ['*/delete'] }, { excludePrincipals: [{ id: object('group', 'ops'), type: 'Group' }] }),
    ],
    says: can('Microsoft.Web/sites/delete', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'of another principal concerns nobody else',
    given: [
      assign(CI, 'Contributor', SUB),
      deny(RG, { actions: ['*/delete'] }, { principals: [{ id: object('sp', 'other'), type: 'ServicePrincipal' }] }),
    ],
    says: can('Microsoft.Web/sites/delete', RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/deny-assignments#deny-assignment-properties`,
    what: 'data actions apart',
    given: [assign(CI, 'Storage Blob Data Owner', SUB), deny(RG, { actions: ['*'] })],
    says: can(READ_BLOB, RG),
    expected: 'yes',
  },
  {
    doc: `${RBAC}/deny-assignments`,
    what: 'an owner from whom everything is taken is none',
    given: [assign(CI, 'Owner', SUB), deny(SUB, { actions: ['*'] })],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${RBAC}/deny-assignments`,
    what: 'an owner from whom something is taken is one, with a condition',
    given: [assign(CI, 'Owner', SUB), deny(SUB, { actions: ['Microsoft.Web/sites/delete'] })],
    says: admin,
    expected: 'if',
  },
  {
    doc: `${RBAC}/deny-assignments`,
    what: 'a resource group that is locked makes no less an owner',
    given: [assign(CI, 'Owner', SUB), deny(RG, { actions: ['*'] })],
    says: admin,
    expected: 'yes',
  },
  // Conditions
  {
    doc: `${RBAC}/conditions-format#how-a-condition-is-evaluated`,
    what: 'an action that a condition does not target is allowed',
    given: [
      assign(
        CI,
        'Storage Blob Data Owner',
        SUB,
        abac(
          "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'})) OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'))",
        ),
      ),
    ],
    says: (view) => [can(READ_BLOB, RG)(view), can(READ_BLOB.replace('read', 'delete'), RG)(view)],
    expected: ['if', 'yes'],
  },
  {
    doc: `${RBAC}/conditions-format#grouping-and-precedence`,
    what: 'AND beside OR without parentheses is unknown',
    given: [assign(CI, 'Reader', SUB, abac("!(ActionMatches{'x'}) OR ActionMatches{'y'} AND ActionMatches{'z'}"))],
    says: can('Microsoft.Web/sites/read', SUB),
    expected: 'if',
  },
  {
    doc: `${RBAC}/conditions-format`,
    what: 'what is no condition at all is unknown',
    given: [assign(CI, 'Reader', SUB, abac('whatever (('))],
    says: can('Microsoft.Web/sites/read', SUB),
    expected: 'if',
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-constrain-roles`,
    what: 'who may assign Reader only cannot make itself owner',
    given: [assign(CI, 'User Access Administrator', SUB, ONLY(READER))],
    says: to('azure-role-assign'),
    expected: {},
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-constrain-roles`,
    what: 'who may assign Owner among others can',
    given: [assign(CI, 'Role Based Access Control Administrator', SUB, ONLY(READER, OWNER))],
    says: to('azure-role-assign'),
    expected: { [spId('ci')]: 'yes' },
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-allow-most-roles-but-dont-allow-others-to-assign-roles`,
    what: 'all but the privileged roles is no way',
    given: [assign(CI, 'User Access Administrator', SUB, NOT(OWNER, UAA, RBAC_ADMIN))],
    says: to('azure-role-assign'),
    expected: {},
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-allow-most-roles-but-dont-allow-others-to-assign-roles`,
    what: 'all but two of the three is one',
    given: [assign(CI, 'User Access Administrator', SUB, NOT(OWNER, UAA))],
    says: to('azure-role-assign'),
    expected: { [spId('ci')]: 'yes' },
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-constrain-roles-and-principal-types`,
    what: 'to groups only leads to itself when it is in one',
    given: [
      sp('ci'),
      group('ops', [CI]),
      assign(
        CI,
        'Role Based Access Control Administrator',
        SUB,
        abac(
          "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'Group'}))",
        ),
      ),
    ],
    says: to('azure-role-assign'),
    expected: { [spId('ci')]: 'yes' },
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-constrain-roles-and-principal-types`,
    what: 'and not when it is in none',
    given: [
      sp('ci'),
      assign(
        CI,
        'Role Based Access Control Administrator',
        SUB,
        abac(
          "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'Group'}))",
        ),
      ),
    ],
    says: to('azure-role-assign'),
    expected: {},
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-constrain-roles-and-specific-groups`,
    what: 'to certain principals, and it is none of them',
    given: [
      sp('ci'),
      assign(
        CI,
        'Role Based Access Control Administrator',
        SUB,
        abac(
          `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {${guid('somebody')}}))`,
        ),
      ),
    ],
    says: to('azure-role-assign'),
    expected: {},
  },
  {
    doc: `${RBAC}/delegate-role-assignments-examples#example-constrain-add-role-assignments`,
    what: 'where its object id was not read it is an if',
    given: [
      assign(guid('unlisted'), 'Role Based Access Control Administrator', SUB, {
        principalName: guid('app ci'),
        ...abac(
          `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:UnknownAttribute] ForAnyOfAnyValues:GuidEquals {${guid('x')}}))`,
        ),
      }),
    ],
    says: to('azure-role-assign'),
    expected: { [spId('ci')]: 'if' },
  },
  // PIM
  {
    doc: `${ENTRA}/id-governance/privileged-identity-management/pim-configure#terminology`,
    what: 'eligible is not active: no admin, and a way',
    given: [user('ada'), { ...directoryRole(object('user', 'ada'), GA), roleEligibilityScheduleId: 's' }],
    says: (view) => [short(evaluate(view, userId('ada')).admin), ways(view, userId('ada'), 'pim-activate')],
    expected: ['no', { [userId('ada')]: 'if' }],
  },
  {
    doc: `${ENTRA}/id-governance/privileged-identity-management/pim-configure#terminology`,
    what: 'the same for a role of Azure',
    given: [
      user('ada'),
      {
        ...assign(object('user', 'ada'), 'Owner', SUB, { principalType: 'User' }),
        type: 'Microsoft.Authorization/roleEligibilityScheduleInstances',
      },
    ],
    says: (view) => [short(evaluate(view, userId('ada')).admin), ways(view, userId('ada'), 'pim-activate')],
    expected: ['no', { [userId('ada')]: 'if' }],
  },
  {
    doc: `${ENTRA}/id-governance/privileged-identity-management/pim-configure#terminology`,
    what: 'active until a date is an if that says so',
    given: [
      user('ada'),
      directoryRole(object('user', 'ada'), GA, { assignmentType: 'Activated', endDateTime: '2026-02-01T00:00:00Z' }),
    ],
    says: (view) => evaluate(view, userId('ada')).admin,
    expected: { if: ['before 2026-02-01T00:00:00.000Z'] },
  },
  {
    doc: `learn.microsoft.com/graph/api/resources/unifiedroleassignmentscheduleinstance`,
    what: 'the same assignment without its end is no second one',
    given: [
      user('ada'),
      directoryRole(object('user', 'ada'), GA),
      directoryRole(object('user', 'ada'), GA, { assignmentType: 'Activated', endDateTime: '2026-02-01T00:00:00Z' }),
    ],
    says: (view) => short(evaluate(view, userId('ada')).admin),
    expected: 'if',
  },
  {
    doc: `${ENTRA}/id-governance/privileged-identity-management/pim-configure#terminology`,
    what: 'assigned for good is standing',
    given: [user('ada'), directoryRole(object('user', 'ada'), GA, { assignmentType: 'Assigned', endDateTime: null })],
    says: (view) => evaluate(view, userId('ada')).admin,
    expected: 'yes',
  },
  // Directory
  {
    doc: `${ENTRA}/identity/role-based-access-control/permissions-reference#global-administrator`,
    what: 'Global Administrator is admin',
    given: [sp('ci'), directoryRole(CI, GA)],
    says: admin,
    expected: 'yes',
  },
  {
    doc: `${ENTRA}/identity/role-based-access-control/permissions-reference#application-administrator`,
    what: 'Application Administrator for one application is not, and may put a credential on it',
    given: [
      sp('ci'),
      sp('shop'),
      application('shop'),
      directoryRole(CI, '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', {
        directoryScopeId: `/${object('application', 'shop')}`,
      }),
    ],
    says: (view) => [admin(view), ways(view, spId('ci'), 'entra-application-credential')],
    expected: ['no', { [spId('shop')]: 'yes' }],
  },
  {
    doc: `${ENTRA}/identity/role-based-access-control/administrative-units`,
    what: 'a role over an administrative unit is no tier 0',
    given: [
      sp('ci'),
      directoryRole(CI, 'fe930be7-5e62-47db-91af-98c3a49a38b1', {
        directoryScopeId: `/administrativeUnits/${guid('unit')}`,
      }),
    ],
    says: admin,
    expected: 'no',
  },
  {
    doc: `${ENTRA}/identity/role-based-access-control/groups-concept`,
    what: 'a role of a group is its members’',
    given: [
      sp('ci'),
      group('admins', [CI], { isAssignableToRole: true }),
      directoryRole(object('group', 'admins'), GA),
    ],
    says: admin,
    expected: 'yes',
  },
  {
    doc: `${ENTRA}/identity/role-based-access-control/groups-concept`,
    what: 'who may change members of groups may not of role-assignable ones',
    given: [
      sp('ci'),
      group('admins', [], { isAssignableToRole: true }),
      group('plain', []),
      appRole(CI, 'dbaae8cf-10b5-4b86-a4a1-f871c94c6695'),
    ],
    says: to('graph-group-member'),
    expected: { [groupId('plain')]: 'yes' },
  },
  {
    doc: `${ENTRA}/identity/role-based-access-control/custom-enterprise-app-permissions`,
    what: 'a custom role opens what its actions open',
    given: [
      sp('ci'),
      sp('shop'),
      application('shop'),
      {
        id: guid('keeper'),
        displayName: 'keeper',
        isBuiltIn: false,
        templateId: guid('keeper'),
        rolePermissions: [{ allowedResourceActions: ['microsoft.directory/applications/credentials/update'] }],
      },
      directoryRole(CI, guid('keeper')),
    ],
    says: to('entra-application-credential'),
    expected: { [spId('shop')]: 'yes' },
  },
  {
    doc: `learn.microsoft.com/graph/permissions-reference#rolemanagementreadwritedirectory`,
    what: 'gives itself any directory role',
    given: [sp('ci'), appRole(CI, '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8')],
    says: to('graph-role-assign'),
    expected: { [spId('ci')]: 'yes' },
  },
  {
    doc: `learn.microsoft.com/graph/permissions-reference`,
    what: 'an app role of that id on another application is none of Graph’s',
    given: [
      sp('ci'),
      sp('own'),
      appRole(CI, '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8', {
        resourceId: object('sp', 'own'),
        resourceDisplayName: 'Microsoft Graph',
      }),
    ],
    says: to('graph-role-assign'),
    expected: {},
  },
  {
    doc: `${ENTRA}/identity-platform/permissions-consent-overview#access-scenarios`,
    what: 'delegated permissions are only as good as who signs in',
    given: [
      sp('ci'),
      {
        clientId: CI,
        consentType: 'AllPrincipals',
        id: 'g',
        principalId: null,
        resourceId: guid('graph'),
        scope: 'User.Read RoleManagement.ReadWrite.Directory',
      },
    ],
    says: to('graph-delegated'),
    expected: { [spId('ci')]: 'if' },
  },
  {
    doc: `${ENTRA}/identity/enterprise-apps/overview-assign-app-owners`,
    what: 'an owner of an application puts a credential on it',
    given: [
      user('ada'),
      sp('shop'),
      application('shop', { owners: [{ '@odata.type': '#microsoft.graph.user', id: object('user', 'ada') }] }),
    ],
    says: (view) => ways(view, userId('ada'), 'entra-owner-credential'),
    expected: { [spId('shop')]: 'yes' },
  },
  {
    doc: `learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby`,
    what: 'a program that owns one needs the permission besides',
    given: [
      sp('ci'),
      sp('shop'),
      application('shop', { owners: [{ '@odata.type': '#microsoft.graph.servicePrincipal', id: CI }] }),
    ],
    says: to('entra-owner-credential'),
    expected: { [spId('shop')]: 'if' },
  },
  {
    doc: `learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby`,
    what: 'and has it',
    given: [
      sp('ci'),
      sp('shop'),
      application('shop', { owners: [{ '@odata.type': '#microsoft.graph.servicePrincipal', id: CI }] }),
      appRole(CI, '18a4783c-866b-4cc7-a460-3d5e5662c884'),
    ],
    says: to('entra-owner-credential'),
    expected: { [spId('shop')]: 'yes' },
  },
  {
    doc: `${ENTRA}/identity-platform/howto-configure-app-instance-property-locks`,
    what: 'an owner of a service principal is kept out by the lock',
    given: [
      user('ada'),
      sp('shop', { owners: [{ '@odata.type': '#microsoft.graph.user', id: object('user', 'ada') }] }),
      application('shop', { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } }),
    ],
    says: (view) => ways(view, userId('ada'), 'entra-owner-credential'),
    expected: {},
  },
  {
    doc: `${ENTRA}/identity-platform/howto-configure-app-instance-property-locks`,
    what: 'and not without one',
    given: [
      user('ada'),
      sp('shop', { owners: [{ '@odata.type': '#microsoft.graph.user', id: object('user', 'ada') }] }),
      application('shop', { servicePrincipalLockConfiguration: { isEnabled: false } }),
    ],
    says: (view) => ways(view, userId('ada'), 'entra-owner-credential'),
    expected: { [spId('shop')]: 'yes' },
  },
  {
    doc: `${ENTRA}/identity-platform/app-objects-and-service-principals`,
    what: 'an application signs in as its service principal',
    given: [application('shop'), sp('shop')],
    says: (view) => ways(view, `azure:application:${guid('app shop')}`, 'signs-in-as'),
    expected: { [spId('shop')]: 'yes' },
  },
  // Federation
  {
    doc: `${ENTRA}/workload-id/workload-identity-federation-considerations`,
    what: 'a subject is matched exactly, with its issuer and audience',
    given: [
      sp('ci'),
      application('ci', {
        federatedIdentityCredentials: [
          {
            id: 'f',
            name: 'f',
            issuer: 'https://token.actions.githubusercontent.com',
            subject: 'repo:acme/shop:ref:refs/heads/main',
            audiences: ['api://AzureADTokenExchange'],
          },
        ],
      }),
    ],
    says: (view) => evaluate(view, spId('ci')).federation.map(({ verdict, audience }) => [verdict, audience]),
    expected: [['name-only', true]],
  },
  {
    doc: `${ENTRA}/workload-id/workload-identities-flexible-federated-identity-credentials`,
    what: 'a flexible credential matches by wildcard',
    given: [
      sp('ci'),
      application('ci', {
        federatedIdentityCredentials: [
          {
            id: 'f',
            name: 'f',
            issuer: 'https://token.actions.githubusercontent.com',
            claimsMatchingExpression: { value: "claims['sub'] matches 'repo:acme/*'", languageVersion: 1 },
            audiences: ['a'],
          },
        ],
      }),
    ],
    says: (view) => evaluate(view, spId('ci')).federation.map(({ verdict }) => verdict),
    expected: ['organization-wide'],
  },
  {
    doc: `${ENTRA}/workload-id/workload-identities-flexible-federated-identity-credentials`,
    what: 'an expression that is not understood is unknown',
    given: [
      sp('ci'),
      application('ci', {
        federatedIdentityCredentials: [
          {
            id: 'f',
            name: 'f',
            issuer: 'https://token.actions.githubusercontent.com',
            claimsMatchingExpression: { value: "claims['sub'] like 'x'", languageVersion: 2 },
            audiences: ['a'],
          },
        ],
      }),
    ],
    says: (view) => evaluate(view, spId('ci')).federation.map(({ verdict }) => verdict),
    expected: ['unknown'],
  },
  {
    doc: `${ENTRA}/identity/managed-identities-azure-resources/overview`,
    what: 'a machine runs as its identity',
    given: [sp('web', { servicePrincipalType: 'ManagedIdentity', alternativeNames: ['isExplicit=False', VM] })],
    says: (view) => ways(view, `azure:workload:${VM.toLowerCase()}`, 'runs-as'),
    expected: { [spId('web')]: 'yes' },
  },
];

describe('as documented', () => {
  it.each(ROWS.map((row) => [`${row.doc}: ${row.what}`, row] as const))('%s', async (_, { given, says, expected }) => {
    const known = given.some((element) => 'appId' in element && element.appId === guid('app ci'));
    const named = given.some((element) => 'principalName' in element);
    expect(says(await tenant(...(known || named ? given : [sp('ci'), ...given])))).toEqual(expected);
  });

  it('has at least forty rows', () => expect(ROWS.length).toBeGreaterThanOrEqual(40));
});
