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
