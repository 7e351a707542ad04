/** Whom a static key authenticates, and by which attribute its resource says so. */
export type KeyOwner = 'aws-user' | 'gcp-service-account';

/** A type of resource that makes, or holds, a key that does not expire by itself. */
export interface StaticKey {
  /** Attributes with the material. What is in them never leaves the reader but as a fingerprint. */
  readonly secrets: readonly string[];
  /** The credential that it is of, where what reads the rest of the resource tells it; the id is compared in small letters. */
  readonly belongsTo?: { readonly platform: string; readonly nativeId: string };
  /** The credential that it is; absent where the key is of nobody in particular: then there is a secret, and no credential. */
  readonly credential?: {
    readonly platform: string;
    readonly kind: string;
    readonly owner: KeyOwner;
    /** Attributes that name the owner, the first that is set counts. */
    readonly of: readonly string[];
    /** Attribute with the provider's id; `id` by default; where it is empty, the owner has one such credential and no more. */
    readonly nativeId?: string;
    /** The id is what stands behind the last slash or colon. */
    readonly tail?: true;
    readonly createdAt?: string;
    readonly expiresAt?: string;
    readonly status?: string;
    /** Attributes that are kept. */
    readonly keeps?: readonly string[];
  };
}

/** Material whose owner is nobody that can be named. */
function material(...secrets: readonly string[]): StaticKey {
  return { secrets };
}

/** By the type of the resource. Source: the reference of each provider at registry.terraform.io, one page per resource. */
export const STATIC_KEYS: Readonly<Record<string, StaticKey | undefined>> = {
  aws_iam_access_key: {
    secrets: ['secret', 'ses_smtp_password_v4'],
    credential: {
      platform: 'aws',
      kind: 'access-key',
      owner: 'aws-user',
      of: ['user'],
      createdAt: 'create_date',
      status: 'status',
    },
  },
  aws_iam_service_specific_credential: {
    secrets: ['service_password', 'service_credential_secret'],
    credential: {
      platform: 'aws',
      kind: 'service-specific',
      owner: 'aws-user',
      of: ['user_name'],
      nativeId: 'service_specific_credential_id',
      createdAt: 'create_date',
      expiresAt: 'expiration_date',
      status: 'status',
      keeps: ['service_name'],
    },
  },
  aws_iam_user_login_profile: {
    secrets: ['password'],
    credential: {
      platform: 'aws',
      kind: 'console-password',
      owner: 'aws-user',
      of: ['user'],
      nativeId: '',
      keeps: ['password_reset_required'],
    },
  },
  aws_iam_signing_certificate: {
    secrets: [],
    credential: {
      platform: 'aws',
      kind: 'signing-certificate',
      owner: 'aws-user',
      of: ['user_name'],
      nativeId: 'certificate_id',
      status: 'status',
    },
  },
  aws_iam_user_ssh_key: {
    secrets: [],
    credential: {
      platform: 'aws',
      kind: 'ssh-public-key',
      owner: 'aws-user',
      of: ['username'],
      nativeId: 'ssh_public_key_id',
      status: 'status',
    },
  },
  google_service_account_key: {
    secrets: ['private_key'],
    credential: {
      platform: 'gcp',
      kind: 'service-account-key',
      owner: 'gcp-service-account',
      of: ['service_account_id', 'name', 'id'],
      tail: true,
      createdAt: 'valid_after',
      expiresAt: 'valid_before',
      keeps: ['key_algorithm'],
    },
  },
  google_storage_hmac_key: {
    secrets: ['secret'],
    credential: {
      platform: 'gcp',
      kind: 'hmac-key',
      owner: 'gcp-service-account',
      of: ['service_account_email'],
      nativeId: 'access_id',
      createdAt: 'time_created',
      status: 'state',
    },
  },
  google_apikeys_key: material('key_string'),
  azuread_application_password: { secrets: ['value'], belongsTo: { platform: 'azure', nativeId: 'key_id' } },
  azuread_service_principal_password: { secrets: ['value'], belongsTo: { platform: 'azure', nativeId: 'key_id' } },
  github_actions_secret: material('plaintext_value'),
  github_actions_organization_secret: material('plaintext_value'),
  github_actions_environment_secret: material('plaintext_value'),
  github_dependabot_secret: material('plaintext_value'),
  github_codespaces_secret: material('plaintext_value'),
  gitlab_deploy_token: material('token'),
  gitlab_project_access_token: material('token'),
  gitlab_group_access_token: material('token'),
  gitlab_personal_access_token: material('token'),
  gitlab_pipeline_trigger: material('token'),
  gitlab_project_deploy_token: material('token'),
  gitlab_group_deploy_token: material('token'),
  gitlab_project_variable: material('value'),
  gitlab_group_variable: material('value'),
  gitlab_instance_variable: material('value'),
  postgresql_role: material('password', 'password_wo'),
  vault_approle_auth_backend_role_secret_id: {
    secrets: ['secret_id', 'wrapping_token'],
    belongsTo: { platform: 'vault', nativeId: 'accessor' },
  },
  vault_token: { secrets: ['client_token', 'wrapped_token'], belongsTo: { platform: 'vault', nativeId: 'accessor' } },
  random_password: material('result'),
  tls_private_key: material('private_key_pem', 'private_key_openssh', 'private_key_pem_pkcs8'),
  aws_db_instance: material('password'),
  aws_rds_cluster: material('master_password'),
  aws_redshift_cluster: material('master_password'),
  aws_docdb_cluster: material('master_password'),
  aws_elasticache_replication_group: material('auth_token'),
  aws_secretsmanager_secret_version: material('secret_string'),
  aws_directory_service_directory: material('password'),
  aws_dms_endpoint: material('password'),
  aws_lightsail_key_pair: material('private_key'),
  google_sql_user: material('password'),
  google_secret_manager_secret_version: material('secret_data'),
  azurerm_mssql_server: material('administrator_login_password'),
  azurerm_postgresql_flexible_server: material('administrator_password'),
  azurerm_mysql_flexible_server: material('administrator_password'),
  azurerm_linux_virtual_machine: material('admin_password'),
  azurerm_windows_virtual_machine: material('admin_password'),
  azurerm_container_registry: material('admin_password'),
  azurerm_key_vault_secret: material('value'),
  mysql_user: material('plaintext_password'),
  digitalocean_spaces_key: material('secret_key'),
  cloudflare_api_token: material('value'),
  datadog_api_key: material('key'),
  datadog_application_key: material('key'),
  okta_app_oauth: material('client_secret'),
  auth0_client_credentials: material('client_secret'),
  tailscale_tailnet_key: material('key'),
  tfe_team_token: material('token'),
  tfe_organization_token: material('token'),
  mongodbatlas_project_api_key: material('private_key'),
  nomad_acl_token: material('secret_id'),
  confluent_api_key: material('secret'),
  scaleway_iam_api_key: material('secret_key'),
};

/** Attributes of anything of a provider that are access keys or addresses with one in them. */
export const KEY_ATTRIBUTES: Readonly<Record<string, RegExp | undefined>> = {
  azurerm_: /(?:_access_key|_connection_string|_shared_access_key|_admin_key|_query_key|_instrumentation_key)$/,
};
