import { contentId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { Trust } from '../../model/trust.ts';
import { Access } from './access.ts';
import { claimTests, type Tests } from './claim-tests.ts';

/** Permissions by which an identity of a pool becomes an account. */
const BECOME = 'iam.serviceAccounts.getAccessToken';

/**
 * The trusts that workload identity federation comes to: a provider says whose tokens it admits and what they are called, a
 * binding which of those names hold something, and only both together say who gets in. They may stand in different exports, so
 * that no reader can tell it. One trust per provider of the pool and identity, into the identity and into each account that it
 * may become; its condition is written as tests of claims, which `src/iam/federation.ts` understands. A Kubernetes identity is
 * one of its project's own clusters.
 */
export function federatedTrusts(inventory: Inventory): readonly Trust[] {
  const identities = [...inventory.principals.values()].filter(
    ({ platform, kind }) =>
      platform === 'gcp' && ['federated-identity', 'principal-set', 'kubernetes-identity'].includes(kind),
  );
  if (identities.length === 0) return [];
  const access = new Access(inventory);
  const providers = providersByPool(inventory, access);
  const trusts = new Map<string, Trust>();
  for (const identity of identities) {
    for (const { issuer, tests, locations } of admissions(identity, providers, access)) {
      for (const principal of [identity.id, ...accountsOf(identity, access)]) {
        const content = {
          platform: 'gcp',
          principal,
          subject: { kind: 'federated', issuer },
          declaredBy: 'target',
          effect: 'allow',
          how: 'assume-web-identity',
          condition: tests,
        } as const;
        const id = contentId('trust', content);
        trusts.set(id, { id, ...content, locations });
      }
    }
  }
  return [...trusts.values()];
}

/** The same view with the trusts of federation in it. */
export function withFederation(inventory: Inventory): Inventory {
  const found = federatedTrusts(inventory);
  if (found.length === 0) return inventory;
  return { ...inventory, trusts: new Map([...inventory.trusts, ...found.map((trust) => [trust.id, trust] as const)]) };
}

interface Admission {
  readonly issuer: string;
  readonly tests: Tests;
  readonly locations: Trust['locations'];
}

const IDENTITY =
  /^principal(?:Set)?:\/\/iam\.googleapis\.com\/projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+)\/(.+)$/;
const KUBERNETES = /^(.+)\.svc\.id\.goog\[([^/]+)\/([^\]]+)\]$/;

function admissions(
  identity: Principal,
  providers: ReadonlyMap<string, readonly Principal[]>,
  access: Access,
): readonly Admission[] {
  const [, project = '', namespace = '', name = ''] = KUBERNETES.exec(identity.nativeId) ?? [];
  if (namespace !== '') {
    const issuer = `container.googleapis.com/v1/projects/${project}`;
    const tests = { StringEquals: { [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}` } };
    return [{ issuer, tests, locations: identity.locations }];
  }
  const [, home = '', pool = '', which = ''] = IDENTITY.exec(identity.nativeId) ?? [];
  if (pool === '') return [];
  const key = `${access.hierarchy.canonical(`projects/${home}`)} ${pool}`;
  return (providers.get(key) ?? []).flatMap((provider): Admission[] => {
    const { issuer, attribute_mapping, attribute_condition, allowed_audiences } = provider.attributes ?? {};
    if (typeof issuer !== 'string' || provider.enabled === false) return [];
    const host = issuer.replace(/^https:\/\//, '').replace(/\/$/, '');
    const tests = claimTests({
      issuer: host,
      which,
      mapping: textsIn(attribute_mapping),
      condition: typeof attribute_condition === 'string' ? attribute_condition : undefined,
      audiences: Array.isArray(allowed_audiences) ? allowed_audiences.filter((text) => typeof text === 'string') : [],
    });
    return [{ issuer: host, tests, locations: [...provider.locations, ...identity.locations] }];
  });
}

/** Providers that are on, of pools that are. A pool that only its provider names counts as on. */
function providersByPool(inventory: Inventory, access: Access): ReadonlyMap<string, readonly Principal[]> {
  const found = new Map<string, Principal[]>();
  for (const provider of inventory.principals.values()) {
    const [, home = '', pool = ''] = PROVIDER.exec(provider.nativeId) ?? [];
    if (provider.kind !== 'workload-identity-provider' || pool === '') continue;
    const own = inventory.principals.get(
      `gcp:workload-identity-pool:${provider.nativeId.replace(/\/providers\/.*$/, '')}`,
    );
    if (own?.enabled === false) continue;
    const key = `${access.hierarchy.canonical(`projects/${home}`)} ${pool}`;
    found.set(key, [...(found.get(key) ?? []), provider]);
  }
  return found;
}

const PROVIDER = /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\/([^/]+)\/providers\/[^/]+$/;

/** Accounts that the identity may become by a role held at the account itself; of a whole project it is the project's rights that tell. */
function accountsOf(identity: Principal, access: Access): readonly string[] {
  return access.holdingsOf(identity).flatMap(({ role, node }) => {
    if (!node.startsWith('serviceAccounts/') || access.roles.has(role, BECOME) === 'no') return [];
    return access.hierarchy.accountsAt(node);
  });
}

function textsIn(value: Json | undefined): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value as JsonObject).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
