import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';

/** Accounts that somebody can become by a right in a namespace, or anywhere in a cluster. */
export interface Accounts {
  /** Every service account. */
  all(cluster: string, namespace: string | undefined): readonly Principal[];
  /** Those with a workload that has their token. */
  running(cluster: string, namespace: string | undefined): readonly Principal[];
  /** Those whose token is kept in a secret, by the secret's name. */
  withTokenSecret(cluster: string, namespace: string | undefined): readonly { secret: string; account: Principal }[];
  /** Whether a workload has its token. */
  isRunning(id: string): boolean;
  /** Whether a service account's cloud identity is declared. */
  hasCloudIdentity(id: string): boolean;
  /** Whether service accounts of the cluster have AWS roles, as on EKS. */
  usesAwsRoles(cluster: string): boolean;
}

/** Looks the service accounts of a view up, once. */
export function accountsOf(inventory: Inventory): Accounts {
  const all = new Lists<Principal>();
  const running = new Lists<Principal>();
  const secrets = new Lists<{ secret: string; account: Principal }>();
  const cloud = new Set<string>();
  const awsClusters = new Set<string>();
  const withToken = new Set<string>();
  for (const trust of inventory.trusts.values()) {
    if (trust.subject.kind !== 'principal') continue;
    if (trust.how === 'annotation') {
      cloud.add(trust.subject.id);
      const cluster = inventory.principals.get(trust.subject.id)?.scope[0];
      if (trust.principal.startsWith('aws:') && cluster !== undefined) awsClusters.add(cluster);
    }
    const account = inventory.principals.get(trust.principal);
    const workload = inventory.principals.get(trust.subject.id);
    if (trust.how === 'runs-as' && account !== undefined && workload !== undefined && mountsToken(workload, account))
      withToken.add(account.id);
  }
  for (const principal of inventory.principals.values()) {
    if (principal.platform !== 'kubernetes' || principal.kind !== 'service-account') continue;
    all.add(principal.scope, principal);
    if (withToken.has(principal.id)) running.add(principal.scope, principal);
  }
  for (const credential of inventory.credentials.values()) {
    const account = inventory.principals.get(credential.principal);
    if (credential.kind !== 'token-secret' || account === undefined) continue;
    secrets.add(account.scope, { secret: credential.nativeId.split('/').at(-1) ?? '', account });
  }
  return {
    all: (cluster, namespace) => all.get(cluster, namespace),
    running: (cluster, namespace) => running.get(cluster, namespace),
    withTokenSecret: (cluster, namespace) => secrets.get(cluster, namespace),
    isRunning: (id) => withToken.has(id),
    hasCloudIdentity: (id) => cloud.has(id),
    usesAwsRoles: (cluster) => awsClusters.has(cluster),
  };
}

/** Whether a workload's pods hold its account's token: automounted unless the pod, else the account, says no. */
export function mountsToken(workload: Principal, account: Principal): boolean {
  if (workload.attributes?.projected_token === true) return true;
  return (workload.attributes?.automount ?? account.attributes?.automount) !== false;
}

class Lists<T> {
  readonly #lists = new Map<string, T[]>();

  add([cluster = '', namespace = '']: readonly string[], item: T): void {
    for (const key of [`${cluster}/`, `${cluster}/${namespace}`]) {
      const list = this.#lists.get(key);
      if (list === undefined) this.#lists.set(key, [item]);
      else list.push(item);
    }
  }

  get(cluster: string, namespace: string | undefined): readonly T[] {
    return this.#lists.get(`${cluster}/${namespace ?? ''}`) ?? [];
  }
}
