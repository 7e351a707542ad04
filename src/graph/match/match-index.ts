import type { Credential } from '../../model/credential.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Json } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';

/** What static secrets are looked up in, made once per view. Keys are as their makers below write them. */
export interface MatchIndex {
  /** `platform:id`, by a credential's native id, the last part of it, and the key id that it has beside. */
  readonly credentialsById: Lookup<Credential>;
  /** By the keyed fingerprint of a value that an export told of. */
  readonly credentialsByFingerprint: Lookup<Credential>;
  /** By the last eight characters of a GitHub token, and by the last four of these. */
  readonly credentialsByTokenEnd: Lookup<Credential>;
  readonly credentialsOf: Lookup<Credential>;
  /** `platform:name`, by every name that a principal has; client ids and addresses without capitals. */
  readonly principals: Lookup<Principal>;
  /** `namespace/name`. */
  readonly serviceAccounts: Lookup<Principal>;
  /** Names of clusters by the issuer of their tokens. */
  readonly clustersByIssuer: Lookup<Principal>;
}

/** Rows by a key; none where nothing has it. */
export type Lookup<T> = (key: string) => readonly T[];

export function indexForMatching(inventory: Inventory): MatchIndex {
  const byId = new Rows<Credential>();
  const byFingerprint = new Rows<Credential>();
  const byEnd = new Rows<Credential>();
  const byHolder = new Rows<Credential>();
  for (const credential of inventory.credentials.values()) {
    const { platform, nativeId, attributes = {} } = credential;
    byHolder.add(credential.principal, credential);
    for (const id of new Set([nativeId, lastPart(nativeId), ...texts(attributes.key_id)])) {
      byId.add(`${platform}:${id}`, credential);
    }
    for (const value of texts(attributes.fingerprint)) byFingerprint.add(value, credential);
    for (const end of texts(attributes.token_last_eight)) {
      byEnd.add(end, credential);
      if (end.length === 8) byEnd.add(end.slice(-4), credential);
    }
  }
  const named = new Rows<Principal>();
  const accounts = new Rows<Principal>();
  const clusters = new Rows<Principal>();
  for (const principal of inventory.principals.values()) {
    const { platform, kind, nativeId, name, aliases = [], attributes = {}, scope } = principal;
    const names = [nativeId, name, ...aliases, ...texts(attributes.app_id), ...texts(attributes.client_id)];
    for (const own of new Set([...names, ...texts(attributes.email)].map((text) => text.toLowerCase()))) {
      named.add(`${platform}:${own}`, principal);
    }
    if (platform !== 'kubernetes') continue;
    if (kind === 'service-account' && scope.length === 2) accounts.add(`${scope[1]}/${name}`, principal);
    if (kind === 'cluster') for (const issuer of texts(attributes.issuer)) clusters.add(bareIssuer(issuer), principal);
  }
  return {
    credentialsById: byId.get,
    credentialsByFingerprint: byFingerprint.get,
    credentialsByTokenEnd: byEnd.get,
    credentialsOf: byHolder.get,
    principals: named.get,
    serviceAccounts: accounts.get,
    clustersByIssuer: clusters.get,
  };
}

/** An issuer as trusts and tokens both can be brought to: no scheme, no slash at its end. */
export function bareIssuer(issuer: string): string {
  return issuer.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function lastPart(id: string): string {
  return id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf('#')) + 1);
}

function texts(value: Json | undefined): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string' && one !== '') as string[];
}

class Rows<T> {
  readonly #rows = new Map<string, T[]>();

  add(key: string, row: T): void {
    const list = this.#rows.get(key);
    if (list === undefined) this.#rows.set(key, [row]);
    else list.push(row);
  }

  readonly get = (key: string): readonly T[] => this.#rows.get(key) ?? [];
}
