/** One way in Azure from what a principal may do to somebody else, as data. */
export interface EscalationRow {
  readonly id: string;
  /** `host`: the identities of a resource of this type. `identity`: a user-assigned identity. */
  readonly over: { readonly kind: 'host'; readonly type: string } | { readonly kind: 'identity' };
  /** All needed on the resource; data actions have `data:` in front. */
  readonly target: readonly string[];
  /** All needed somewhere, to have something that the identity is given to. */
  readonly anywhere?: readonly string[];
  /** What must be so besides, and no export says. */
  readonly provided?: string;
}

const host = (type: string): EscalationRow['over'] => ({ kind: 'host', type });
const IDENTITY: EscalationRow['over'] = { kind: 'identity' };

const MACHINE = 'Microsoft.Compute/virtualMachines';
const SET = 'Microsoft.Compute/virtualMachineScaleSets';
const ARC = 'Microsoft.HybridCompute/machines';
const SITE = 'Microsoft.Web/sites';
const ACCOUNT = 'Microsoft.Automation/automationAccounts';
const CLUSTER = 'Microsoft.ContainerService/managedClusters';
const FACTORY = 'Microsoft.DataFactory/factories';
const USER_ASSIGNED = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const ASSIGN = `${USER_ASSIGNED}/assign/action`;

const REACHED = 'it can be reached, and signs people in by Entra ID';
const BASIC = 'publishing with basic credentials is on';

/**
 * Whoever runs code on a resource has the tokens of its identities. Actions are those of Microsoft Learn, "Azure permissions" (one
 * article per category); that each runs code is what the documentation of the feature says: run command, VM extensions, custom script,
 * publishing profiles, runbooks, workflows, pipelines, `az aks command`, exec into a container.
 */
const BY_HOST: readonly EscalationRow[] = [
  { id: 'azure-vm-run-command', over: host(MACHINE), target: [`${MACHINE}/runCommand/action`] },
  { id: 'azure-vm-managed-run-command', over: host(MACHINE), target: [`${MACHINE}/runCommands/write`] },
  { id: 'azure-vm-extension', over: host(MACHINE), target: [`${MACHINE}/extensions/write`] },
  { id: 'azure-vm-login', over: host(MACHINE), target: [`data:${MACHINE}/login/action`], provided: REACHED },
  {
    id: 'azure-vm-admin-login',
    over: host(MACHINE),
    target: [`data:${MACHINE}/loginAsAdmin/action`],
    provided: REACHED,
  },
  { id: 'azure-vmss-run-command', over: host(SET), target: [`${SET}/virtualMachines/runCommand/action`] },
  { id: 'azure-vmss-extension', over: host(SET), target: [`${SET}/extensions/write`] },
  { id: 'azure-arc-run-command', over: host(ARC), target: [`${ARC}/runCommands/write`] },
  { id: 'azure-arc-extension', over: host(ARC), target: [`${ARC}/extensions/write`] },
  { id: 'azure-web-publish-profile', over: host(SITE), target: [`${SITE}/publishxml/action`], provided: BASIC },
  { id: 'azure-web-publish-credentials', over: host(SITE), target: [`${SITE}/config/list/action`], provided: BASIC },
  { id: 'azure-web-settings', over: host(SITE), target: [`${SITE}/config/write`] },
  {
    id: 'azure-function-keys',
    over: host(SITE),
    target: [`${SITE}/host/listkeys/action`],
    provided: 'it is a function app whose master key opens its files',
  },
  {
    id: 'azure-automation-runbook',
    over: host(ACCOUNT),
    target: [`${ACCOUNT}/runbooks/draft/write`, `${ACCOUNT}/runbooks/publish/action`, `${ACCOUNT}/jobs/write`],
  },
  { id: 'azure-logic-app', over: host('Microsoft.Logic/workflows'), target: ['Microsoft.Logic/workflows/write'] },
  {
    id: 'azure-aks-run-command',
    over: host(CLUSTER),
    target: [`${CLUSTER}/runCommand/action`],
    provided: 'the cluster lets it run a pod',
  },
  {
    id: 'azure-aks-admin-credential',
    over: host(CLUSTER),
    target: [`${CLUSTER}/listClusterAdminCredential/action`],
    provided: 'local accounts of the cluster are on',
  },
  {
    id: 'azure-container-exec',
    over: host('Microsoft.ContainerInstance/containerGroups'),
    target: ['Microsoft.ContainerInstance/containerGroups/containers/exec/action'],
  },
  {
    id: 'azure-container-app',
    over: host('Microsoft.App/containerApps'),
    target: ['Microsoft.App/containerApps/write'],
  },
  {
    id: 'azure-container-job',
    over: host('Microsoft.App/jobs'),
    target: ['Microsoft.App/jobs/write', 'Microsoft.App/jobs/start/action'],
  },
  {
    id: 'azure-data-factory',
    over: host(FACTORY),
    target: [`${FACTORY}/pipelines/write`, `${FACTORY}/pipelines/createrun/action`],
  },
];

/**
 * Whoever may give a user-assigned identity to something of its own, or let tokens of somewhere else in, has it.
 *
 * Source: Microsoft Learn, "Managed identity best practice recommendations" and "Workload identity federation".
 */
const BY_IDENTITY: readonly EscalationRow[] = [
  { id: 'azure-identity-federate', over: IDENTITY, target: [`${USER_ASSIGNED}/federatedIdentityCredentials/write`] },
  {
    id: 'azure-identity-assign-vm',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: [`${MACHINE}/write`, `${MACHINE}/extensions/write`],
  },
  {
    id: 'azure-identity-assign-vm-command',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: [`${MACHINE}/write`, `${MACHINE}/runCommand/action`],
  },
  {
    id: 'azure-identity-assign-container',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: ['Microsoft.ContainerInstance/containerGroups/write'],
  },
  {
    id: 'azure-identity-assign-container-app',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: ['Microsoft.App/containerApps/write', 'Microsoft.App/managedEnvironments/join/action'],
  },
  {
    id: 'azure-identity-assign-web',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: [`${SITE}/write`, `${SITE}/config/write`],
  },
  {
    id: 'azure-identity-assign-automation',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: [
      `${ACCOUNT}/write`,
      `${ACCOUNT}/runbooks/draft/write`,
      `${ACCOUNT}/runbooks/publish/action`,
      `${ACCOUNT}/jobs/write`,
    ],
  },
  {
    id: 'azure-identity-assign-logic-app',
    over: IDENTITY,
    target: [ASSIGN],
    anywhere: ['Microsoft.Logic/workflows/write'],
  },
];

export const ESCALATION_ROWS: readonly EscalationRow[] = [...BY_HOST, ...BY_IDENTITY];
