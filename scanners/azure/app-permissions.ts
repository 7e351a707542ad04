import { GRAPH_PERMISSIONS } from '../../src/iam/azure/graph-permissions.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { text } from '../../src/scan/formats/json-members.ts';
import { DIRECTORY } from './directory.ts';
import { named, objectKind } from './names.ts';
import type { Reading } from './reading.ts';

/** What an assignment without a role of its own has: access, and no permission. */
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000';

/** A role of one application (Microsoft Graph's permissions are such) that somebody has: an application permission. */
export function readAppRoleAssignment(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const principal = text(record, 'principalId');
  const resource = text(record, 'resourceId')?.toLowerCase();
  const role = text(record, 'appRoleId')?.toLowerCase();
  if (principal === undefined || resource === undefined || role === undefined) {
    reading.problem('an app role assignment without principalId, resourceId or appRoleId', location);
    return;
  }
  const resourceName = text(record, 'resourceDisplayName');
  const permission = resourceName === 'Microsoft Graph' ? GRAPH_PERMISSIONS.get(role) : undefined;
  reading.name(
    named('service-principal', resource, location, resourceName === undefined ? {} : { name: resourceName }),
  );
  const name = text(record, 'principalDisplayName');
  const holder = named(
    objectKind(text(record, 'principalType')),
    principal,
    location,
    name === undefined ? {} : { name },
  );
  reading.grant(
    {
      principal: reading.name(holder),
      effect: 'allow',
      role: 'identity',
      actions: [role === DEFAULT_ACCESS ? 'app-role:default' : `app-role:${role}`],
      resources: [resource],
      scope: DIRECTORY,
      via: [
        `resource:${resourceName ?? resource}`,
        ...(permission === undefined ? [] : [`app-role:${permission.name}`]),
      ],
    },
    location,
  );
}

/** A delegated permission: what an application may do for whoever signs in to it, and never more than that person may. */
export function readPermissionGrant(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const client = text(record, 'clientId');
  const resource = text(record, 'resourceId')?.toLowerCase();
  if (client === undefined || resource === undefined) {
    reading.problem('a permission grant without clientId or resourceId', location);
    return;
  }
  const user = text(record, 'principalId');
  reading.name(named('service-principal', resource, location));
  const scopes = (text(record, 'scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
  if (scopes.length === 0) return;
  reading.grant(
    {
      principal: reading.name(named('service-principal', client, location)),
      effect: 'allow',
      role: 'identity',
      actions: scopes.sort().map((scope) => `scope:${scope}`),
      resources: [resource],
      condition: { delegated: user === undefined ? 'any user' : user.toLowerCase() },
      scope: DIRECTORY,
      via: [`consent:${text(record, 'consentType') ?? 'unknown'}`],
    },
    location,
  );
}
