import type { EscalationRow } from './escalation.ts';

const IMPERSONATION = 'iam/docs/service-account-permissions';
const ATTACH = 'iam/docs/attach-service-accounts';
const BASIC_POLICY = 'iam/docs/granting-changing-revoking-access';
const ACT_AS = ['iam.serviceAccounts.actAs'];

/** The account itself can be had: a key, a token, a signature that is as good as one, or the right to any of these. */
const BY_ACCOUNT: readonly EscalationRow[] = [
  {
    id: 'gcp-create-key',
    over: 'accounts',
    account: ['iam.serviceAccountKeys.create'],
    source: 'iam/docs/keys-create-delete',
  },
  { id: 'gcp-access-token', over: 'accounts', account: ['iam.serviceAccounts.getAccessToken'], source: IMPERSONATION },
  { id: 'gcp-sign-blob', over: 'accounts', account: ['iam.serviceAccounts.signBlob'], source: IMPERSONATION },
  { id: 'gcp-sign-jwt', over: 'accounts', account: ['iam.serviceAccounts.signJwt'], source: IMPERSONATION },
  {
    id: 'gcp-id-token',
    over: 'accounts',
    account: ['iam.serviceAccounts.getOpenIdToken'],
    provided: 'a service lets the account in by its ID token',
    source: IMPERSONATION,
  },
  {
    id: 'gcp-implicit-delegation',
    over: 'delegated-accounts',
    account: ['iam.serviceAccounts.implicitDelegation'],
    source: 'iam/docs/create-short-lived-credentials-delegated',
  },
  {
    id: 'gcp-account-policy',
    over: 'accounts',
    account: ['iam.serviceAccounts.setIamPolicy'],
    source: 'iam/docs/manage-access-service-accounts',
  },
  {
    id: 'gcp-hmac-key',
    over: 'accounts',
    project: ['storage.hmacKeys.create'],
    provided: 'what is wanted is in Cloud Storage',
    source: 'storage/docs/authentication/managing-hmackeys',
  },
];

/** Whoever writes the policy of a container, or a role that it holds there, gives itself everything in it. */
const BY_POLICY: readonly EscalationRow[] = [
  {
    id: 'gcp-set-iam-policy',
    over: 'container',
    levels: [
      { permission: 'resourcemanager.projects.setIamPolicy', level: 'projects' },
      { permission: 'resourcemanager.folders.setIamPolicy', level: 'folders' },
      { permission: 'resourcemanager.organizations.setIamPolicy', level: 'organizations' },
    ],
    source: BASIC_POLICY,
  },
  { id: 'gcp-update-role', over: 'own-roles', project: ['iam.roles.update'], source: 'iam/docs/creating-custom-roles' },
];

/** Code of one's own, run by a service as an account. */
const BY_COMPUTE: readonly EscalationRow[] = [
  {
    id: 'gcp-create-instance',
    over: 'accounts',
    account: ACT_AS,
    project: [
      'compute.instances.create',
      'compute.disks.create',
      'compute.instances.setMetadata',
      'compute.instances.setServiceAccount',
      'compute.subnetworks.use',
    ],
    source: ATTACH,
  },
  {
    id: 'gcp-create-function',
    over: 'accounts',
    account: ACT_AS,
    project: ['cloudfunctions.functions.create', 'cloudfunctions.functions.sourceCodeSet'],
    either: ['cloudfunctions.functions.call', 'cloudfunctions.functions.setIamPolicy'],
    source: ATTACH,
  },
  {
    id: 'gcp-update-function',
    over: 'accounts',
    account: ACT_AS,
    project: ['cloudfunctions.functions.update', 'cloudfunctions.functions.sourceCodeSet'],
    either: ['cloudfunctions.functions.call', 'cloudfunctions.functions.setIamPolicy'],
    source: ATTACH,
  },
  // A service's container runs when it is deployed: nobody has to call it.
  { id: 'gcp-create-run-service', over: 'accounts', account: ACT_AS, project: ['run.services.create'], source: ATTACH },
  {
    id: 'gcp-create-run-job',
    over: 'accounts',
    account: ACT_AS,
    project: ['run.jobs.create', 'run.jobs.run'],
    source: ATTACH,
  },
  {
    id: 'gcp-create-scheduler-job',
    over: 'accounts',
    account: ACT_AS,
    project: ['cloudscheduler.jobs.create'],
    source: 'scheduler/docs/http-target-auth',
  },
  {
    id: 'gcp-create-composer-environment',
    over: 'accounts',
    account: ACT_AS,
    project: ['composer.environments.create'],
    source: ATTACH,
  },
  {
    id: 'gcp-create-dataproc-cluster',
    over: 'accounts',
    account: ACT_AS,
    project: ['dataproc.clusters.create'],
    source: ATTACH,
  },
  {
    id: 'gcp-create-dataflow-job',
    over: 'accounts',
    account: ACT_AS,
    project: ['dataflow.jobs.create'],
    source: ATTACH,
  },
  {
    id: 'gcp-create-workflow',
    over: 'accounts',
    account: ACT_AS,
    project: ['workflows.workflows.create', 'workflows.executions.create'],
    source: ATTACH,
  },
  {
    id: 'gcp-create-build-as',
    over: 'accounts',
    account: ACT_AS,
    project: ['cloudbuild.builds.create'],
    source: 'build/docs/securing-builds/configure-user-specified-service-accounts',
  },
  {
    id: 'gcp-create-build',
    over: 'build-accounts',
    project: ['cloudbuild.builds.create'],
    source: 'build/docs/cloud-build-service-account',
  },
  {
    id: 'gcp-create-deployment',
    over: 'deployment-accounts',
    project: ['deploymentmanager.deployments.create'],
    source: 'deployment-manager/docs/access-control',
  },
];

/** A machine that runs already, entered by a key or a login of one's own. */
const BY_MACHINE: readonly EscalationRow[] = [
  {
    id: 'gcp-instance-metadata',
    over: 'machine-accounts',
    project: ['compute.instances.setMetadata'],
    source: 'compute/docs/connect/add-ssh-keys',
  },
  {
    id: 'gcp-project-metadata',
    over: 'machine-accounts',
    project: ['compute.projects.setCommonInstanceMetadata'],
    source: 'compute/docs/connect/add-ssh-keys',
  },
  {
    id: 'gcp-os-login',
    over: 'machine-accounts',
    project: ['compute.instances.osLogin'],
    provided: 'the machine lets people in by OS Login',
    source: 'compute/docs/oslogin/set-up-oslogin',
  },
  {
    id: 'gcp-os-admin-login',
    over: 'machine-accounts',
    project: ['compute.instances.osAdminLogin'],
    provided: 'the machine lets people in by OS Login',
    source: 'compute/docs/oslogin/set-up-oslogin',
  },
];

function things(id: string, source: string, ...permissions: readonly string[]): readonly EscalationRow[] {
  return permissions.map((permission) => ({ id, over: 'things', project: [permission], source }));
}

/** More than one has, of something that is no principal: a bucket, a guardrail, a static key, a cluster. */
const BY_THINGS: readonly EscalationRow[] = [
  ...things('gcp-bucket-policy', 'storage/docs/access-control/iam-permissions', 'storage.buckets.setIamPolicy'),
  ...things('gcp-object-policy', 'storage/docs/access-control/iam-permissions', 'storage.objects.setIamPolicy'),
  ...things('gcp-secret-policy', 'secret-manager/docs/access-control', 'secretmanager.secrets.setIamPolicy'),
  ...things(
    'gcp-resource-policy',
    'iam/docs/manage-access-other-resources',
    'artifactregistry.repositories.setIamPolicy',
    'bigquery.datasets.setIamPolicy',
    'cloudfunctions.functions.setIamPolicy',
    'cloudkms.cryptoKeys.setIamPolicy',
    'compute.instances.setIamPolicy',
    'pubsub.topics.setIamPolicy',
    'run.services.setIamPolicy',
  ),
  ...things('gcp-read-secret', 'secret-manager/docs/access-control', 'secretmanager.versions.access'),
  ...things(
    'gcp-organization-policy',
    'resource-manager/docs/organization-policy/overview',
    'orgpolicy.policy.set',
    'orgpolicy.policies.create',
    'orgpolicy.policies.update',
    'orgpolicy.policies.delete',
  ),
  ...things('gcp-deny-policy', 'iam/docs/deny-access', 'iam.denypolicies.update', 'iam.denypolicies.delete'),
  ...things(
    'gcp-api-key',
    'docs/authentication/api-keys',
    'apikeys.keys.create',
    'apikeys.keys.getKeyString',
    'serviceusage.apiKeys.create',
    'serviceusage.apiKeys.list',
    'serviceusage.apiKeys.regenerate',
  ),
  ...things(
    'gcp-cluster-secrets',
    'kubernetes-engine/docs/concepts/access-control',
    'container.secrets.get',
    'container.secrets.list',
  ),
  ...things(
    'gcp-cluster-admin',
    'kubernetes-engine/docs/how-to/iam',
    'container.serviceAccounts.createToken',
    'container.roles.bind',
    'container.roles.escalate',
    'container.clusterRoles.bind',
    'container.clusterRoles.escalate',
  ),
];

/** Every way that the evaluator looks for; `docs/sources/gcp.md` says where the rows come from. */
export const ESCALATIONS: readonly EscalationRow[] = [
  ...BY_ACCOUNT,
  ...BY_POLICY,
  ...BY_COMPUTE,
  ...BY_MACHINE,
  ...BY_THINGS,
];
