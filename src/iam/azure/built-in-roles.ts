/** What a role gives: actions less `notActions`; those of the data plane have `data:` in front. */
export interface RoleTable {
  readonly name: string;
  readonly actions: readonly string[];
  readonly notActions?: readonly string[];
  /** Condition that the role itself carries. */
  readonly condition?: string;
}

export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
export const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
export const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';
export const RBAC_ADMINISTRATOR = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168';

const DEPLOY = [
  'Microsoft.Authorization/*/read',
  'Microsoft.Insights/alertRules/*',
  'Microsoft.Resources/deployments/*',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Support/*',
];
const VAULT_READS = [
  ...DEPLOY,
  'Microsoft.KeyVault/checkNameAvailability/read',
  'Microsoft.KeyVault/deletedVaults/read',
  'Microsoft.KeyVault/locations/*/read',
  'Microsoft.KeyVault/vaults/*/read',
  'Microsoft.KeyVault/operations/read',
];
const VAULT_ROLES =
  '00482a5a-887f-4fb3-b363-3b7fe8e74483, a4417e6f-fecd-4de8-b567-7b0420556985, 14b46e9e-c2b7-41b4-b07b-48a6ebf60603, e147488a-f6f5-4113-8e2d-b22465e65bf6, 12338af0-0e69-4776-bea7-57ae8d297424, 21090545-7ca7-4776-b22c-e363652d74d2, b86a8fe4-44ce-4948-aee5-eccb2c155cd7, 4633458b-17de-408a-b874-0445c86b69e6';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices';
const QUEUES = 'Microsoft.Storage/storageAccounts/queueServices';
const MACHINES = 'Microsoft.Compute/virtualMachines';

/**
 * Built-in roles by id, as far as something hangs on them: an assignment names its role by id, and few export the definitions. Those
 * that are in the inventory count before these. Actions that only read or deploy the role's own surroundings are left out of the
 * longer ones; no role here has less than what is asked of it elsewhere in this folder.
 *
 * Source: Microsoft Learn, "Azure built-in roles" (of July 2026), one article per category.
 */
export const BUILT_IN_ROLES: ReadonlyMap<string, RoleTable> = new Map(
  Object.entries<RoleTable>({
    [OWNER]: { name: 'Owner', actions: ['*'] },
    [CONTRIBUTOR]: {
      name: 'Contributor',
      actions: ['*'],
      notActions: [
        'Microsoft.Authorization/*/Delete',
        'Microsoft.Authorization/*/Write',
        'Microsoft.Authorization/elevateAccess/Action',
        'Microsoft.Blueprint/blueprintAssignments/write',
        'Microsoft.Blueprint/blueprintAssignments/delete',
        'Microsoft.Compute/galleries/share/action',
        'Microsoft.Purview/consents/write',
        'Microsoft.Purview/consents/delete',
        'Microsoft.Resources/deploymentStacks/manageDenySetting/action',
        'Microsoft.Subscription/cancel/action',
        'Microsoft.Subscription/enable/action',
      ],
    },
    [USER_ACCESS_ADMINISTRATOR]: {
      name: 'User Access Administrator',
      actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
    },
    [RBAC_ADMINISTRATOR]: {
      name: 'Role Based Access Control Administrator',
      actions: [
        'Microsoft.Authorization/roleAssignments/write',
        'Microsoft.Authorization/roleAssignments/delete',
        '*/read',
        'Microsoft.Support/*',
      ],
    },
    'acdd72a7-3385-48ef-bd42-f606fba81ae7': { name: 'Reader', actions: ['*/read'] },
    // Key Vault
    '00482a5a-887f-4fb3-b363-3b7fe8e74483': {
      name: 'Key Vault Administrator',
      actions: [...VAULT_READS, 'data:Microsoft.KeyVault/vaults/*'],
    },
    'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': {
      name: 'Key Vault Secrets Officer',
      actions: [...VAULT_READS, 'data:Microsoft.KeyVault/vaults/secrets/*'],
    },
    '4633458b-17de-408a-b874-0445c86b69e6': {
      name: 'Key Vault Secrets User',
      actions: [
        'data:Microsoft.KeyVault/vaults/secrets/getSecret/action',
        'data:Microsoft.KeyVault/vaults/secrets/readMetadata/action',
      ],
    },
    '21090545-7ca7-4776-b22c-e363652d74d2': {
      name: 'Key Vault Reader',
      actions: [
        ...VAULT_READS,
        'data:Microsoft.KeyVault/vaults/*/read',
        'data:Microsoft.KeyVault/vaults/secrets/readMetadata/action',
      ],
    },
    '14b46e9e-c2b7-41b4-b07b-48a6ebf60603': {
      name: 'Key Vault Crypto Officer',
      actions: [
        ...VAULT_READS,
        'data:Microsoft.KeyVault/vaults/keys/*',
        'data:Microsoft.KeyVault/vaults/keyrotationpolicies/*',
      ],
    },
    'a4417e6f-fecd-4de8-b567-7b0420556985': {
      name: 'Key Vault Certificates Officer',
      actions: [
        ...VAULT_READS,
        'data:Microsoft.KeyVault/vaults/certificatecas/*',
        'data:Microsoft.KeyVault/vaults/certificates/*',
        'data:Microsoft.KeyVault/vaults/certificatecontacts/write',
      ],
    },
    'f25e0fa2-a7c8-4377-a976-54943a77a395': {
      name: 'Key Vault Contributor',
      actions: [...DEPLOY, 'Microsoft.KeyVault/*'],
      notActions: [
        'Microsoft.KeyVault/locations/deletedVaults/purge/action',
        'Microsoft.KeyVault/hsmPools/*',
        'Microsoft.KeyVault/managedHsms/*',
      ],
    },
    '8b54135c-b56d-4d72-a534-26097cfdc8d8': {
      name: 'Key Vault Data Access Administrator',
      actions: [
        ...DEPLOY.filter((action) => !action.includes('Insights')),
        'Microsoft.Authorization/roleAssignments/write',
        'Microsoft.Authorization/roleAssignments/delete',
        'Microsoft.Resources/subscriptions/read',
        'Microsoft.Management/managementGroups/read',
        'Microsoft.KeyVault/vaults/*/read',
      ],
      condition: `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{${VAULT_ROLES}})) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{${VAULT_ROLES}}))`,
    },
    // Managed identities
    'e40ec5ca-96e0-45a2-b4ff-59039f2c2b59': {
      name: 'Managed Identity Contributor',
      actions: [
        ...DEPLOY,
        'Microsoft.ManagedIdentity/userAssignedIdentities/read',
        'Microsoft.ManagedIdentity/userAssignedIdentities/write',
        'Microsoft.ManagedIdentity/userAssignedIdentities/delete',
        'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read',
        'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
        'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete',
        'Microsoft.ManagedIdentity/userAssignedIdentities/revokeTokens/action',
      ],
    },
    'f1a07417-d97a-45cb-824c-7a7467783830': {
      name: 'Managed Identity Operator',
      actions: [
        ...DEPLOY,
        'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
        'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
      ],
    },
    // Compute
    '9980e02c-c2be-4d73-94e8-173b1dc7cf3c': {
      name: 'Virtual Machine Contributor',
      actions: [
        ...DEPLOY,
        'Microsoft.Compute/availabilitySets/*',
        'Microsoft.Compute/locations/*',
        `${MACHINES}/*`,
        'Microsoft.Compute/virtualMachineScaleSets/*',
        'Microsoft.Compute/cloudServices/*',
        'Microsoft.Compute/disks/write',
        'Microsoft.Compute/disks/read',
        'Microsoft.Compute/disks/delete',
        'Microsoft.DevTestLab/schedules/*',
        'Microsoft.Network/locations/*',
        'Microsoft.Network/networkInterfaces/*',
        'Microsoft.Network/networkSecurityGroups/join/action',
        'Microsoft.Network/publicIPAddresses/join/action',
        'Microsoft.Network/virtualNetworks/read',
        'Microsoft.Network/virtualNetworks/subnets/join/action',
        'Microsoft.Storage/storageAccounts/listKeys/action',
        'Microsoft.Storage/storageAccounts/read',
      ],
    },
    '1c0163c0-47e6-4577-8991-ea5c82e286e4': {
      name: 'Virtual Machine Administrator Login',
      actions: [
        `${MACHINES}/*/read`,
        'Microsoft.HybridCompute/machines/*/read',
        `data:${MACHINES}/login/action`,
        `data:${MACHINES}/loginAsAdmin/action`,
        'data:Microsoft.HybridCompute/machines/login/action',
        'data:Microsoft.HybridCompute/machines/loginAsAdmin/action',
      ],
    },
    'fb879df8-f326-4884-b1cf-06f3ad86be52': {
      name: 'Virtual Machine User Login',
      actions: [
        `${MACHINES}/*/read`,
        'Microsoft.HybridCompute/machines/*/read',
        `data:${MACHINES}/login/action`,
        'data:Microsoft.HybridCompute/machines/login/action',
      ],
    },
    '4f8fab4f-1852-4a58-a46a-8eaf358af14a': {
      name: 'Avere Contributor',
      actions: [
        ...DEPLOY,
        'Microsoft.Compute/*/read',
        'Microsoft.Compute/availabilitySets/*',
        'Microsoft.Compute/proximityPlacementGroups/*',
        `${MACHINES}/*`,
        'Microsoft.Compute/disks/*',
        'Microsoft.Network/*/read',
        'Microsoft.Network/networkInterfaces/*',
        'Microsoft.Network/virtualNetworks/subnets/join/action',
        'Microsoft.Network/networkSecurityGroups/join/action',
        'Microsoft.Storage/*/read',
        'Microsoft.Storage/storageAccounts/*',
        `data:${BLOBS}/containers/blobs/delete`,
        `data:${BLOBS}/containers/blobs/read`,
        `data:${BLOBS}/containers/blobs/write`,
      ],
    },
    // Storage
    '17d1049b-9a84-46fb-8f53-869881c3d3ab': {
      name: 'Storage Account Contributor',
      actions: [
        ...DEPLOY,
        'Microsoft.Insights/diagnosticSettings/*',
        'Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action',
        'Microsoft.Storage/storageAccounts/*',
      ],
    },
    '81a9662b-bebf-436f-a333-f67b29880f12': {
      name: 'Storage Account Key Operator Service Role',
      actions: [
        'Microsoft.Storage/storageAccounts/listkeys/action',
        'Microsoft.Storage/storageAccounts/regeneratekey/action',
      ],
    },
    'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': {
      name: 'Storage Blob Data Owner',
      actions: [
        `${BLOBS}/containers/*`,
        `${BLOBS}/generateUserDelegationKey/action`,
        `data:${BLOBS}/containers/blobs/*`,
      ],
    },
    'ba92f5b4-2d11-453d-a403-e96b0029c9fe': {
      name: 'Storage Blob Data Contributor',
      actions: [
        `${BLOBS}/containers/delete`,
        `${BLOBS}/containers/read`,
        `${BLOBS}/containers/write`,
        `${BLOBS}/generateUserDelegationKey/action`,
        `data:${BLOBS}/containers/blobs/delete`,
        `data:${BLOBS}/containers/blobs/read`,
        `data:${BLOBS}/containers/blobs/write`,
        `data:${BLOBS}/containers/blobs/move/action`,
        `data:${BLOBS}/containers/blobs/add/action`,
      ],
    },
    '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': {
      name: 'Storage Blob Data Reader',
      actions: [
        `${BLOBS}/containers/read`,
        `${BLOBS}/generateUserDelegationKey/action`,
        `data:${BLOBS}/containers/blobs/read`,
      ],
    },
    '974c5e8b-45b9-4653-ba55-5f855dd0fb88': {
      name: 'Storage Queue Data Contributor',
      actions: [
        `${QUEUES}/queues/delete`,
        `${QUEUES}/queues/read`,
        `${QUEUES}/queues/write`,
        `data:${QUEUES}/queues/messages/delete`,
        `data:${QUEUES}/queues/messages/read`,
        `data:${QUEUES}/queues/messages/write`,
        `data:${QUEUES}/queues/messages/process/action`,
      ],
    },
    // Web, containers, automation
    'de139f84-1756-47ae-9be6-808fbbe84772': {
      name: 'Website Contributor',
      actions: [...DEPLOY, 'Microsoft.Insights/components/*', 'Microsoft.Web/certificates/*', 'Microsoft.Web/sites/*'],
    },
    '0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8': {
      name: 'Azure Kubernetes Service Cluster Admin Role',
      actions: [
        'Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action',
        'Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action',
        'Microsoft.ContainerService/managedClusters/read',
        'Microsoft.ContainerService/managedClusters/runcommand/action',
      ],
    },
    'f353d9bd-d4a6-484e-a77a-8050b599b867': {
      name: 'Automation Contributor',
      actions: [...DEPLOY, 'Microsoft.Automation/automationAccounts/*', 'Microsoft.Insights/diagnosticSettings/*'],
    },
    '87a39d53-fc1b-424a-814c-f7e04687dc9e': {
      name: 'Logic App Contributor',
      actions: [
        ...DEPLOY,
        'Microsoft.Logic/*',
        'Microsoft.Web/connections/*',
        'Microsoft.Web/connectionGateways/*',
        'Microsoft.Web/serverFarms/join/action',
        'Microsoft.Web/serverFarms/read',
        'Microsoft.Web/sites/functions/listSecrets/action',
      ],
    },
    '7f951dda-4ed3-4680-a7ca-43fe172d538d': {
      name: 'AcrPull',
      actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
    },
    '8311e382-0749-4cb8-b61a-304f252e45ec': {
      name: 'AcrPush',
      actions: [
        'Microsoft.ContainerRegistry/registries/pull/read',
        'Microsoft.ContainerRegistry/registries/push/write',
      ],
    },
  }),
);
