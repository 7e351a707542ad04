import { textsAt } from '../../src/scan/formats/node.ts';
import type { ScanContext } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { objectName, role } from '../postgres/names.ts';
import { allPrivileges, privilegeName } from '../postgres/privileges.ts';
import { type Attribute, RolesTable } from '../postgres/roles-table.ts';
import type { FactSet } from './fact-set.ts';
import { heard } from './heard.ts';
import { isUnknown, type Resource, textOf } from './resource.ts';
import type { World } from './world.ts';

/** Attributes by their name in the provider, and what they are where nothing is said. */
const ATTRIBUTES: readonly (readonly [name: string, attribute: Attribute, otherwise: boolean])[] = [
  ['superuser', 'superuser', false],
  ['inherit', 'inherit', true],
  ['create_role', 'create_role', false],
  ['create_database', 'create_db', false],
  ['login', 'login', false],
  ['replication', 'replication', false],
  ['bypass_row_level_security', 'bypass_rls', false],
];

export const POSTGRES_TYPES: readonly string[] = ['postgresql_role', 'postgresql_grant_role', 'postgresql_grant'];

/** Roles, memberships and rights in PostgreSQL, as `scanners/postgres` tells them; the server is called as the configuration says. */
export function tellPostgres(world: World, path: string, set: FactSet, context: ScanContext): void {
  const facts = new FileFacts(heard(set, context), path, 'postgres');
  const { cluster } = context;
  const roles = new RolesTable(cluster, facts, context.now);
  for (const resource of world.managed('postgresql_role')) addRole(resource, roles);
  for (const resource of world.managed('postgresql_grant_role')) {
    const [member, group] = [textOf(resource, 'role'), textOf(resource, 'grant_role')];
    if (member === undefined || group === undefined) continue;
    const admin = textOf(resource, 'with_admin_option') === 'true';
    roles.member({ member: { name: member }, group: { name: group }, admin }, resource.place);
  }
  roles.end();
  for (const resource of world.managed('postgresql_grant')) tellGrant(resource, cluster, facts);
  facts.end();
}

function addRole(resource: Resource, roles: RolesTable): void {
  const name = textOf(resource, 'name');
  if (name === undefined) return;
  const record = roles.role(name, resource.place);
  for (const [from, to, otherwise] of ATTRIBUTES) {
    const text = textOf(resource, from);
    if (text !== undefined) record.attributes.set(to, text === 'true');
    else if (!isUnknown(resource, from)) record.attributes.set(to, otherwise);
  }
  // What its password is stored as, the server decides.
  record.password = textOf(resource, 'password') === undefined ? null : 'unknown';
  const until = textOf(resource, 'valid_until');
  const end = Date.parse(until ?? '');
  record.validUntil = Number.isNaN(end) ? null : new Date(end).toISOString();
  for (const group of textsAt(resource.attributes, 'roles')) {
    roles.member({ member: { name }, group: { name: group }, admin: false }, resource.place);
  }
}

function tellGrant(resource: Resource, cluster: string, facts: FileFacts): void {
  const [name, database] = [textOf(resource, 'role'), textOf(resource, 'database')];
  const type = (textOf(resource, 'object_type') ?? '').replaceAll('_', '-');
  const written = textsAt(resource.attributes, 'privileges').map(privilegeName);
  if (name === undefined || database === undefined || type === '' || written.length === 0) return;
  const actions = written.includes('all') ? allPrivileges(type) : written;
  const schema = textOf(resource, 'schema');
  const objects = textsAt(resource.attributes, 'objects');
  const around = [database, ...(schema === undefined || type === 'database' ? [] : [schema])];
  const named = type === 'database' || type === 'schema';
  const resources = named
    ? [objectName(type, around)]
    : objects.length === 0
      ? [`${objectName(type, around)}.*`]
      : objects.map((object) => objectName(type, [...around, object]));
  const principal = facts.name(role(cluster, name), resource.place);
  facts.grant({ principal, actions, resources, scope: cluster, via: [`grant:${resource.address}`] }, resource.place);
}
