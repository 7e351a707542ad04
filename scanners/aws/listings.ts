import type { Credential } from '../../src/model/credential.ts';
import { groupBy } from '../../src/model/group-by.ts';
import { credentialId, principalId } from '../../src/model/id.ts';
import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Usage } from '../../src/model/usage.ts';
import { instant } from '../../src/scan/formats/instant.ts';
import { member, normalName, text } from '../../src/scan/formats/json-members.ts';
import { type PlaceOf, readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { accountOfKey } from './key-account.ts';
import { readPolicyDocument } from './policy-document.ts';
import { listedPrincipal, roleUsage } from './principals.ts';
import { Referenced } from './referenced.ts';
import { referencedPrincipal, roleTrusts } from './trusts.ts';

/**
 * Reads what IAM's small calls return, any number of answers in one file: `list-access-keys`, `get-access-key-last-used`,
 * `list-service-specific-credentials`, `list-signing-certificates`, `list-ssh-public-keys`, `list-users`, `list-groups`, `list-roles`.
 *
 * These answers name users without account or path. The account comes from the key id, or from a user of that name in the
 * same file; the path is unknown, so the user's ARN is the one without path, which the listed user has as an alias.
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column`; what stood before that place was emitted.
 */
export async function readListings(file: SourceFile, context: ScanContext): Promise<void> {
  const reader = new Reader(file, context);
  try {
    await readPositionedJson(file, reader);
  } finally {
    reader.end();
  }
}

/** A credential that a listing shows, before it is known whose account it is of. */
interface Shown {
  readonly user: string;
  readonly location: Location;
  readonly kind: string;
  readonly nativeId: string;
  readonly value: JsonObject;
}

interface LastUsed {
  readonly user: string | undefined;
  readonly keyId: string | undefined;
  readonly usage: Usage;
  readonly location: Location;
}

const LISTINGS: ReadonlyMap<string, { readonly kind: string; readonly id: string }> = new Map(
  Object.entries({
    accesskeymetadata: { kind: 'access-key', id: 'AccessKeyId' },
    servicespecificcredentials: { kind: 'service-specific', id: 'ServiceSpecificCredentialId' },
    sshpublickeys: { kind: 'ssh-key', id: 'SSHPublicKeyId' },
    certificates: { kind: 'signing-certificate', id: 'CertificateId' },
  }),
);

const KEY_ID = /A(?:KIA|SIA)[A-Z0-9]{12,}/;

class Reader {
  readonly #context: ScanContext;
  readonly #path: string;
  readonly #shown: Shown[] = [];
  readonly #lastUsed: LastUsed[] = [];
  readonly #accounts = new Map<string, string>();
  readonly #referenced = new Referenced();
  #document: Record<string, { readonly value: Json; readonly location: Location }> = {};

  constructor(file: SourceFile, context: ScanContext) {
    this.#path = file.path;
    this.#context = context;
  }

  item(memberName: string, value: Json, placeOf: PlaceOf): void {
    const name = normalName(memberName);
    const location = placeOf(value);
    this.#document[name] = { value, location };
    if (!isObject(value)) return;
    const listing = LISTINGS.get(name);
    if (listing !== undefined) this.#show(listing, value, location);
    else if (name === 'users') this.#user(value, location);
    else if (name === 'groups') this.#group(value, location);
    else if (name === 'roles') this.#role(value, placeOf);
  }

  documentEnd(place: Location): void {
    const { accesskeylastused: used, username, accesskeyid, istruncated } = this.#document;
    if (used !== undefined && isObject(used.value)) {
      this.#lastUsed.push({
        user: typeof username?.value === 'string' ? username.value : undefined,
        // The answer does not name the key; some wrap it with its id, others name the file by it.
        keyId: typeof accesskeyid?.value === 'string' ? accesskeyid.value : KEY_ID.exec(this.#path)?.[0],
        usage: keyUsage(used.value),
        location: used.location,
      });
    }
    if (istruncated?.value === true) {
      this.#problem('the listing says that it goes on (IsTruncated)', place);
    }
    this.#document = {};
  }

  end(): void {
    const keys = this.#shown.filter(({ kind }) => kind === 'access-key');
    const byId = new Map(keys.map((key) => [key.nativeId, key]));
    const byUser = groupBy(keys, ({ user }) => user);
    const usages = new Map<string, Usage>();
    for (const { keyId, user, usage, location } of this.#lastUsed) {
      const [only, second] = user === undefined ? [] : (byUser.get(user) ?? []);
      const key = keyId ?? (second === undefined ? only?.nativeId : undefined);
      if (key === undefined) this.#problem(unnamedKey(user), location);
      else {
        usages.set(key, usage);
        if (!byId.has(key) && user !== undefined) {
          this.#shown.push({ user, kind: 'access-key', nativeId: key, value: {}, location });
        }
      }
    }
    for (const shown of this.#shown) this.#emitCredential(shown, usages.get(shown.nativeId));
    for (const body of this.#referenced.unlisted()) this.#context.emit({ kind: 'principal', body });
  }

  #show({ kind, id }: { readonly kind: string; readonly id: string }, value: JsonObject, location: Location): void {
    const user = text(value, 'UserName');
    const nativeId = text(value, id);
    if (user === undefined || nativeId === undefined)
      this.#problem(`a listed credential without UserName or ${id}`, location);
    else this.#shown.push({ user, kind, nativeId, value, location });
  }

  #user(value: JsonObject, location: Location): void {
    const user = listedPrincipal('user', value, location);
    if (user === undefined) {
      this.#problem('a user without a readable Arn', location);
      return;
    }
    this.#accounts.set(user.name, user.scope[0] ?? '');
    this.#emitPrincipal({ ...user, attributes: listedAttributes(value, {}) });
  }

  #group(value: JsonObject, location: Location): void {
    const group = listedPrincipal('group', value, location);
    if (group === undefined) this.#problem('a group without a readable Arn', location);
    else this.#emitPrincipal({ ...group, attributes: listedAttributes(value, {}) });
  }

  #role(value: JsonObject, placeOf: PlaceOf): void {
    const location = placeOf(value);
    const role = listedPrincipal('role', value, location);
    if (role === undefined) {
      this.#problem('a role without a readable Arn', location);
      return;
    }
    const usage = roleUsage(value);
    const max = member(value, 'MaxSessionDuration');
    const attributes = listedAttributes(value, {
      service_linked: role.nativeId.includes(':role/aws-service-role/'),
      ...(typeof max === 'number' ? { max_session: max } : {}),
    });
    this.#emitPrincipal({ ...role, ...(usage === undefined ? {} : { usage }), attributes });
    const parsed = readPolicyDocument('trust', member(value, 'AssumeRolePolicyDocument'), placeOf, location);
    const { trusts, referenced, faults } = roleTrusts(role.id, parsed);
    for (const fault of faults) this.#problem(`${fault.message} (trust policy of ${role.name})`, fault.location);
    for (const principal of referenced) this.#referenced.name(principal);
    for (const body of trusts) this.#context.emit({ kind: 'trust', body });
  }

  #emitPrincipal(body: Principal): void {
    this.#referenced.listed(body);
    this.#context.emit({ kind: 'principal', body });
  }

  #emitCredential({ user, kind, nativeId, value, location }: Shown, lastUsed: Usage | undefined): void {
    const account = accountOfKey(nativeId) ?? this.#accounts.get(user) ?? UNKNOWN_ACCOUNT;
    const principal = referencedPrincipal('user', `arn:aws:iam::${account}:user/${user}`, account, location);
    this.#referenced.name(principal);
    const createdAt = instant(member(value, 'CreateDate')) ?? instant(member(value, 'UploadDate'));
    const expiresAt = instant(member(value, 'ExpirationDate'));
    const service = text(value, 'ServiceName');
    const usage = lastUsed ?? inlineUsage(value);
    const body: Credential = {
      id: credentialId('aws', kind, nativeId),
      platform: 'aws',
      kind,
      nativeId,
      principal: principalId('aws', 'user', principal.nativeId),
      status: statusOf(text(value, 'Status')),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(kind === 'signing-certificate' ? { expiryUnknown: true } : {}),
      ...(usage === undefined ? {} : { usage }),
      ...(kind === 'service-specific' && service !== undefined ? { attributes: { service } } : {}),
      locations: [location],
    };
    this.#context.emit({ kind: 'credential', body });
  }

  #problem(message: string, location: Location): void {
    this.#context.problem({ message, location });
  }
}

const UNKNOWN_ACCOUNT = 'unknown';

function unnamedKey(user: string | undefined): string {
  const whose = user === undefined ? 'an unnamed user' : user;
  return `the last use of a key of ${whose} cannot be told to be of one key: get-access-key-last-used does not name it`;
}

/** `list-users` and `list-roles` leave tags out unless somebody added them, and show no policies. */
function listedAttributes(value: JsonObject, more: JsonObject): JsonObject {
  const path = text(value, 'Path');
  return { ...(path === undefined ? {} : { path }), ...more };
}

function statusOf(status: string | undefined): Credential['status'] {
  const known = status?.toLowerCase();
  return known === 'active' || known === 'inactive' || known === 'expired' ? known : 'unknown';
}

/** `LastUsedDate` is absent, and service and region are N/A, when the key was not used since AWS keeps track (April 2015). */
function keyUsage(value: JsonObject): Usage {
  const base = { source: 'aws-access-key-last-used', confidence: 'high' } as const;
  const lastUsedAt = instant(member(value, 'LastUsedDate'));
  const service = text(value, 'ServiceName');
  const region = text(value, 'Region');
  if (lastUsedAt === undefined) return service === 'N/A' || service === undefined ? { ...base, never: true } : base;
  return {
    ...base,
    lastUsedAt,
    ...(service === undefined || service === 'N/A' ? {} : { service }),
    ...(region === undefined || region === 'N/A' ? {} : { region }),
  };
}

/** Some tools write the last use into the listed key. */
function inlineUsage(value: JsonObject): Usage | undefined {
  const used = member(value, 'AccessKeyLastUsed');
  if (isObject(used)) return keyUsage(used);
  return member(value, 'LastUsedDate') === undefined ? undefined : keyUsage(value);
}
