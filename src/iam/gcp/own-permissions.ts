/** Permissions that give somebody more than it had, or take a limit away. */
export const IAM_WRITE_PERMISSIONS: readonly string[] = [
  'iam.serviceAccountKeys.create',
  'iam.serviceAccounts.setIamPolicy',
  'iam.roles.update',
  'iam.denypolicies.create',
  'iam.denypolicies.update',
  'iam.denypolicies.delete',
  'resourcemanager.projects.setIamPolicy',
  'resourcemanager.folders.setIamPolicy',
  'resourcemanager.organizations.setIamPolicy',
];

/** Permissions that hand out the content of a store of secrets. */
export const SECRET_PERMISSIONS: readonly string[] = [
  'secretmanager.versions.access',
  'container.secrets.get',
  'container.secrets.list',
];

/** Permissions with which an account is used by somebody else. */
export const IMPERSONATION_PERMISSIONS: readonly string[] = [
  'iam.serviceAccounts.getAccessToken',
  'iam.serviceAccounts.actAs',
  'iam.serviceAccounts.signBlob',
  'iam.serviceAccounts.signJwt',
];

/** Others that questions are often about, so that they are answered without the roles' definitions. */
export const ASKED_PERMISSIONS: readonly string[] = [
  'bigquery.tables.getData',
  'cloudkms.cryptoKeyVersions.useToDecrypt',
  'cloudkms.cryptoKeys.setIamPolicy',
  'compute.instances.get',
  'compute.instances.setIamPolicy',
  'iam.roles.create',
  'iam.serviceAccounts.create',
  'iam.serviceAccounts.disable',
  'iam.serviceAccounts.enable',
  'resourcemanager.projects.delete',
  'resourcemanager.projects.get',
  'storage.objects.create',
  'storage.objects.delete',
  'storage.objects.get',
  'storage.objects.list',
];
