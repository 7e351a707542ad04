import { isObject, type JsonObject } from '../../src/model/json.ts';
import type { Location } from '../../src/model/location.ts';
import type { Principal } from '../../src/model/principal.ts';
import { member, objects, text } from '../../src/scan/formats/json-members.ts';
import { flattened, present } from './fields.ts';
import { armPath, lastSegment, named } from './names.ts';
import type { Reading } from './reading.ts';

/** A management group with what is below it, as far as the export expands it, and the group above it. */
export function readManagementGroup(element: JsonObject, reading: Reading): void {
  const record = flattened(element);
  const location = reading.placeOf(element);
  const id = text(record, 'id');
  if (id === undefined) return;
  reading.tenants.own(text(record, 'tenantId'));
  const above = parentId(record);
  const group = listed(record, id, location, reading);
  if (above !== undefined) below(group, managementGroup(above, location, reading), location, reading);
  for (const child of objects(record, 'children')) readChild(child, group, reading);
}

function readChild(child: JsonObject, parent: string, reading: Reading): void {
  const location = reading.placeOf(child);
  const id = text(child, 'id');
  if (id === undefined) return;
  const own = listed(child, id, location, reading);
  below(own, parent, location, reading);
  for (const further of objects(child, 'children')) readChild(further, own, reading);
}

/** A subscription, as `az account list`, ARM or a management group shows it. */
export function readSubscription(element: JsonObject, reading: Reading): void {
  const record = flattened(element);
  const location = reading.placeOf(element);
  const id = text(record, 'subscriptionId') ?? lastSegment(text(record, 'id') ?? '');
  if (id === '') return;
  reading.tenants.own(text(record, 'homeTenantId') ?? text(record, 'tenantId') ?? text(record, 'tenant'));
  const own = listed(record, `/subscriptions/${id}`, location, reading);
  const above = parentId(record);
  if (above !== undefined) below(own, managementGroup(above, location, reading), location, reading);
}

function listed(record: JsonObject, path: string, location: Location, reading: Reading): string {
  const state = text(record, 'state');
  const isSubscription = /^\/subscriptions\//i.test(path);
  const displayName = text(record, 'displayName') ?? (isSubscription ? text(record, 'name') : undefined);
  const place: Principal = {
    ...placeOf(path, location, displayName),
    seen: 'listed',
    attributes: present({ state, tenant: text(record, 'tenantId') ?? text(record, 'tenant') }),
  };
  reading.list(place);
  return place.id;
}

function managementGroup(path: string, location: Location, reading: Reading): string {
  return reading.name(placeOf(path, location, undefined));
}

/** The row of a management group or subscription; its native id is its scope, since that is how everything names it. */
export function placeOf(path: string, location: Location, name: string | undefined): Principal {
  const kind = /^\/subscriptions\//i.test(path) ? 'subscription' : 'management-group';
  return named(kind, armPath(path), location, name === undefined ? {} : { name });
}

function below(child: string, parent: string, location: Location, reading: Reading): void {
  reading.trust({ principal: parent, subject: { kind: 'principal', id: child }, how: 'child-of' }, location);
}

function parentId(record: JsonObject): string | undefined {
  const details = member(record, 'details');
  const parent = member(record, 'parent') ?? (isObject(details) ? member(details, 'parent') : undefined);
  return isObject(parent)
    ? text(parent, 'id')
    : typeof parent === 'string' && parent.startsWith('/')
      ? parent
      : undefined;
}
