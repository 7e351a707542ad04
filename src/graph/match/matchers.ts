import type { Credential } from '../../model/credential.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Principal } from '../../model/principal.ts';
import type { StaticSecret } from '../../model/static-secret.ts';
import { bareIssuer, type MatchIndex } from './match-index.ts';

/** What one look found. */
export interface Found {
  readonly credentials: readonly Credential[];
  readonly principals: readonly Principal[];
  readonly by: string;
  /** `low` is never more than a possible match. */
  readonly confidence: 'high' | 'medium' | 'low';
}

type Matcher = (secret: StaticSecret, index: MatchIndex) => Found | undefined;

/** Ways to know whose a static secret is, the surest first. */
export const MATCHERS: readonly Matcher[] = [
  byCredentialId,
  bySameValue,
  byKeyFile,
  byTokenSubject,
  byApplication,
  byTokenEnd,
  byDatabaseUser,
  byCertificate,
];

/** An access key id beside the secret key, the key id of a key file. */
function byCredentialId({ platform, credentialNativeId }: StaticSecret, index: MatchIndex): Found | undefined {
  if (platform === undefined || credentialNativeId === undefined) return undefined;
  return credentials(index.credentialsById(`${platform}:${credentialNativeId}`), 'credential id', 'high');
}

/** A state file or an export that holds the value: its scanner has kept the fingerprint. */
function bySameValue({ fingerprint }: StaticSecret, index: MatchIndex): Found | undefined {
  return credentials(index.credentialsByFingerprint(fingerprint), 'same value', 'high');
}

/** https://cloud.google.com/iam/docs/keys-create-delete: `client_email` is the account. */
function byKeyFile({ facts }: StaticSecret, index: MatchIndex): Found | undefined {
  const email = text(facts, 'client_email')?.toLowerCase();
  if (email === undefined) return undefined;
  const accounts = index.principals(`gcp:${email}`).filter(({ kind }) => kind === 'service-account');
  return principals(accounts, 'e-mail in the key file', 'high');
}

const SERVICE_ACCOUNT_SUBJECT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * The token of a service account says namespace and name. Which cluster it is of only its issuer says; with several clusters and
 * no issuer that one of them is known by, a match would be a guess.
 */
function byTokenSubject({ facts }: StaticSecret, index: MatchIndex): Found | undefined {
  const [, namespace, name] = SERVICE_ACCOUNT_SUBJECT.exec(text(facts, 'sub') ?? '') ?? [];
  if (namespace === undefined) return undefined;
  const all = index.serviceAccounts(`${namespace}/${name}`);
  const issuer = text(facts, 'iss');
  const clusters =
    issuer === undefined ? [] : index.clustersByIssuer(bareIssuer(issuer)).map((row) => row.scope[0] ?? row.name);
  const own = clusters.length === 0 ? all : all.filter(({ scope }) => clusters.includes(scope[0] ?? ''));
  return principals(own, 'subject of the token', 'high');
}

/**
 * The application that stands beside a secret, or whose token it is. The secret itself is one of its passwords: which one only the
 * first characters can say, that Entra keeps as `hint`.
 */
function byApplication({ facts, hint }: StaticSecret, index: MatchIndex): Found | undefined {
  const id = text(facts, 'client_id') ?? text(facts, 'appid');
  if (id === undefined) return undefined;
  const rows = index.principals(`azure:${id.toLowerCase()}`);
  // The application defines what the service principal is; it does not act.
  const acting = rows.filter(({ kind }) => kind !== 'application');
  const found = acting.length > 0 ? acting : rows;
  const beginning = text(facts, 'hint') ?? hint?.split('…')[0] ?? '';
  const passwords = rows
    .flatMap((row) => index.credentialsOf(row.id))
    .filter(({ attributes }) => {
      const kept = typeof attributes?.hint === 'string' ? attributes.hint : '';
      return kept !== '' && (beginning.length >= kept.length ? beginning.startsWith(kept) : false);
    });
  const by = 'application id';
  if (passwords.length === 1 && found.length === 1)
    return { credentials: passwords, principals: found, by, confidence: 'high' };
  return principals(found, by, 'high');
}

/**
 * The last eight characters that GitHub shows of a token; of most secrets only the last four are kept, which among the tokens of
 * an organisation is as good as one while only one has them.
 */
function byTokenEnd({ platform, vendor, hint, facts }: StaticSecret, index: MatchIndex): Found | undefined {
  if (platform !== 'github' && vendor !== 'github') return undefined;
  const end = text(facts, 'token_last_eight');
  if (end !== undefined) return credentials(index.credentialsByTokenEnd(end), 'last eight characters', 'high');
  const four = hint?.split('…')[1] ?? '';
  return four.length === 4
    ? credentials(index.credentialsByTokenEnd(four), 'last four characters', 'medium')
    : undefined;
}

const DATABASES: Readonly<Record<string, string>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
};

/** The user in `postgres://user:password@host/…`. A role of that name at a server of another name is possible, and no match. */
function byDatabaseUser({ facts }: StaticSecret, index: MatchIndex): Found | undefined {
  const scheme = text(facts, 'scheme')?.replace(/\+.*$/, '') ?? '';
  const platform = Object.hasOwn(DATABASES, scheme) ? DATABASES[scheme] : undefined;
  const user = text(facts, 'user');
  if (platform === undefined || user === undefined) return undefined;
  const roles = index.principals(`${platform}:${user.toLowerCase()}`).filter(({ name }) => name.split('@')[0] === user);
  const host = text(facts, 'host') ?? '';
  const port = facts?.port;
  const here = roles.filter(({ scope, attributes }) =>
    [...scope, attributes?.host, attributes?.server].some((own) => own === host || own === `${host}:${String(port)}`),
  );
  if (here.length > 0) return principals(here, 'user and host of the address', 'high');
  return principals(roles, 'user of the address', 'low');
}

/** Kubernetes takes a client certificate's common name for the user, and its organisations for the groups (X.509 client certificates). */
function byCertificate({ facts }: StaticSecret, index: MatchIndex): Found | undefined {
  const subject = text(facts, 'certificate_subject');
  if (subject === undefined) return undefined;
  const part = (key: string) =>
    subject.split(', ').flatMap((entry) => (entry.startsWith(`${key}=`) ? [entry.slice(key.length + 1)] : []));
  const users = part('CN').flatMap((name) =>
    index.principals(`kubernetes:${name.toLowerCase()}`).filter((row) => row.kind === 'user' && row.name === name),
  );
  if (users.length > 0) return principals(users, 'name in the certificate', 'medium');
  const groups = part('O').flatMap((name) =>
    index.principals(`kubernetes:${name.toLowerCase()}`).filter((row) => row.kind === 'group' && row.name === name),
  );
  return principals(groups, 'organisation in the certificate', 'medium');
}

function credentials(rows: readonly Credential[], by: string, confidence: Found['confidence']): Found {
  return { credentials: rows, principals: [], by, confidence };
}

function principals(rows: readonly Principal[], by: string, confidence: Found['confidence']): Found {
  return { credentials: [], principals: rows, by, confidence };
}

function text(facts: JsonObject | undefined, name: string): string | undefined {
  const value = facts?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
