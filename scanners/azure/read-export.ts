import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { normalName, text } from '../../src/scan/formats/json-members.ts';
import { type PlaceOf, readPositionedJson } from '../../src/scan/formats/positioned-json.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { Pages } from '../aws/pages.ts';
import { readAppRoleAssignment, readPermissionGrant } from './app-permissions.ts';
import { readApplication, readServicePrincipal } from './applications.ts';
import { readKey, readPassword } from './credentials.ts';
import { readActivatedRole, readDirectoryAssignment, readDirectoryRole, readGroup, readUser } from './directory.ts';
import { readFederated } from './federated.ts';
import { readManagementGroup, readSubscription } from './hierarchy.ts';
import { named } from './names.ts';
import { Reading } from './reading.ts';
import { type Parent, parentOf, type Relation, readRelated, relationByPath, relationOf } from './relations.ts';
import { readManagedIdentity, readResource } from './resources.ts';
import { readRoleAssignment } from './role-assignments.ts';
import { readDenyAssignment, readRoleDefinition } from './role-definitions.ts';
import { type Shape, shapeOf } from './shapes.ts';
import { readCredentialSignIn, readSignIns } from './sign-ins.ts';

type ElementReader = (element: JsonObject, reading: Reading) => void;

const READERS: Readonly<Record<Shape, ElementReader | Relation>> = {
  'role-assignments': readRoleAssignment,
  'role-schedules': readRoleAssignment,
  'role-definitions': readRoleDefinition,
  'deny-assignments': readDenyAssignment,
  'managed-identities': readManagedIdentity,
  'federated-credentials': 'federated',
  'management-groups': readManagementGroup,
  subscriptions: readSubscription,
  resources: readResource,
  'resources-without-identity': () => undefined,
  'app-role-assignments': readAppRoleAssignment,
  'permission-grants': readPermissionGrant,
  'directory-role-assignments': readDirectoryAssignment,
  'directory-role-definitions': readDirectoryRole,
  'directory-roles': readActivatedRole,
  'credential-sign-ins': readCredentialSignIn,
  'sign-ins': readSignIns,
  'service-principals': readServicePrincipal,
  applications: readApplication,
  'password-credentials': 'passwords',
  'key-credentials': 'keys',
  groups: readGroup,
  users: readUser,
  organizations: (record, reading) => reading.tenants.own(text(record, 'id')),
};

/**
 * Reads an export of Azure or Entra: elements in a list of any name, in the `value` of an answer, or a document that is one, any
 * number of documents in a file. Each element is read by what it is.
 *
 * @throws {AppError} ERR_SCAN_SYNTAX with `file:line:column`; what stood before that place was emitted.
 */
export async function readExport(file: SourceFile, context: ScanContext): Promise<void> {
  const visitor = new Visitor(new Reading(context, file.path), file.path);
  try {
    await readPositionedJson(file, visitor);
  } finally {
    visitor.end();
  }
}

/** Something of a document whose owner the document names, perhaps only at its end. */
interface Pending {
  readonly relation: Relation;
  readonly element: JsonObject;
  readonly location: Location;
}

/** Elements of lists that a document has for itself, such as the scopes of a single role: more belong to no record. */
const MOST_OWN_ELEMENTS = 10_000;

class Visitor {
  readonly #reading: Reading;
  readonly #path: string;
  readonly #byPath: Relation | undefined;
  readonly #pages = new Pages();
  #pending: Pending[] = [];
  #own = emptyRecord();
  #start: Location | undefined;
  /** Objects of a single document's members, with their places. */
  #places = new Map<Json, Location>();

  constructor(reading: Reading, path: string) {
    this.#reading = reading;
    this.#path = path;
    this.#byPath = relationByPath(path);
  }

  item(memberName: string, value: Json, placeOf: PlaceOf): void {
    const name = normalName(memberName);
    const location = placeOf(value);
    this.#start ??= location;
    this.#reading.placeOf = placeOf;
    if (!isObject(value)) this.#scalar(name, memberName, value, location);
    else this.#object(name, memberName, value, location);
  }

  documentEnd(place: Location): void {
    const document: JsonObject = this.#own;
    const start = this.#start ?? place;
    this.#reading.placeOf = (value) => this.#places.get(value) ?? start;
    const shape = shapeOf(document);
    const read = shape === undefined ? undefined : READERS[shape];
    // What belongs to a single record is read with it.
    if (shape !== undefined && WITH_LISTS.has(shape)) this.#takeBack();
    if (typeof read === 'function') read(document, this.#reading);
    else if (read !== undefined) this.#pending.push({ relation: read, element: document, location: start });
    for (const pending of this.#pending) this.#relate(pending, document);
    for (const page of this.#pages.end(place)) this.#missingPage(page);
    this.#pending = [];
    this.#own = emptyRecord();
    this.#start = undefined;
    this.#places = new Map();
    this.#reading.envelope = { context: '', path: this.#path };
  }

  end(): void {
    for (const page of this.#pages.rest()) this.#missingPage(page);
    this.#reading.end();
  }

  #scalar(name: string, memberName: string, value: Json, location: Location): void {
    if (name === '@odata.context' && typeof value === 'string') {
      this.#reading.envelope = { context: value.toLowerCase(), path: this.#path };
    } else if (name.endsWith('nextlink') && typeof value === 'string' && value !== '') this.#pages.truncated(true);
    else if (name === '' && value !== null) this.#reading.problem('an element that is not an object', location);
    else if (memberName in this.#own) this.#keep(memberName, value, location);
    else this.#define(memberName, value);
  }

  #object(name: string, memberName: string, value: JsonObject, location: Location): void {
    const listed = name === '' || name === 'value';
    const relation = relationOf(name) ?? (listed ? this.#byPath : undefined);
    if (relation !== undefined) {
      this.#pending.push({ relation, element: value, location });
      this.#listMember(value, relation);
      return;
    }
    // What is below a management group, and parts of a single record, are the record's.
    const shape = name === 'children' ? undefined : shapeOf(value);
    const read = shape === undefined ? undefined : READERS[shape];
    if (typeof read === 'function') read(value, this.#reading);
    else if (read !== undefined) this.#pending.push({ relation: read, element: value, location });
    else if (listed) this.#reading.problem('an element that is none of what is read of Azure or Entra', location);
    else this.#keep(memberName, value, location);
  }

  /** Who is listed as an owner or member is listed, too. */
  #listMember(value: JsonObject, relation: Relation): void {
    if (relation !== 'owners' && relation !== 'members') return;
    const shape = shapeOf(value);
    if (shape === 'users') readUser(value, this.#reading);
    else if (shape === 'service-principals') readServicePrincipal(value, this.#reading);
    else if (shape === 'groups') readGroup(value, this.#reading);
  }

  #relate({ relation, element, location }: Pending, document: JsonObject): void {
    const parent = parentOf(document, relation, this.#reading.envelope);
    if (relation === 'federated') {
      readFederated(element, parent, location, this.#reading);
      return;
    }
    if (parent === undefined) {
      this.#reading.problem(`${LISTS[relation]} that do not say whose they are: name it in the file name`, location);
      return;
    }
    if (relation === 'owners' || relation === 'members')
      readRelated(relation, parent, element, location, this.#reading);
    else this.#credential(relation, element, parent, location);
  }

  #credential(relation: 'passwords' | 'keys', element: JsonObject, parent: Parent, location: Location): void {
    const principal = this.#reading.name(named('service-principal', parent.nativeId, location));
    const on = parent.kind === 'service-principal' ? parent.kind : 'application';
    const holder = { principal, clientId: undefined, on, managed: false } as const;
    if (relation === 'passwords') readPassword(element, holder, location, this.#reading);
    else readKey(element, holder, location, this.#reading);
  }

  #takeBack(): void {
    for (const { relation, element, location } of this.#pending) this.#keep(RECORD_LISTS[relation], element, location);
    this.#pending = [];
  }

  /** A member of a list that may turn out to be one of a single record. */
  #keep(memberName: string, value: Json, location: Location): void {
    const known = this.#own[memberName];
    if (Array.isArray(known) && known.length >= MOST_OWN_ELEMENTS) return;
    this.#places.set(value, location);
    if (known === undefined) this.#define(memberName, isObject(value) && !SINGLE.has(memberName) ? [value] : value);
    else if (Array.isArray(known)) (known as Json[]).push(value);
    else this.#define(memberName, [known, value]);
  }

  #define(memberName: string, value: Json): void {
    Object.defineProperty(this.#own, memberName, { value, enumerable: true, configurable: true, writable: true });
  }

  #missingPage(location: Location): void {
    this.#reading.problem(
      'the answer says that it goes on (nextLink), and its next page is not in this file',
      location,
    );
  }
}

/** Without a prototype, so that no name of a member is there before it is read. */
function emptyRecord(): Record<string, Json> {
  return Object.create(null) as Record<string, Json>;
}

const WITH_LISTS: ReadonlySet<Shape> = new Set<Shape>(['applications', 'service-principals', 'groups']);

const RECORD_LISTS: Readonly<Record<Relation, string>> = {
  owners: 'owners',
  members: 'members',
  federated: 'federatedIdentityCredentials',
  passwords: 'passwordCredentials',
  keys: 'keyCredentials',
};

const LISTS: Readonly<Record<Exclude<Relation, 'federated'>, string>> = {
  owners: 'owners',
  members: 'members',
  passwords: 'client secrets',
  keys: 'certificates',
};

/** Members of a record that are objects, and no lists with one element. */
const SINGLE: ReadonlySet<string> = new Set([
  'properties',
  'identity',
  'details',
  'parent',
  'scheduleInfo',
  'claimsMatchingExpression',
  'servicePrincipalLockConfiguration',
  'verifiedPublisher',
  'principal',
  'roleDefinition',
  'tags',
  'identityProfile',
]);
