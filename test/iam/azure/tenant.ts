import { createHash } from 'node:crypto';
import { azureScanner } from '../../../scanners/azure/index.ts';
import { BUILT_IN_ROLES } from '../../../src/iam/azure/built-in-roles.ts';
import { azureEvaluator } from '../../../src/iam/azure/evaluator.ts';
import type { Answer } from '../../../src/model/answer.ts';
import type { EffectivePermissions } from '../../../src/model/effective.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { scanBytes } from '../../scanners/scan-bytes.ts';
import { viewOf } from '../../scanners/view-of.ts';

export const TENANT = guid('tenant');
export const SUB = `/subscriptions/${guid('subscription')}`;
export const RG = `${SUB}/resourceGroups/shop`;
export const VM = `${RG}/providers/Microsoft.Compute/virtualMachines/web-1`;
export const IDENTITY = `${RG}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer`;
export const VAULT = `${RG}/providers/Microsoft.KeyVault/vaults/kv`;

/** A GUID for a name, the same each time. */
export function guid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** Reads elements as the documents of one export. */
export async function tenant(...elements: readonly object[]): Promise<Inventory> {
  const { format, facts, problems } = await scanBytes(
    azureScanner,
    'export.json',
    elements.map((element) => JSON.stringify(element)).join('\n'),
  );
  if (format === undefined || problems.length > 0) throw new Error(problems.join('\n') || 'not recognised');
  return viewOf(facts);
}

export const spId = (name: string): string => `azure:service-principal:${guid(`app ${name}`)}`;
export const groupId = (name: string): string => `azure:group:${guid(`group ${name}`)}`;
export const userId = (name: string): string => `azure:user:${guid(`user ${name}`)}`;
export const object = (kind: string, name: string): string => guid(`${kind} ${name}`);

export function sp(name: string, more: object = {}): object {
  return {
    '@odata.type': '#microsoft.graph.servicePrincipal',
    id: object('sp', name),
    appId: guid(`app ${name}`),
    displayName: name,
    servicePrincipalType: 'Application',
    accountEnabled: true,
    ...more,
  };
}

export function application(name: string, more: object = {}): object {
  return {
    '@odata.type': '#microsoft.graph.application',
    id: object('application', name),
    appId: guid(`app ${name}`),
    displayName: name,
    signInAudience: 'AzureADMyOrg',
    ...more,
  };
}

export function group(name: string, members: readonly string[], more: object = {}): object {
  return {
    '@odata.type': '#microsoft.graph.group',
    id: object('group', name),
    displayName: name,
    securityEnabled: true,
    mailEnabled: false,
    isAssignableToRole: null,
    members: members.map((id) => ({ id })),
    ...more,
  };
}

export function user(name: string, more: object = {}): object {
  return { id: object('user', name), userPrincipalName: `${name}@example.com`, accountEnabled: true, ...more };
}

/** Of a role by its id, by the name of a built-in one, or of a name that was given to `role`. */
export function assign(principal: string, role: string, scope: string, more: object = {}): object {
  const name = guid(`${principal} ${role} ${scope} ${JSON.stringify(more)}`);
  return {
    id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    principalId: principal,
    principalType: 'ServicePrincipal',
    roleDefinitionId: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(role)}`,
    scope,
    ...more,
  };
}

export function roleGuid(role: string): string {
  const builtIn = [...BUILT_IN_ROLES].find(([, { name }]) => name === role)?.[0];
  return builtIn ?? (/^[0-9a-f-]{36}$/.test(role) ? role : guid(`role ${role}`));
}

export interface Permissions {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
  readonly condition?: string;
}

export function role(name: string, permissions: Permissions | readonly Permissions[], more: object = {}): object {
  return {
    id: `${SUB}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(name)}`,
    name: roleGuid(name),
    roleName: name,
    roleType: 'CustomRole',
    type: 'Microsoft.Authorization/roleDefinitions',
    assignableScopes: [SUB],
    permissions: [permissions].flat(),
    ...more,
  };
}

export function deny(scope: string, permissions: Permissions, more: object = {}): object {
  const name = guid(`deny ${scope} ${JSON.stringify(permissions)} ${JSON.stringify(more)}`);
  return {
    id: `${scope}/providers/Microsoft.Authorization/denyAssignments/${name}`,
    type: 'Microsoft.Authorization/denyAssignments',
    name,
    properties: {
      denyAssignmentName: `deny ${name.slice(0, 4)}`,
      scope,
      permissions: [permissions],
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      excludePrincipals: [],
      doNotApplyToChildScopes: false,
      ...more,
    },
  };
}

export function directoryRole(principal: string, roleId: string, more: object = {}): object {
  return {
    id: guid(principal + roleId),
    principalId: principal,
    roleDefinitionId: roleId,
    directoryScopeId: '/',
    ...more,
  };
}

export function appRole(principal: string, appRoleId: string, more: object = {}): object {
  return {
    id: guid(principal + appRoleId),
    appRoleId,
    principalId: principal,
    principalType: 'ServicePrincipal',
    resourceId: guid('graph in this tenant'),
    resourceDisplayName: 'Microsoft Graph',
    ...more,
  };
}

/** A resource with a system-assigned identity of the service principal with this name. */
export function host(path: string, type: string, identity: string): object {
  return {
    id: path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type,
    location: 'westeurope',
    identity: { type: 'SystemAssigned', principalId: object('sp', identity), tenantId: TENANT },
  };
}

/** A user-assigned identity; its principal is the service principal with this name. */
export function identity(path: string, name: string): object {
  return {
    id: path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    location: 'westeurope',
    clientId: guid(`app ${name}`),
    principalId: object('sp', name),
    tenantId: TENANT,
  };
}

export function evaluate(inventory: Inventory, id: string): EffectivePermissions {
  const found = azureEvaluator.evaluate(inventory).get(id);
  if (found === undefined) throw new Error(`nothing is said of ${id}`);
  return found;
}

export function ask(inventory: Inventory, id: string, action: string, resource?: string): Answer {
  const asker = azureEvaluator.asker?.(inventory);
  if (asker === undefined) throw new Error('no asker');
  return asker(id, resource === undefined ? { action } : { action, resource }).answer;
}

/** `yes`, `no` or `if`. */
export function short(answer: Answer): 'yes' | 'no' | 'if' {
  return typeof answer === 'string' ? answer : 'if';
}

/** The answers of one way, by its targets. */
export function ways(inventory: Inventory, from: string, way: string): Readonly<Record<string, string>> {
  const { escalations } = azureEvaluator.evaluate(inventory).get(from) ?? { escalations: [] };
  return Object.fromEntries(
    escalations.filter(({ id }) => id === way).map(({ target, answer }) => [target, short(answer)]),
  );
}
