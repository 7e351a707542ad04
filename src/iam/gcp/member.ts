import { principalId } from '../../model/id.ts';
import type { Principal } from '../../model/principal.ts';

/** Whom a policy names. */
export interface Member extends Pick<Principal, 'id' | 'kind' | 'nativeId' | 'name' | 'scope'> {
  /** `deleted:…?uid=…`: the binding stands, and gives nobody anything. */
  readonly deleted: boolean;
}

/** `PROJECT.svc.id.goog[NAMESPACE/NAME]`. */
const KUBERNETES = /^([^[\]]+)\.svc\.id\.goog\[([^/\]]+)\/([^\]]+)\]$/;
/** The same as a principal of the pool that every project with GKE has. */
const KUBERNETES_SUBJECT =
  /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]+\/locations\/global\/workloadIdentityPools\/([^/]+)\.svc\.id\.goog\/subject\/ns\/([^/]+)\/sa\/([^/]+)$/;
const SERVICE_ACCOUNT = /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/(.+)$/;
const USER = /^principal:\/\/goog\/subject\/(.+)$/;
const GROUP = /^principalSet:\/\/goog\/group\/(.+)$/;
const DELETED = /^deleted:(.*)\?uid=(.*)$/s;

/**
 * The principal behind a member of an allow policy, or a principal of a deny policy: both spell them differently. A kind
 * that is not known keeps the whole text, so that nothing that holds something is left out (IAM documentation, Principal identifiers).
 */
export function memberOf(text: string): Member {
  const [, gone, uid] = DELETED.exec(text) ?? [];
  if (gone !== undefined) {
    const { kind, nativeId, name, scope } = memberOf(gone);
    return member(kind, `${nativeId}?uid=${uid}`, `${name} (deleted)`, scope, true);
  }
  const identity = KUBERNETES_SUBJECT.exec(text);
  if (identity !== null) return kubernetes(identity[1] ?? '', identity[2] ?? '', identity[3] ?? '');
  if (text === 'principalSet://goog/public:all') return memberOf('allUsers');
  const account = SERVICE_ACCOUNT.exec(text)?.[1];
  if (account !== undefined) return serviceAccount(account);
  const user = USER.exec(text)?.[1];
  if (user !== undefined) return person('user', user);
  const group = GROUP.exec(text)?.[1];
  if (group !== undefined) return person('group', group);
  if (text.startsWith('principal://')) return member('federated-identity', text, shortName(text), []);
  if (text.startsWith('principalSet://')) return member('principal-set', text, shortName(text), []);
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1);
  switch (colon < 0 ? text : text.slice(0, colon)) {
    case 'allUsers':
    case 'allAuthenticatedUsers':
      return member('public', text, text, []);
    case 'serviceAccount':
      return serviceAccount(value);
    case 'user':
    case 'group':
    case 'domain':
      return person(text.slice(0, colon), value);
    case 'projectOwner':
    case 'projectEditor':
    case 'projectViewer':
      return member('project-role', text, text, [value]);
    default:
      return member('unknown', text, text, []);
  }
}

/** Addresses are the same however they are capitalised; IAM writes them in small letters. */
function person(kind: string, address: string): Member {
  return member(kind, address.toLowerCase(), address.toLowerCase(), []);
}

function serviceAccount(text: string): Member {
  const [, project, namespace, name] = KUBERNETES.exec(text) ?? [];
  if (project !== undefined) return kubernetes(project, namespace ?? '', name ?? '');
  const email = text.toLowerCase();
  const home = homeOf(email);
  return member('service-account', email, email, home === undefined ? [] : [home]);
}

function kubernetes(project: string, namespace: string, name: string): Member {
  const nativeId = `${project}.svc.id.goog[${namespace}/${name}]`;
  return member('kubernetes-identity', nativeId, nativeId, [project]);
}

const HOMES: readonly RegExp[] = [
  /@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/,
  /^([a-z0-9.:-]+)@appspot\.gserviceaccount\.com$/,
  /^(\d+)-compute@developer\.gserviceaccount\.com$/,
  /^(?:service-)?(\d+)@[a-z0-9.-]*gserviceaccount\.com$/,
];

/** The project (id or number) that an account's address names: where it lives, or whose agent of Google it is. */
function homeOf(email: string): string | undefined {
  if (isGoogleManaged(email)) return /^(?:service-)?(\d+)@/.exec(email)?.[1];
  for (const form of HOMES) {
    const home = form.exec(email)?.[1];
    if (home !== undefined) return home;
  }
  return undefined;
}

/**
 * Whether an account is one of Google's own agents: it lives in a project of Google, and nobody of the organization can
 * become it by a right over its own project's accounts (IAM documentation, Service agents).
 */
export function isGoogleManaged(email: string): boolean {
  return /^(?:\d+|service-\d{6,})@|@(?:gcp-sa-[a-z0-9-]+|[a-z0-9-]*system)\.iam\.gserviceaccount\.com$/.test(email);
}

/** One that only a service of Google acts as. Builds, which people write, may run as the account of Cloud Build. */
export function isServiceAgent(email: string): boolean {
  return isGoogleManaged(email) && !email.includes('@cloudbuild.');
}

/** `compute` and `app-engine`: made with the service, and often still editors of their project. */
export function defaultAccountOf(email: string): 'compute' | 'app-engine' | undefined {
  if (/^\d+-compute@developer\.gserviceaccount\.com$/.test(email)) return 'compute';
  return /@appspot\.gserviceaccount\.com$/.test(email) ? 'app-engine' : undefined;
}

function shortName(text: string): string {
  const pool = text.indexOf('/workloadIdentityPools/');
  return pool < 0 ? text : text.slice(pool + '/workloadIdentityPools/'.length);
}

function member(kind: string, nativeId: string, name: string, scope: readonly string[], deleted = false): Member {
  return { id: principalId('gcp', kind, nativeId), kind, nativeId, name, scope, deleted };
}
