import type { JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import { normalName, text } from '../../src/scan/formats/json-members.ts';
import { odataType } from './fields.ts';
import { armPath, isGuid, named, objectKind } from './names.ts';
import type { Envelope, Reading } from './reading.ts';

/** Lists that belong to somebody, as Graph expands them and as people put them beside an id. */
export type Relation = 'owners' | 'members' | 'federated' | 'passwords' | 'keys';

const RELATIONS: ReadonlyMap<string, Relation> = new Map(
  Object.entries({
    owners: 'owners',
    members: 'members',
    transitivemembers: 'members',
    federatedidentitycredentials: 'federated',
    passwordcredentials: 'passwords',
    keycredentials: 'keys',
  }),
);

export function relationOf(member: string): Relation | undefined {
  return RELATIONS.get(normalName(member));
}

export function isRelation(member: string): boolean {
  return relationOf(member) !== undefined;
}

/** Whose a list is. `kind` is `object` where only an id is known. */
export interface Parent {
  readonly kind: string;
  readonly nativeId: string;
}

const PARENT_MEMBERS: readonly (readonly [string, string])[] = [
  ['groupId', 'group'],
  ['applicationId', 'application'],
  ['servicePrincipalId', 'service-principal'],
  ['appId', 'application'],
];

/** The parent that a document names beside its list, or that its `@odata.context` or its file name has. */
export function parentOf(document: JsonObject, relation: Relation, envelope: Envelope): Parent | undefined {
  for (const [member, kind] of PARENT_MEMBERS) {
    const id = text(document, member);
    if (id !== undefined) return { kind, nativeId: id.toLowerCase() };
  }
  const id = text(document, 'id');
  if (id !== undefined) return { kind: kindByRelation(relation), nativeId: armPath(id) };
  const [, collection, inContext] = /#(\w+)\('([^']+)'\)/.exec(envelope.context) ?? [];
  if (collection !== undefined && inContext !== undefined)
    return { kind: objectKind(collection.replace(/s$/, '')), nativeId: inContext };
  return parentInPath(relation, envelope.path);
}

const LIST_IN_PATH: Readonly<Record<Relation, RegExp>> = {
  owners: /owners/i,
  members: /members/i,
  federated: /federated/i,
  passwords: /credential|password|secret/i,
  keys: /credential|key|cert/i,
};

/** `owners-<id>.json`, `members/<id>.json`: answers that do not say whose they are can only be told by their name. */
function parentInPath(relation: Relation, path: string): Parent | undefined {
  const end = path.split('/').slice(-2).join('/');
  const ids = end.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? [];
  const [id] = ids;
  if (id === undefined || ids.length > 1 || !isGuid(id) || !LIST_IN_PATH[relation].test(end)) return undefined;
  return { kind: kindByRelation(relation), nativeId: id.toLowerCase() };
}

function kindByRelation(relation: Relation): string {
  if (relation === 'members') return 'group';
  return relation === 'owners' ? 'object' : 'application';
}

/** Whether the file's name says that its list is one of these: then elements without a shape of their own belong to it. */
export function relationByPath(path: string): Relation | undefined {
  const relations: readonly Relation[] = ['owners', 'members'];
  return relations.find((relation) => parentInPath(relation, path) !== undefined);
}

/** One owner of an application, service principal or group, or one member of a group. */
export function readRelated(
  relation: 'owners' | 'members',
  parent: Parent,
  element: JsonObject,
  location: Location,
  reading: Reading,
): void {
  const id = text(element, 'id');
  if (id === undefined) {
    reading.problem(`one of the ${relation} without an id`, location);
    return;
  }
  const holder = reading.name(named(parent.kind, parent.nativeId, location));
  reading.trust(
    {
      principal: holder,
      subject: { kind: 'principal', id: reading.name(related(element, id, location)) },
      how: relation === 'owners' ? 'owner-of' : 'member-of',
    },
    location,
  );
}

function related(element: JsonObject, id: string, location: Location) {
  const appId = text(element, 'appId');
  const guess =
    appId === undefined ? (text(element, 'userPrincipalName') === undefined ? 'object' : 'user') : 'service-principal';
  const type = odataType(element);
  const kind = type === undefined ? guess : objectKind(type);
  const name = text(element, 'displayName') ?? text(element, 'userPrincipalName');
  const more = name === undefined ? {} : { name };
  return appId !== undefined && (kind === 'service-principal' || kind === 'application')
    ? named(kind, appId, location, { ...more, aliases: [id] })
    : named(kind, id, location, more);
}
