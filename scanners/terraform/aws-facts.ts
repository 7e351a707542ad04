import { DOCUMENT_ELSEWHERE } from '../../src/model/grant.ts';
import type { Json } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Trust } from '../../src/model/trust.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import type { PlaceOf } from '../../src/scan/formats/positioned-json.ts';
import { parseIamArn, pathlessArn } from '../aws/arn.ts';
import { type Attachment, policyGrants, unknownGrant } from '../aws/grants.ts';
import { type PolicyDocument, readPolicyDocument } from '../aws/policy-document.ts';
import { environmentOf, ownerOf } from '../aws/tags.ts';
import { referencedPrincipal, relation, roleTrusts } from '../aws/trusts.ts';
import { named, type PrincipalName } from '../cloud-principals.ts';
import type { FactSet } from './fact-set.ts';

/** A policy document as a file has it: an object, or the text of one; undefined where it is not known. */
export interface WrittenPolicy {
  readonly value: Json | undefined;
  /** Of the objects in it; the place of the whole by default, as for a text. */
  readonly placeOf?: PlaceOf;
  readonly place: Place;
  /** There are statements besides these, which are not known. */
  readonly partial?: boolean;
}

/** A user, role or group, in the words of `scanners/aws`, so that what is told is the same as an export of the account tells. */
export type AwsKind = 'user' | 'role' | 'group';

interface ListedAws {
  readonly name?: string | undefined;
  readonly aliases?: readonly string[];
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly createdAt?: string | undefined;
  readonly attributes?: Principal['attributes'];
}

type PolicyKind = 'identity' | 'trust';

interface WaitingAttachment {
  readonly attachment: Attachment;
  readonly place: Place;
}

/**
 * What files of infrastructure say of AWS. Managed policies may come before or after whoever they are attached to, so their
 * grants are told at the end.
 */
export class AwsFacts {
  readonly #facts: FactSet;
  readonly #policies = new Map<string, WrittenPolicy>();
  readonly #attachments: WaitingAttachment[] = [];
  readonly #parsed = new Map<string, PolicyDocument>();

  constructor(facts: FactSet) {
    this.#facts = facts;
  }

  /** @param arn - or what stands for it until it is known. */
  principal(kind: AwsKind, arn: string, place: Place, said: ListedAws): PrincipalName {
    const principal = awsPrincipal(kind, arn, said.name);
    const pathless = pathlessArn(arn);
    const aliases = [...(said.aliases ?? []), ...(pathless === arn ? [] : [pathless])];
    this.#facts.principal(principal, place, {
      ...(aliases.length === 0 ? {} : { aliases }),
      ...this.#taggedBy(said.tags, place),
      ...(said.createdAt === undefined ? {} : { createdAt: said.createdAt }),
      attributes: { ...said.attributes, ...(said.tags === undefined ? {} : { tags: said.tags }) },
    });
    return principal;
  }

  /** A user, role or group that is only named. */
  reference(kind: AwsKind, arn: string, place: Place): PrincipalName {
    const principal = awsPrincipal(kind, arn, undefined);
    this.#facts.reference(principal, place);
    return principal;
  }

  inlinePolicy(holder: PrincipalName, policy: string, written: WrittenPolicy): void {
    const attachment = { holder: holder.id, scope: scopeOf(holder), role: 'identity', policy } as const;
    this.#grants(attachment, this.#read('identity', written, policy), written);
  }

  managedPolicy(arn: string, written: WrittenPolicy): void {
    this.#policies.set(arn, written);
  }

  attach(holder: PrincipalName, policy: string, place: Place, role: Attachment['role'] = 'identity'): void {
    const attachment = { holder: holder.id, scope: scopeOf(holder), role, policy, location: this.#facts.at(place) };
    this.#attachments.push({ attachment, place });
  }

  trustPolicy(role: PrincipalName, written: WrittenPolicy): void {
    const document = this.#read('trust', written, `trust policy of ${role.name}`);
    if (document === undefined) return;
    const { trusts, referenced } = roleTrusts(role.id, { ...document, faults: [] });
    for (const body of referenced) this.#facts.add({ kind: 'principal', body });
    for (const body of trusts) this.#facts.add({ kind: 'trust', body });
  }

  memberOf(user: PrincipalName, group: PrincipalName, place: Place): void {
    this.#relation(group.id, user.id, 'member-of', place);
  }

  /** Something that runs with the rights of roles, or of what hands a role to it. */
  runsAs(
    workload: { readonly kind: string; readonly nativeId: string; readonly name: string; readonly place: Place },
    targets: readonly { readonly principal: PrincipalName; readonly place: Place }[],
    attributes: NonNullable<Principal['attributes']>,
    tags: Readonly<Record<string, string>> | undefined,
  ): void {
    const { nativeId, name, kind, place } = workload;
    const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(nativeId)?.[1];
    const principal = named('aws', kind, nativeId, name, account === undefined ? [] : [account]);
    this.#facts.principal(principal, place, { ...this.#taggedBy(tags, place), attributes });
    for (const target of targets) {
      this.#facts.reference(target.principal, target.place);
      this.#relation(target.principal.id, principal.id, 'runs-as', target.place);
    }
  }

  /** What hands a role to the instances that have it. */
  instanceProfile(profile: PrincipalName, role: PrincipalName | undefined, place: Place): void {
    this.#facts.principal(profile, place);
    if (role !== undefined) this.#relation(role.id, profile.id, 'profile-of', place);
  }

  #taggedBy(
    tags: Readonly<Record<string, string>> | undefined,
    place: Place,
  ): Pick<Principal, 'owner' | 'environment'> {
    const owner = tags === undefined ? undefined : ownerOf(tags);
    const environment = tags === undefined ? undefined : environmentOf(tags);
    return {
      ...(owner === undefined ? {} : { owner: { ...owner, location: this.#facts.at(place) } }),
      ...(environment === undefined ? {} : { environment }),
    };
  }

  /** Tells what managed policies give to whom. One whose document is not in the file is unknown there, and known elsewhere perhaps. */
  end(): void {
    for (const { attachment, place } of this.#attachments) {
      const written = this.#policies.get(attachment.policy);
      if (written === undefined) {
        const { id: _, locations, ...unknown } = unknownGrant(attachment, this.#facts.at(place));
        this.#facts.grant({ ...unknown, via: [...unknown.via, DOCUMENT_ELSEWHERE] }, locations[0] as Place);
        continue;
      }
      const document = this.#parsed.get(attachment.policy) ?? this.#read('identity', written, attachment.policy);
      if (document !== undefined) this.#parsed.set(attachment.policy, document);
      this.#grants(attachment, document, written);
    }
  }

  #grants(attachment: Attachment, document: PolicyDocument | undefined, { place, partial }: WrittenPolicy): void {
    const grants = document === undefined ? [] : policyGrants(attachment, document);
    const unknown = document === undefined || partial === true ? [unknownGrant(attachment, this.#facts.at(place))] : [];
    for (const body of [...grants, ...unknown]) this.#facts.add({ kind: 'grant', body });
  }

  /** Undefined where nothing is known of it. What is wrong with it is told here. */
  #read(kind: PolicyKind, { value, placeOf, place }: WrittenPolicy, what: string): PolicyDocument | undefined {
    if (value === undefined) return undefined;
    const fallback = this.#facts.at(place);
    const document = readPolicyDocument(kind, value, placeOf ?? (() => fallback), fallback);
    for (const fault of [...document.faults, ...trustFaults(kind, document)]) {
      this.#facts.problem(`${fault.message} (${what})`, { ...place, ...onlyPlace(fault.location) });
    }
    return document;
  }

  #relation(principal: string, subject: string, how: Trust['how'], place: Place): void {
    this.#facts.add({ kind: 'trust', body: relation(principal, subject, how, this.#facts.at(place)) });
  }
}

/** What only the reader of trusts finds wrong. */
function trustFaults(kind: PolicyKind, document: PolicyDocument): PolicyDocument['faults'] {
  return kind === 'trust' ? roleTrusts('', { ...document, faults: [] }).faults : [];
}

function onlyPlace({ path, line, column }: Location): Partial<Place> {
  return { path, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

function scopeOf({ scope }: PrincipalName): string {
  return scope[0] ?? '';
}

function awsPrincipal(kind: AwsKind, arn: string, name: string | undefined): PrincipalName {
  const account = parseIamArn(arn)?.account;
  const { id, name: shortName } = referencedPrincipal(kind, arn, account, { path: '' });
  return { id, platform: 'aws', kind, nativeId: arn, name: name ?? shortName, scope: account ? [account] : [] };
}
