import { isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import { normalName, text } from '../../src/scan/formats/json-members.ts';
import { flattened, odataType } from './fields.ts';

/** What an element of an export is; the name is what the scan calls a file of such elements. */
export type Shape =
  | 'role-assignments'
  | 'role-schedules'
  | 'role-definitions'
  | 'deny-assignments'
  | 'managed-identities'
  | 'federated-credentials'
  | 'management-groups'
  | 'subscriptions'
  | 'resources'
  | 'resources-without-identity'
  | 'app-role-assignments'
  | 'permission-grants'
  | 'directory-role-assignments'
  | 'directory-role-definitions'
  | 'directory-roles'
  | 'credential-sign-ins'
  | 'sign-ins'
  | 'service-principals'
  | 'applications'
  | 'password-credentials'
  | 'key-credentials'
  | 'groups'
  | 'users'
  | 'organizations';

/** An element by the names of its members, without capitals and underscores, and by its type. */
interface Seen {
  readonly has: (...names: readonly string[]) => boolean;
  /** Type of ARM, in lower case and without what some answers put in front of it. */
  readonly type: string;
  readonly odata: string;
  readonly id: string;
}

/**
 * What an element is, by what stands in it: exports are wrapped, renamed and cut to pieces by whoever makes them, and SDKs spell
 * names in their own way. Undefined for anything else.
 */
export function shapeOf(element: JsonObject): Shape | undefined {
  const flat = flattened(element);
  const names = new Set(Object.keys(flat).map(normalName));
  const seen: Seen = {
    has: (...wanted) => wanted.every((name) => names.has(name)),
    type: (text(element, 'type') ?? '').toLowerCase().replace(/^\/?(?:providers\/)?/, ''),
    odata: (odataType(element) ?? '').toLowerCase().replace(/^#?microsoft\.graph\./, ''),
    id: (text(element, 'id') ?? '').toLowerCase(),
  };
  return SHAPES.find(([, holds]) => holds(seen))?.[0] ?? (hasMembers(element) ? 'groups' : undefined);
}

/** A group of which only some fields were asked for is known by the members that Graph has expanded. */
function hasMembers({ members }: JsonObject): boolean {
  return (
    Array.isArray(members) &&
    members.some((one: Json) => isObject(one) && /^#?microsoft\.graph\./i.test(odataType(one) ?? ''))
  );
}

const ARM_ID = /^\/subscriptions\/[^/]+\/(?:resourcegroups\/[^/]+\/)?providers\/[^/]+\/[^/]+\/[^/]+/;
const SCHEDULE = /^microsoft\.authorization\/role(?:assignment|eligibility)schedules?(?:instances)?$/;
const IDENTITY_ID = /\/providers\/microsoft\.managedidentity\/userassignedidentities\/[^/]+$/;

/** The surest first: a listing of one kind may have the members of another. */
const SHAPES: readonly (readonly [Shape, (seen: Seen) => boolean])[] = [
  ['role-schedules', ({ type, has }) => SCHEDULE.test(type) && has('principalid', 'roledefinitionid')],
  [
    'directory-role-assignments',
    ({ has }) =>
      has('roledefinitionid', 'principalid') &&
      (has('directoryscopeid') || has('appscopeid')) &&
      !has('assignablescopes'),
  ],
  ['role-assignments', ({ has }) => has('id', 'principalid', 'roledefinitionid', 'scope')],
  [
    'role-definitions',
    ({ type, has }) => has('id', 'permissions') && (has('rolename') || type.endsWith('/roledefinitions')),
  ],
  [
    'deny-assignments',
    ({ type, has }) => has('denyassignmentname') || (type.endsWith('/denyassignments') && has('permissions')),
  ],
  [
    'federated-credentials',
    ({ has }) =>
      has('issuer') &&
      (has('subject') || has('claimsmatchingexpression')) &&
      has('audiences') &&
      (has('id') || has('name')),
  ],
  ['managed-identities', ({ id, has }) => IDENTITY_ID.test(id) && has('clientid', 'principalid')],
  ['management-groups', ({ type, has }) => has('id', 'name') && type === 'microsoft.management/managementgroups'],
  [
    'subscriptions',
    ({ type, id, has }) =>
      type === 'microsoft.management/managementgroups/subscriptions' ||
      (type === 'subscriptions' && id.startsWith('/subscriptions/')) ||
      (id.startsWith('/subscriptions/') && has('subscriptionid', 'displayname', 'state')) ||
      has('id', 'name', 'state', 'tenantid', 'isdefault'),
  ],
  ['resources', ({ id, has }) => ARM_ID.test(id) && has('identity')],
  ['resources-without-identity', ({ id, has }) => ARM_ID.test(id) && has('type', 'location')],
  ['app-role-assignments', ({ has }) => has('approleid', 'principalid', 'resourceid')],
  ['permission-grants', ({ has }) => has('clientid', 'consenttype', 'resourceid', 'scope')],
  ['directory-role-definitions', ({ has }) => has('id', 'isbuiltin') && (has('templateid') || has('rolepermissions'))],
  ['directory-roles', ({ odata, has }) => odata === 'directoryrole' || has('id', 'roletemplateid', 'displayname')],
  ['credential-sign-ins', ({ has }) => has('appid', 'keyid', 'signinactivity')],
  ['sign-ins', ({ has }) => has('appid', 'lastsigninactivity')],
  [
    'service-principals',
    ({ odata, has }) =>
      has('id', 'appid') &&
      (odata === 'serviceprincipal' ||
        (odata === '' &&
          (has('serviceprincipaltype') || has('appownerorganizationid') || has('serviceprincipalnames')))),
  ],
  [
    'applications',
    ({ odata, has }) =>
      has('id', 'appid') &&
      (odata === 'application' ||
        (odata === '' &&
          (has('signinaudience') ||
            has('publisherdomain') ||
            has('requiredresourceaccess') ||
            has('passwordcredentials')))),
  ],
  ['password-credentials', ({ has }) => has('keyid', 'enddatetime') && (has('hint') || has('secrettext'))],
  ['key-credentials', ({ has }) => has('keyid', 'enddatetime', 'type', 'usage')],
  [
    'groups',
    ({ odata, has }) => has('id') && (odata === 'group' || (odata === '' && has('securityenabled', 'mailenabled'))),
  ],
  ['users', ({ odata, has }) => has('id') && (odata === 'user' || (odata === '' && has('userprincipalname')))],
  [
    'organizations',
    ({ odata, has }) =>
      has('id') && (odata === 'organization' || has('verifieddomains') || has('tenanttype', 'displayname')),
  ],
];
