/**
 * Types of Pulumi whose name in Terraform does not follow from their own. Most providers are bridged from Terraform's; there
 * `aws:iam/userPolicy:UserPolicy` is `aws_iam_user_policy`.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'aws:ec2/instance': 'aws_instance',
  'aws:ec2/launchTemplate': 'aws_launch_template',
  'aws:ec2/spotInstanceRequest': 'aws_spot_instance_request',
  'aws:rds/instance': 'aws_db_instance',
  'aws:rds/cluster': 'aws_rds_cluster',
  'aws:iam/openIdConnectProvider': 'aws_iam_openid_connect_provider',
  'aws:iam/sshKey': 'aws_iam_user_ssh_key',
  'aws:directoryservice/directory': 'aws_directory_service_directory',
  'aws:bedrock/agentAgent': 'aws_bedrockagent_agent',
  'gcp:serviceaccount/account': 'google_service_account',
  'gcp:serviceaccount/key': 'google_service_account_key',
  'gcp:serviceaccount/iAMBinding': 'google_service_account_iam_binding',
  'gcp:serviceaccount/iAMMember': 'google_service_account_iam_member',
  'gcp:serviceaccount/iAMPolicy': 'google_service_account_iam_policy',
  'gcp:projects/iAMBinding': 'google_project_iam_binding',
  'gcp:projects/iAMMember': 'google_project_iam_member',
  'gcp:projects/iAMPolicy': 'google_project_iam_policy',
  'gcp:projects/iAMCustomRole': 'google_project_iam_custom_role',
  'gcp:folder/iAMBinding': 'google_folder_iam_binding',
  'gcp:folder/iAMMember': 'google_folder_iam_member',
  'gcp:folder/iAMPolicy': 'google_folder_iam_policy',
  'gcp:organizations/iAMBinding': 'google_organization_iam_binding',
  'gcp:organizations/iAMMember': 'google_organization_iam_member',
  'gcp:organizations/iAMPolicy': 'google_organization_iam_policy',
  'gcp:organizations/iAMCustomRole': 'google_organization_iam_custom_role',
  'gcp:organizations/project': 'google_project',
  'gcp:organizations/folder': 'google_folder',
  'gcp:storage/hmacKey': 'google_storage_hmac_key',
  'gcp:projects/apiKey': 'google_apikeys_key',
  'gcp:secretmanager/secretVersion': 'google_secret_manager_secret_version',
  'gcp:kms/keyRingIAMBinding': 'google_kms_key_ring_iam_binding',
  'gcp:kms/keyRingIAMMember': 'google_kms_key_ring_iam_member',
  'gcp:kms/cryptoKeyIAMBinding': 'google_kms_crypto_key_iam_binding',
  'gcp:kms/cryptoKeyIAMMember': 'google_kms_crypto_key_iam_member',
  'gcp:secretmanager/secretIamBinding': 'google_secret_manager_secret_iam_binding',
  'gcp:secretmanager/secretIamMember': 'google_secret_manager_secret_iam_member',
  'gcp:iam/workloadIdentityPool': 'google_iam_workload_identity_pool',
  'gcp:iam/workloadIdentityPoolProvider': 'google_iam_workload_identity_pool_provider',
  'gcp:iam/denyPolicy': 'google_iam_deny_policy',
  'gcp:cloudrun/service': 'google_cloud_run_service',
  'gcp:cloudrunv2/service': 'google_cloud_run_v2_service',
  'gcp:cloudrunv2/job': 'google_cloud_run_v2_job',
  'gcp:cloudfunctions/function': 'google_cloudfunctions_function',
  'gcp:cloudfunctionsv2/function': 'google_cloudfunctions2_function',
  'gcp:container/cluster': 'google_container_cluster',
  'gcp:container/nodePool': 'google_container_node_pool',
  'azure:authorization/assignment': 'azurerm_role_assignment',
  'azure:authorization/roleDefinition': 'azurerm_role_definition',
  'azure:authorization/userAssignedIdentity': 'azurerm_user_assigned_identity',
  'azure:armmsi/federatedIdentityCredential': 'azurerm_federated_identity_credential',
  'azure:keyvault/secret': 'azurerm_key_vault_secret',
  'vault:appRole/authBackendRole': 'vault_approle_auth_backend_role',
  'vault:appRole/authBackendRoleSecretId': 'vault_approle_auth_backend_role_secret_id',
  'vault:jwt/authBackendRole': 'vault_jwt_auth_backend_role',
  'vault:kubernetes/authBackendRole': 'vault_kubernetes_auth_backend_role',
};

/** Providers that have their resources' schema from Azure itself. */
const NATIVE: Readonly<Record<string, string>> = {
  'authorization:RoleAssignment': 'azurerm_role_assignment',
  'managedidentity:UserAssignedIdentity': 'azurerm_user_assigned_identity',
};

/** Names that providers go by in Terraform. */
const PROVIDERS: Readonly<Record<string, string>> = { gcp: 'google', azure: 'azurerm' };

const BRIDGED = /^([a-z][\w-]*):([\w-]+)\/(\w+):\w+$/;
const AZURE_NATIVE = /^azure-native:(\w+?)(?:\/v\w+)?:(\w+)$/;
const KUBERNETES = /^kubernetes:([\w./-]+):(\w+)$/;

/** The type that Terraform has for one of Pulumi; undefined where there is none. */
export function terraformType(type: string): string | undefined {
  const [, area = '', kind = ''] = AZURE_NATIVE.exec(type) ?? [];
  if (area !== '') return own(NATIVE, `${area}:${kind}`);
  if (KUBERNETES.test(type)) return 'kubernetes_manifest';
  const [, provider = '', module = '', name = ''] = BRIDGED.exec(type) ?? [];
  if (provider === '') return undefined;
  const exception = own(EXCEPTIONS, `${provider}:${module}/${name}`);
  if (exception !== undefined) return exception;
  const prefix = own(PROVIDERS, provider) ?? provider;
  const bare = snakeCase(name);
  // `random:index/randomPassword` says it twice.
  if (module === 'index') return bare.startsWith(`${prefix}_`) ? bare : `${prefix}_${bare}`;
  return `${prefix}_${module.toLowerCase()}_${bare}`;
}

/** `iAMMember` and `assumeRolePolicy` as Terraform writes them. */
export function snakeCase(name: string): string {
  return name
    .replace(/^iAM/, 'iam')
    .replaceAll(/IAM(?=[A-Z]|$)/g, 'Iam')
    .replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
