import { accountOfKey } from '../aws/key-account.ts';
import { type Resource, textOf } from './resource.ts';

/** Account and partition that something of AWS is in. */
export interface AwsAccount {
  readonly account: string;
  readonly partition: string;
}

const ARN = /^arn:([^:]*):[^:]*:[^:]*:(\d{12}):/;
const UNKNOWN: AwsAccount = { account: 'unknown', partition: 'aws' };

/**
 * Whose account a resource is of that does not say so by itself: the one that other resources of the same provider are in, else
 * the one that all of the file are in, else `unknown`.
 */
export class AwsAccounts {
  readonly #seen = new Map<string, Map<string, AwsAccount>>();

  note(resource: Resource): void {
    if (!resource.type.startsWith('aws_')) return;
    const found = accountIn(resource);
    if (found === undefined) return;
    for (const key of ['', resource.provider ?? '']) {
      const accounts = this.#seen.get(key) ?? new Map<string, AwsAccount>();
      accounts.set(found.account, found);
      this.#seen.set(key, accounts);
    }
  }

  of(resource: Resource): AwsAccount {
    return accountIn(resource) ?? this.#only(resource.provider ?? '') ?? this.#only('') ?? UNKNOWN;
  }

  #only(key: string): AwsAccount | undefined {
    const accounts = [...(this.#seen.get(key)?.values() ?? [])];
    return accounts.length === 1 ? accounts[0] : undefined;
  }
}

function accountIn(resource: Resource): AwsAccount | undefined {
  // What is looked up can be of any account, but who is asking is of one's own.
  if (resource.mode === 'data' && resource.type !== 'aws_caller_identity') return undefined;
  // What is attached is of the account of whom it is attached to, unless it is one of AWS's own.
  for (const name of ['arn', 'policy_arn', 'permissions_boundary']) {
    const [, partition, account] = ARN.exec(textOf(resource, name) ?? '') ?? [];
    if (partition !== undefined && account !== undefined) return { partition, account };
  }
  const account = resource.type === 'aws_iam_access_key' ? accountOfKey(textOf(resource, 'id') ?? '') : undefined;
  return account === undefined ? undefined : { partition: 'aws', account };
}
