import type { ScanContext } from '../../src/scan/scanner.ts';
import { AWS_TYPES, AwsResources } from './aws.ts';
import { AwsAccounts } from './aws-accounts.ts';
import { AWS_WORKLOADS } from './aws-workloads.ts';
import type { FactSet } from './fact-set.ts';
import type { Resource } from './resource.ts';
import type { Material } from './secret-material.ts';
import { holdsStaticKey, type KeyOwners, tellStaticKey } from './static-key-facts.ts';
import { World } from './world.ts';

const READ: ReadonlySet<string> = new Set([...AWS_TYPES, ...Object.keys(AWS_WORKLOADS)]);

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
    if (READ.has(resource.type) || holdsStaticKey(resource)) this.#kept.push(resource);
  }

  /** Tells what they all come to. `rule` names secrets that are nothing more particular. */
  tell(facts: FactSet, _context: Pick<ScanContext, 'cluster'>, rule: Material['rule']): void {
    const world = new World(this.#kept);
    const aws = new AwsResources(world, this.#accounts, facts);
    aws.tell();
    const owners: KeyOwners = {
      'aws-user': (resource, attribute) => aws.holder('user', resource, attribute),
      'azure-application': () => undefined,
      'azure-service-principal': () => undefined,
      'gcp-service-account': () => undefined,
      'github-repository': () => undefined,
      gitlab: () => undefined,
      'postgres-role': () => undefined,
      vault: () => undefined,
    };
    for (const resource of this.#kept) {
      if (resource.mode === 'managed' && holdsStaticKey(resource)) tellStaticKey(resource, rule, owners, facts);
    }
  }
}
