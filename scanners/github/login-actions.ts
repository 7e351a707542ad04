/** An action that logs in somewhere, and by which of its inputs one sees how. */
export interface LoginAction {
  readonly provider: string;
  /** Inputs that take a long-lived secret. */
  readonly secrets: readonly string[];
  /** Inputs that mean federation; `input=value` where the value decides. */
  readonly federated?: readonly string[];
  /** It federates when no secret is given (trusted publishing). */
  readonly federatedByDefault?: true;
  /** The input that names the principal of the cloud. */
  readonly role?: string;
  /** It is a login only where one of `secrets` is given: its main purpose is another. */
  readonly onlyWithSecret?: true;
}

/** By `owner/name` in lower case, from each action's documented inputs. */
export const LOGIN_ACTIONS: Readonly<Record<string, LoginAction>> = {
  'aws-actions/configure-aws-credentials': {
    provider: 'aws',
    secrets: ['aws-access-key-id', 'aws-secret-access-key'],
    federated: ['role-to-assume', 'web-identity-token-file'],
    role: 'role-to-assume',
  },
  'google-github-actions/auth': {
    provider: 'gcp',
    secrets: ['credentials_json'],
    federated: ['workload_identity_provider'],
    role: 'service_account',
  },
  'google-github-actions/setup-gcloud': { provider: 'gcp', secrets: ['service_account_key'], onlyWithSecret: true },
  'azure/login': { provider: 'azure', secrets: ['creds'], federated: ['client-id'], role: 'client-id' },
  'azure/webapps-deploy': { provider: 'azure', secrets: ['publish-profile'], onlyWithSecret: true },
  'azure/docker-login': { provider: 'docker', secrets: ['password'] },
  'docker/login-action': { provider: 'docker', secrets: ['password'], onlyWithSecret: true },
  'redhat-actions/podman-login': { provider: 'docker', secrets: ['password'], onlyWithSecret: true },
  'azure/k8s-set-context': { provider: 'kubernetes', secrets: ['kubeconfig', 'k8s-secret'], onlyWithSecret: true },
  'hashicorp/vault-action': {
    provider: 'vault',
    secrets: ['token', 'secretid', 'password', 'githubtoken', 'jwtprivatekey'],
    federated: ['method=jwt'],
  },
  'pypa/gh-action-pypi-publish': { provider: 'pypi', secrets: ['password'], federatedByDefault: true },
  'rubygems/configure-rubygems-credentials': {
    provider: 'rubygems',
    secrets: ['api-token'],
    federated: ['role-to-assume'],
  },
  'js-devtools/npm-publish': { provider: 'npm', secrets: ['token'], federatedByDefault: true },
  'cloudflare/wrangler-action': { provider: 'cloudflare', secrets: ['apitoken', 'apikey'], onlyWithSecret: true },
  'digitalocean/action-doctl': { provider: 'digitalocean', secrets: ['token'] },
  'jfrog/setup-jfrog-cli': { provider: 'jfrog', secrets: [], federated: ['oidc-provider-name'] },
  'actions/create-github-app-token': { provider: 'github-app', secrets: ['private-key'] },
  'tibdex/github-app-token': { provider: 'github-app', secrets: ['private_key'] },
  'actions/checkout': { provider: 'github', secrets: ['token', 'ssh-key'], onlyWithSecret: true },
  'webfactory/ssh-agent': { provider: 'ssh', secrets: ['ssh-private-key'] },
  'appleboy/ssh-action': { provider: 'ssh', secrets: ['key', 'password'], onlyWithSecret: true },
};

/** Environment variables by which tools log in, when a stored secret is put into them. */
const LOGIN_VARIABLES: readonly (readonly [RegExp, string])[] = [
  [/^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY)$/, 'aws'],
  [/^GOOGLE_(?:CREDENTIALS|APPLICATION_CREDENTIALS(?:_JSON)?)$|^GCLOUD_(?:SERVICE_KEY|AUTH)$/, 'gcp'],
  [/^(?:ARM|AZURE)_CLIENT_SECRET$|^AZURE_CREDENTIALS$|^AZURE_STORAGE_KEY$/, 'azure'],
  [/^(?:NODE_AUTH_TOKEN|NPM_(?:AUTH_)?TOKEN|NPM_CONFIG__AUTH)$/, 'npm'],
  [
    /^(?:TWINE_PASSWORD|UV_PUBLISH_(?:TOKEN|PASSWORD)|POETRY_PYPI_TOKEN_\w+|FLIT_PASSWORD|HATCH_INDEX_AUTH|PYPI_(?:API_)?TOKEN)$/,
    'pypi',
  ],
  [/^(?:GEM_HOST_API_KEY|RUBYGEMS_API_KEY)$/, 'rubygems'],
  [/^(?:CARGO_REGISTRY_TOKEN|CARGO_REGISTRIES_\w+_TOKEN)$/, 'crates'],
  [/^NUGET_(?:API_KEY|AUTH_TOKEN)$/, 'nuget'],
  [/^(?:DOCKER(?:HUB)?|REGISTRY)_(?:PASSWORD|TOKEN)$/, 'docker'],
  [/^KUBE_?CONFIG(?:_DATA)?$/, 'kubernetes'],
  [/^VAULT_TOKEN$/, 'vault'],
  [/^(?:CLOUDFLARE|CF)_API_(?:TOKEN|KEY)$/, 'cloudflare'],
  [/^DIGITALOCEAN_(?:ACCESS_TOKEN|TOKEN)$/, 'digitalocean'],
  [/^(?:PULUMI_ACCESS_TOKEN|TF_API_TOKEN|TF_TOKEN_\w+)$/, 'infrastructure'],
];

/** Whom an environment variable logs in to. */
export function variableProvider(name: string): string | undefined {
  return LOGIN_VARIABLES.find(([pattern]) => pattern.test(name))?.[1];
}
