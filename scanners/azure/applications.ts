import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, objects, text, texts } from '../../src/scan/formats/json-members.ts';
import { readCredentials } from './credentials.ts';
import { readFederated } from './federated.ts';
import { date, flag, present } from './fields.ts';
import { armPath, named, scopeOf } from './names.ts';
import type { Reading } from './reading.ts';
import { readRelated } from './relations.ts';
import { isMicrosoft } from './tenants.ts';

/**
 * An application: what its credentials are put on, and never who signs in. That is its service principal, in each tenant that has
 * one, under the same client id.
 */
export function readApplication(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const clientId = text(record, 'appId')?.toLowerCase();
  const objectId = text(record, 'id');
  if (clientId === undefined || objectId === undefined) {
    reading.problem('an application without id or appId', location);
    return;
  }
  const name = text(record, 'displayName') ?? clientId;
  const createdAt = date(record, 'createdDateTime');
  const application: Principal = {
    ...named('application', clientId, location, { name, aliases: [objectId] }),
    seen: 'listed',
    ...(createdAt === undefined ? {} : { createdAt }),
    attributes: present({
      sign_in_audience: text(record, 'signInAudience'),
      instance_lock: instanceLock(record),
      disabled_by_microsoft: disabled(record),
    }),
  };
  reading.list(application);
  const servicePrincipal = reading.name(named('service-principal', clientId, location, { name }));
  reading.trust(
    { principal: servicePrincipal, subject: { kind: 'principal', id: application.id }, how: 'signs-in-as' },
    location,
  );
  readCredentials(record, { principal: servicePrincipal, clientId, on: 'application', managed: false }, reading);
  readExpanded(record, 'application', clientId, reading);
}

/** Who signs in: an application's service principal in this tenant, or a managed identity. */
export function readServicePrincipal(record: JsonObject, reading: Reading): void {
  const location = reading.placeOf(record);
  const clientId = text(record, 'appId')?.toLowerCase();
  const objectId = text(record, 'id');
  if (clientId === undefined || objectId === undefined) {
    reading.problem('a service principal without id or appId', location);
    return;
  }
  const names = texts(record, 'alternativeNames');
  const type = text(record, 'servicePrincipalType');
  const managed = type === 'ManagedIdentity';
  // Of a managed identity these say which resource it is, or is of.
  const resource = names.find((name) => name.startsWith('/subscriptions/'));
  const owner = text(record, 'appOwnerOrganizationId') ?? text(record, 'appOwnerTenantId');
  if (owner !== undefined && text(record, 'signInAudience') === 'AzureADMyOrg') reading.tenants.own(owner);
  const path = resource === undefined ? undefined : armPath(resource);
  const userAssigned = path?.includes('/userassignedidentities/') === true;
  const enabled = flag(record, 'accountEnabled');
  const createdAt = date(record, 'createdDateTime');
  const principal: Principal = {
    ...named('service-principal', clientId, location, {
      name: text(record, 'displayName') ?? clientId,
      aliases: [objectId, ...(userAssigned && path !== undefined ? [path] : [])],
    }),
    seen: 'listed',
    scope: path === undefined ? [] : scopeOf(path),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(enabled === undefined ? {} : { enabled: enabled && disabled(record) !== true }),
    attributes: present({
      type,
      managed_identity: managed ? (userAssigned ? 'user-assigned' : 'system-assigned') : undefined,
      resource: path,
      owner_organization: owner,
      first_party: owner !== undefined && isMicrosoft(owner) ? true : undefined,
      // The provider answers for these, as it does for roles that services make for themselves elsewhere.
      service_linked: owner !== undefined && isMicrosoft(owner) ? true : undefined,
      sign_in_audience: text(record, 'signInAudience'),
      publisher: publisher(record),
      disabled_by_microsoft: disabled(record),
      app_roles: appRoles(record),
    }),
  };
  reading.list(principal, managed ? undefined : owner);
  if (path !== undefined && managed && !userAssigned) {
    // The resource that a system-assigned identity is of is its only host.
    const host = reading.name(named('workload', path, location));
    reading.trust({ principal: principal.id, subject: { kind: 'principal', id: host }, how: 'runs-as' }, location);
  }
  readCredentials(record, { principal: principal.id, clientId, on: 'service-principal', managed }, reading);
  readExpanded(record, 'service-principal', clientId, reading);
}

/** What `$expand` puts into the record. */
function readExpanded(record: JsonObject, kind: string, clientId: string, reading: Reading): void {
  const parent = { kind, nativeId: clientId };
  for (const owner of objects(record, 'owners')) readRelated('owners', parent, owner, reading.placeOf(owner), reading);
  for (const federated of objects(record, 'federatedIdentityCredentials')) {
    readFederated(federated, parent, reading.placeOf(federated), reading);
  }
}

/** `Verified` publishers are what Microsoft calls them; anybody else may call itself what it likes. */
function publisher(record: JsonObject): string | undefined {
  const verified = member(record, 'verifiedPublisher');
  return isObject(verified) ? text(verified, 'displayName') : undefined;
}

/** The names of the roles that other applications can be given on this one, by their ids. */
function appRoles(record: JsonObject): JsonObject | undefined {
  const roles = objects(record, 'appRoles').flatMap((role) => {
    const id = text(role, 'id')?.toLowerCase();
    const value = text(role, 'value') ?? text(role, 'displayName');
    return id === undefined || value === undefined ? [] : [[id, value] as const];
  });
  return roles.length === 0 ? undefined : Object.fromEntries(roles);
}

/** Whether service principals of the application take no credentials of their own (app instance property lock). */
function instanceLock(record: JsonObject): boolean | undefined {
  const lock = member(record, 'servicePrincipalLockConfiguration');
  if (!isObject(lock)) return undefined;
  const locked = flag(lock, 'allProperties') === true || flag(lock, 'credentialsWithUsageVerify') === true;
  return flag(lock, 'isEnabled') === true && locked;
}

function disabled(record: JsonObject): boolean | undefined {
  const status = text(record, 'disabledByMicrosoftStatus');
  return status === undefined || /^(?:NotDisabled|None)$/i.test(status) ? undefined : true;
}
