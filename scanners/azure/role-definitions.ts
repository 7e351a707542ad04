import { isObject, type JsonObject } from '../../src/model/json.ts';
import { list, member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import { flag, flattened, present } from './fields.ts';
import { armPath, lastSegment, named } from './names.ts';
import type { Reading } from './reading.ts';

/** A role of Azure RBAC: a principal that never acts, with one grant per element of its permissions. */
export function readRoleDefinition(element: JsonObject, reading: Reading): void {
  const location = reading.placeOf(element);
  const record = flattened(element);
  const id = text(record, 'id');
  if (id === undefined) {
    reading.problem('a role definition without an id', location);
    return;
  }
  const properties = member(element, 'properties');
  const type = text(record, 'roleType') ?? (isObject(properties) ? text(properties, 'type') : undefined);
  const scopes = texts(record, 'assignableScopes').map(armPath);
  const roleId = lastSegment(id).toLowerCase();
  reading.list({
    ...named('role', roleId, location, { name: text(record, 'roleName') ?? roleId }),
    seen: 'listed',
    attributes: present({
      type: type === undefined ? undefined : /custom/i.test(type) ? 'custom' : 'built-in',
      assignable_scopes: scopes,
    }),
  });
  const via = [`role:${text(record, 'roleName') ?? roleId}`];
  const holder = { principal: `azure:role:${roleId}`, effect: 'allow', scope: '/', resources: ['*'], via } as const;
  for (const permission of list(record, 'permissions')) {
    if (isObject(permission)) emitPermissions(permission, holder, reading);
    else reading.problem('permissions of a role that are not an object', location);
  }
}

/**
 * A deny assignment: what its principals are denied on a scope, whatever roles say. `Everyone` is a group with an id of zeroes.
 *
 * Source: Microsoft Learn, "List Azure deny assignments".
 */
export function readDenyAssignment(element: JsonObject, reading: Reading): void {
  const location = reading.placeOf(element);
  const record = flattened(element);
  const scope = text(record, 'scope') ?? scopeInId(text(record, 'id'));
  const denied = objects(record, 'principals');
  if (scope === undefined || denied.length === 0) {
    reading.problem('a deny assignment without scope or principals', location);
    return;
  }
  const where = armPath(scope);
  const excluded = objects(record, 'excludePrincipals').flatMap((one) => text(one, 'id')?.toLowerCase() ?? []);
  const abac = text(record, 'condition');
  const condition = present({
    except: excluded,
    not_below: flag(record, 'doNotApplyToChildScopes') === true ? true : undefined,
    abac,
    // Preview: an effect of `audit` writes a log and denies nothing.
    effect: text(record, 'denyAssignmentEffect')?.toLowerCase(),
  });
  const name = text(record, 'denyAssignmentName') ?? text(record, 'name') ?? '';
  for (const one of denied) {
    const id = text(one, 'id');
    if (id === undefined) {
      reading.problem('a deny assignment with a principal that has no id', location);
      continue;
    }
    const everyone = id === EVERYONE;
    const kind = everyone ? 'group' : kindOf(text(one, 'type'));
    const holder = {
      principal: reading.name(named(kind, id, location, everyone ? { name: 'Everyone' } : {})),
      effect: 'deny',
      scope: where,
      resources: [where],
      via: [`deny-assignment:${name}`],
      ...(Object.keys(condition).length === 0 ? {} : { condition }),
    } as const;
    for (const permission of objects(record, 'permissions')) emitPermissions(permission, holder, reading);
  }
}

/** All principals of the tenant. */
export const EVERYONE = '00000000-0000-0000-0000-000000000000';

interface PermissionHolder {
  readonly principal: string;
  readonly effect: 'allow' | 'deny';
  readonly scope: string;
  readonly resources: readonly string[];
  readonly via: readonly string[];
  readonly condition?: JsonObject;
}

/** Actions, and data actions with `data:` in front; what is taken off them likewise. */
function emitPermissions(permission: JsonObject, holder: PermissionHolder, reading: Reading): void {
  const all = (plain: string, data: string) => [
    ...texts(permission, plain),
    ...texts(permission, data).map((action) => `data:${action}`),
  ];
  const actions = all('actions', 'dataActions');
  const notActions = all('notActions', 'notDataActions');
  if (actions.length === 0) return;
  const abac = text(permission, 'condition');
  const condition = abac === undefined ? holder.condition : { ...holder.condition, abac };
  reading.grant(
    {
      ...holder,
      role: 'identity',
      actions,
      ...(notActions.length === 0 ? {} : { notActions }),
      ...(condition === undefined ? {} : { condition }),
    },
    reading.placeOf(permission),
  );
}

const KINDS: Readonly<Record<string, string>> = { user: 'user', group: 'group', serviceprincipal: 'service-principal' };

function kindOf(type: string | undefined): string {
  return KINDS[type?.toLowerCase() ?? ''] ?? 'object';
}

function scopeInId(id: string | undefined): string | undefined {
  return /^(.*)\/providers\/Microsoft\.Authorization\/denyAssignments\/[^/]+$/i.exec(id ?? '')?.[1];
}
