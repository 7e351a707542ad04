import { DIRECTORY_ROLES } from '../../src/iam/azure/directory-roles.ts';
import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import { date, flag, odataType, present } from './fields.ts';
import { lastSegment, named, objectKind } from './names.ts';
import type { Reading } from './reading.ts';
import { readRelated } from './relations.ts';
import { type Schedule, scheduleOf } from './schedule.ts';

/** What grants of the directory say instead of a subscription. */
export const DIRECTORY = 'directory';

export function readGroup(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const id = text(record, 'id');
  if (id === undefined) {
    reading.problem('a group without an id', location);
    return;
  }
  const createdAt = date(record, 'createdDateTime');
  const group: Principal = {
    ...named('group', id, location, { name: text(record, 'displayName') ?? id }),
    seen: 'listed',
    ...(createdAt === undefined ? {} : { createdAt }),
    attributes: present({
      // Graph writes null for a group that was not made for it.
      role_assignable: member(record, 'isAssignableToRole') === null ? false : flag(record, 'isAssignableToRole'),
      membership_rule: text(record, 'membershipRule'),
      on_premises: flag(record, 'onPremisesSyncEnabled'),
    }),
  };
  reading.list(group);
  const parent = { kind: 'group', nativeId: group.nativeId };
  for (const [name, relation] of GROUP_LISTS) {
    for (const other of objects(record, name)) readRelated(relation, parent, other, reading.placeOf(other), reading);
  }
}

const GROUP_LISTS = [
  ['members', 'members'],
  ['transitiveMembers', 'members'],
  ['owners', 'owners'],
] as const;

export function readUser(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const id = text(record, 'id');
  if (id === undefined) {
    reading.problem('a user without an id', location);
    return;
  }
  const upn = text(record, 'userPrincipalName');
  const enabled = flag(record, 'accountEnabled');
  const createdAt = date(record, 'createdDateTime');
  reading.list({
    ...named('user', id, location, { name: upn ?? text(record, 'displayName') ?? id }),
    seen: 'listed',
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(enabled === undefined ? {} : { enabled }),
    attributes: present({ type: text(record, 'userType'), display_name: text(record, 'displayName') }),
  });
}

/** A role of the directory: built in (its id is its template's) or made by the tenant. */
export function readDirectoryRole(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const id = text(record, 'id');
  if (id === undefined) {
    reading.problem('a directory role without an id', location);
    return;
  }
  const builtIn = flag(record, 'isBuiltIn');
  const nativeId = builtIn === true ? (text(record, 'templateId') ?? id) : id;
  const role: Principal = {
    ...named('directory-role', nativeId, location, {
      name: text(record, 'displayName') ?? nativeId,
      aliases: nativeId === id ? [] : [id],
    }),
    seen: 'listed',
    attributes: present({
      built_in: builtIn,
      enabled: flag(record, 'isEnabled'),
      privileged: flag(record, 'isPrivileged'),
    }),
  };
  reading.list(role);
  for (const permission of objects(record, 'rolePermissions')) {
    const condition = text(permission, 'condition');
    const excluded = texts(permission, 'excludedResourceActions');
    reading.grant(
      {
        principal: role.id,
        effect: 'allow',
        role: 'identity',
        actions: texts(permission, 'allowedResourceActions'),
        ...(excluded.length === 0 ? {} : { notActions: excluded }),
        resources: ['*'],
        ...(condition === undefined ? {} : { condition: { only: condition } }),
        scope: DIRECTORY,
        via: [],
      },
      reading.placeOf(permission),
    );
  }
}

/** A role that is active in the tenant, as `/directoryRoles` lists it, with its members where they were expanded. */
export function readActivatedRole(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const template = text(record, 'roleTemplateId');
  if (template === undefined) {
    reading.problem('a directory role without roleTemplateId', location);
    return;
  }
  const id = text(record, 'id');
  const name = text(record, 'displayName') ?? template;
  reading.list({
    ...named('directory-role', template, location, { name, aliases: id === undefined ? [] : [id] }),
    seen: 'listed',
  });
  for (const at of objects(record, 'members')) {
    const object = text(at, 'id');
    if (object === undefined) continue;
    const holder = named(objectKind(odataType(at)), object, reading.placeOf(at), nameOf(at));
    grantRole(reading, { holder, role: template, roleName: name, scope: '/', schedule: undefined, at });
  }
}

/** A holder of a role in the directory, for good or by PIM: eligible, or active until a date. */
export function readDirectoryAssignment(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const principal = text(record, 'principalId');
  const role = text(record, 'roleDefinitionId');
  if (principal === undefined || role === undefined) {
    reading.problem('a directory role assignment without principalId or roleDefinitionId', location);
    return;
  }
  const expanded = member(record, 'principal');
  const definition = member(record, 'roleDefinition');
  const holder = isObject(expanded)
    ? named(objectKind(odataType(expanded)), principal, location, nameOf(expanded))
    : named('object', principal, location);
  const eligible =
    reading.envelope.context.includes('eligibility') || member(record, 'roleEligibilityScheduleId') !== undefined;
  grantRole(reading, {
    holder,
    role: lastSegment(role),
    roleName: isObject(definition) ? text(definition, 'displayName') : undefined,
    scope: text(record, 'directoryScopeId') ?? text(record, 'appScopeId') ?? '/',
    schedule: scheduleOf(record, eligible, reading.envelope.context),
    at: record,
  });
}

interface Assigned {
  readonly holder: Principal;
  readonly role: string;
  readonly roleName: string | undefined;
  readonly scope: string;
  readonly schedule: Schedule | undefined;
  readonly at: JsonObject;
}

function grantRole(reading: Reading, { holder, role, roleName: written, scope, schedule, at }: Assigned): void {
  const id = role.toLowerCase();
  const roleName = written ?? DIRECTORY_ROLES.get(id)?.name;
  const location = reading.placeOf(at);
  reading.name(named('directory-role', id, location, roleName === undefined ? {} : { name: roleName }));
  reading.grant(
    {
      principal: reading.name(holder),
      effect: 'allow',
      role: 'identity',
      actions: [`directory-role:${id}`],
      resources: [scope.toLowerCase()],
      ...(schedule === undefined ? {} : { condition: { pim: schedule } }),
      scope: DIRECTORY,
      via: [`directory-role:${roleName ?? id}`],
    },
    location,
  );
}

function nameOf(object: JsonObject): { readonly name?: string } {
  const name = text(object, 'userPrincipalName') ?? text(object, 'displayName');
  return name === undefined ? {} : { name };
}
