import { BUILT_IN_ROLES } from '../../src/iam/azure/built-in-roles.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { text } from '../../src/scan/formats/json-members.ts';
import { flattened } from './fields.ts';
import { armPath, isGuid, lastSegment, named, objectKind } from './names.ts';
import type { Reading } from './reading.ts';
import { scheduleOf } from './schedule.ts';

/** A role that somebody has on a scope of Azure: as `az` flattens it, as ARM has it, or a schedule of PIM. */
export function readRoleAssignment(element: JsonObject, reading: Reading): void {
  const location = reading.placeOf(element);
  const record = flattened(element);
  const principal = text(record, 'principalId');
  const role = text(record, 'roleDefinitionId');
  const scope = text(record, 'scope');
  if (principal === undefined || role === undefined || scope === undefined) {
    reading.problem('a role assignment without principalId, roleDefinitionId or scope', location);
    return;
  }
  const type = (text(record, 'type') ?? '').toLowerCase();
  const roleId = lastSegment(role).toLowerCase();
  const roleName = text(record, 'roleDefinitionName') ?? BUILT_IN_ROLES.get(roleId)?.name;
  reading.name(named('role', roleId, location, roleName === undefined ? {} : { name: roleName }));
  const condition = conditionOf(record, type, reading.envelope.context);
  const where = armPath(scope);
  reading.grant(
    {
      principal: reading.name(holderOf(record, principal, location)),
      effect: 'allow',
      role: 'identity',
      actions: [`role:${roleId}`],
      resources: [where],
      ...(condition === undefined ? {} : { condition }),
      scope: where,
      via: [
        `assignment:${text(record, 'name') ?? lastSegment(text(record, 'id') ?? '')}`,
        `role:${roleName ?? roleId}`,
      ],
    },
    location,
  );
}

function holderOf(record: JsonObject, principal: string, location: Parameters<typeof named>[2]) {
  const kind = objectKind(text(record, 'principalType'));
  const name = text(record, 'principalName');
  if (name === undefined) return named(kind, principal, location);
  // Of a service principal `az` prints the first of its names, which is its client id.
  return kind === 'service-principal' && isGuid(name)
    ? named(kind, name, location, { aliases: [principal] })
    : named(kind, principal, location, { name });
}

function conditionOf(record: JsonObject, type: string, context: string): Json | undefined {
  const abac = text(record, 'condition');
  const schedule = scheduleOf(
    record,
    type.includes('roleeligibility'),
    type.includes('schedule') ? 'schedule' : context,
  );
  if (abac === undefined && schedule === undefined) return undefined;
  return { ...(abac === undefined ? {} : { abac }), ...(schedule === undefined ? {} : { pim: schedule }) };
}
