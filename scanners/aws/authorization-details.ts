import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, normalName, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import { type PlaceOf, readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { parseIamArn } from './arn.ts';
import { type Attachment, policyGrants, unknownGrant } from './grants.ts';
import { Memberships } from './memberships.ts';
import { Pages } from './pages.ts';
import { readPolicyDocument } from './policy-document.ts';
import { listedPrincipal, readRole, readUser } from './principals.ts';
import { Referenced } from './referenced.ts';
import { roleTrusts } from './trusts.ts';
import { readInstanceProfile } from './workloads.ts';

/**
 * Reads the output of `aws iam get-account-authorization-details`, one page or several one after the other. Lists may come in
 * any order; attached policies come last in practice, and only when one comes before its holder is the file read twice.
 *
 * Source: IAM API Reference, GetAccountAuthorizationDetails.
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column`; what stood before that place was emitted.
 */
export async function readAuthorizationDetails(file: SourceFile, context: ScanContext): Promise<void> {
  const reader = new Reader(file, context);
  try {
    await readPositionedJson(file, reader);
    if (reader.late.size > 0) await readPositionedJson(file, reader.secondPass());
  } finally {
    // Also of a file that breaks off: policies that were named by then and never came are unknown, not nothing.
    reader.end();
  }
}

type Visitor = Parameters<typeof readPositionedJson>[1];

class Reader implements Visitor {
  /** Managed policies that holders named after the policy itself had gone by. */
  readonly late = new Map<string, Attachment[]>();
  readonly #context: ScanContext;
  readonly #path: string;
  readonly #attached = new Map<string, Attachment[]>();
  readonly #policies = new Set<string>();
  readonly #memberships = new Memberships();
  readonly #referenced = new Referenced();
  readonly #pages = new Pages();

  constructor(file: SourceFile, context: ScanContext) {
    this.#path = file.path;
    this.#context = context;
  }

  item(memberName: string, value: Json, placeOf: PlaceOf): void {
    const name = normalName(memberName);
    if (name === 'istruncated') this.#pages.truncated(value === true || value === 'true');
    const read = this.#readers.get(name);
    if (read === undefined) return;
    if (isObject(value)) read(value, placeOf);
    else if (value !== null) this.#problem(`${memberName} has an element that is not an object`, placeOf(value));
  }

  documentEnd(place: Location): void {
    for (const page of this.#pages.end(place)) this.#missingPage(page);
  }

  secondPass(): Visitor {
    return {
      item: (memberName, value, placeOf) => {
        if (normalName(memberName) !== 'policies' || !isObject(value)) return;
        const arn = text(value, 'Arn') ?? '';
        this.#emitGrants(this.late.get(arn) ?? [], defaultDocument(value), value, placeOf);
        this.late.delete(arn);
      },
      documentEnd: () => undefined,
    };
  }

  end(): void {
    for (const page of this.#pages.rest()) this.#missingPage(page);
    for (const attachments of [...this.#attached.values(), ...this.late.values()]) {
      for (const attachment of attachments) {
        const body = unknownGrant(attachment, attachment.location ?? { path: this.#path });
        this.#context.emit({ kind: 'grant', body });
      }
    }
    const { trusts, missing } = this.#memberships.resolve();
    for (const group of missing) this.#referenced.name(group);
    for (const body of trusts) this.#context.emit({ kind: 'trust', body });
    for (const body of this.#referenced.unlisted()) this.#context.emit({ kind: 'principal', body });
  }

  readonly #readers = new Map<string, (value: JsonObject, placeOf: PlaceOf) => void>(
    Object.entries({
      userdetaillist: (value: JsonObject, placeOf: PlaceOf) => {
        const user = this.#principal(value, readUser(value, placeOf(value)), placeOf);
        if (user === undefined) return;
        this.#holder(user, value, 'UserPolicyList', placeOf);
        for (const group of texts(value, 'GroupList')) this.#memberships.member(user, group);
      },
      groupdetaillist: (value: JsonObject, placeOf: PlaceOf) => {
        const group = this.#principal(value, listedPrincipal('group', value, placeOf(value)), placeOf);
        if (group === undefined) return;
        this.#memberships.group(group);
        this.#holder(group, value, 'GroupPolicyList', placeOf);
      },
      roledetaillist: (value: JsonObject, placeOf: PlaceOf) => {
        const role = this.#principal(value, readRole(value, placeOf(value)), placeOf);
        if (role === undefined) return;
        this.#holder(role, value, 'RolePolicyList', placeOf);
        this.#trusts(role, value, placeOf);
        for (const profile of objects(value, 'InstanceProfileList')) {
          readInstanceProfile(profile, placeOf(profile), this.#context, role.id);
        }
      },
      policies: (value: JsonObject, placeOf: PlaceOf) => {
        const arn = text(value, 'Arn');
        if (arn === undefined) {
          this.#problem('a managed policy without Arn', placeOf(value));
          return;
        }
        this.#pages.account(parseIamArn(arn)?.account);
        this.#policies.add(arn);
        this.#emitGrants(this.#attached.get(arn) ?? [], defaultDocument(value), value, placeOf);
        this.#attached.delete(arn);
      },
    }),
  );

  #principal(value: JsonObject, principal: Principal | undefined, placeOf: PlaceOf): Principal | undefined {
    if (principal === undefined) {
      this.#problem('a user, role or group without a readable Arn', placeOf(value));
      return undefined;
    }
    this.#pages.account(principal.scope[0]);
    this.#referenced.listed(principal);
    this.#context.emit({ kind: 'principal', body: principal });
    return principal;
  }

  #holder(holder: Principal, value: JsonObject, inline: string, placeOf: PlaceOf): void {
    const base = { holder: holder.id, scope: holder.scope[0] ?? '', role: 'identity' } as const;
    for (const entry of objects(value, inline)) {
      const attachment = { ...base, policy: text(entry, 'PolicyName') ?? '' };
      this.#emitGrants([attachment], member(entry, 'PolicyDocument'), entry, placeOf);
    }
    for (const entry of objects(value, 'AttachedManagedPolicies')) {
      const location = placeOf(entry);
      const policy = text(entry, 'PolicyArn');
      if (policy === undefined) this.#problem(`a policy attached to ${holder.name} without PolicyArn`, location);
      this.#attach({ ...base, policy: policy ?? 'a policy without an ARN', location });
    }
    const boundary = member(value, 'PermissionsBoundary');
    if (!isObject(boundary)) return;
    const policy = text(boundary, 'PermissionsBoundaryArn');
    this.#attach({
      ...base,
      role: 'boundary',
      policy: policy ?? 'a boundary without an ARN',
      location: placeOf(boundary),
    });
  }

  #attach(attachment: Attachment): void {
    const index = this.#policies.has(attachment.policy) ? this.late : this.#attached;
    const known = index.get(attachment.policy);
    if (known === undefined) index.set(attachment.policy, [attachment]);
    else known.push(attachment);
  }

  #emitGrants(
    attachments: readonly Attachment[],
    document: Json | undefined,
    around: JsonObject,
    placeOf: PlaceOf,
  ): void {
    const [first] = attachments;
    // A policy that nothing has gives nothing, and what is wrong with it hides nothing.
    if (first === undefined) return;
    const parsed = readPolicyDocument('identity', document, placeOf, placeOf(around));
    for (const fault of parsed.faults) this.#problem(`${fault.message} (${first.policy})`, fault.location);
    for (const attachment of attachments) {
      for (const body of policyGrants(attachment, parsed)) this.#context.emit({ kind: 'grant', body });
    }
  }

  #trusts(role: Principal, value: JsonObject, placeOf: PlaceOf): void {
    const parsed = readPolicyDocument('trust', member(value, 'AssumeRolePolicyDocument'), placeOf, placeOf(value));
    const { trusts, referenced, faults } = roleTrusts(role.id, parsed);
    for (const fault of faults) this.#problem(`${fault.message} (trust policy of ${role.name})`, fault.location);
    for (const principal of referenced) this.#referenced.name(principal);
    for (const body of trusts) this.#context.emit({ kind: 'trust', body });
  }

  #missingPage(location: Location): void {
    this.#problem('the export says that it goes on (IsTruncated), and its next page is not in this file', location);
  }

  #problem(message: string, location: Location): void {
    this.#context.problem({ message, location });
  }
}

/** Only the default version of a managed policy is in force. */
function defaultDocument(policy: JsonObject): Json | undefined {
  const wanted = text(policy, 'DefaultVersionId');
  const versions = objects(policy, 'PolicyVersionList');
  const version =
    versions.find((entry) => member(entry, 'IsDefaultVersion') === true) ??
    versions.find((entry) => wanted !== undefined && text(entry, 'VersionId') === wanted);
  return version === undefined ? undefined : member(version, 'Document');
}
