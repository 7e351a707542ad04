import type { ScanContext } from '../../src/scan/scanner.ts';
import { AWS_TYPES, AwsResources } from './aws.ts';
import { AwsAccounts } from './aws-accounts.ts';
import { AWS_WORKLOADS } from './aws-workloads.ts';
import { AZURE_TYPES, AzureResources, hasIdentity } from './azure.ts';
import type { FactSet } from './fact-set.ts';
import { GCP_TYPES, GcpResources } from './gcp.ts';
import { iamType } from './gcp-names.ts';
import { GITHUB_TYPES, tellGithub } from './github.ts';
import { GITLAB_TYPES, tellGitlab } from './gitlab.ts';
import { isKubernetesType, KubernetesResources } from './kubernetes.ts';
import { POSTGRES_TYPES, tellPostgres } from './postgres.ts';
import type { Resource } from './resource.ts';
import type { Material } from './secret-material.ts';
import { holdsStaticKey, type KeyOwners, tellStaticKey } from './static-key-facts.ts';
import { STATIC_KEYS } from './static-keys.ts';
import { tellVault, VAULT_TYPES } from './vault.ts';
import { World } from './world.ts';

const READ: ReadonlySet<string> = new Set([
  ...AWS_TYPES,
  ...Object.keys(AWS_WORKLOADS),
  ...GCP_TYPES,
  ...AZURE_TYPES,
  ...GITHUB_TYPES,
  ...GITLAB_TYPES,
  ...POSTGRES_TYPES,
  ...VAULT_TYPES,
]);

/** Every type has the name of its provider in front; tables are asked for nothing else. */
const TYPE = /^[a-z][a-z0-9]*_/;

function isRead(resource: Resource): boolean {
  const { type } = resource;
  if (!TYPE.test(type)) return false;
  return (
    READ.has(type) ||
    iamType(type) !== undefined ||
    isKubernetesType(type) ||
    hasIdentity(resource) ||
    holdsStaticKey(resource)
  );
}

/** Whether resources of a type may say something here. */
export function isMapped(type: string): boolean {
  if (!TYPE.test(type)) return false;
  return (
    READ.has(type) ||
    iamType(type) !== undefined ||
    isKubernetesType(type) ||
    STATIC_KEYS[type] !== undefined ||
    type.startsWith('azurerm_')
  );
}

/** Collects the resources of a file: of most types nothing is kept. */
export class Resources {
  readonly #kept: Resource[] = [];
  readonly #accounts: AwsAccounts;

  /** @param accounts - shared by the states of one file. */
  constructor(accounts: AwsAccounts = new AwsAccounts()) {
    this.#accounts = accounts;
  }

  add(resource: Resource): void {
    this.#accounts.note(resource);
    if (isRead(resource)) this.#kept.push(resource);
  }

  /** Tells what they all come to. `rule` names secrets that are nothing more particular. */
  tell(file: string, facts: FactSet, context: ScanContext, rule: Material['rule']): void {
    const world = new World(this.#kept);
    const aws = new AwsResources(world, this.#accounts, facts);
    aws.tell();
    const gcp = new GcpResources(world, file, facts, context);
    gcp.tell();
    new AzureResources(world, file, facts, context).tell();
    new KubernetesResources(world, file, facts, context).tell();
    for (const tell of [tellGithub, tellGitlab, tellPostgres, tellVault]) tell(world, file, facts, context);
    const owners: KeyOwners = {
      'aws-user': (resource, attribute) => aws.holder('user', resource, attribute),
      'gcp-service-account': (resource, attribute) => gcp.account(resource, attribute),
    };
    for (const resource of this.#kept) {
      if (resource.mode === 'managed' && holdsStaticKey(resource))
        tellStaticKey(resource, rule, owners, facts, context.now);
    }
  }
}
