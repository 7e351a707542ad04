import { type Answer, or } from '../../model/answer.ts';
import type { Privilege } from '../../model/effective.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import { predefinedRole } from './predefined.ts';
import type { Roles } from './roles.ts';

/** Attributes that are capabilities of their own. */
const BY_ATTRIBUTE: readonly (readonly [string, string, string])[] = [
  ['superuser', 'admin', 'superuser: everything in the cluster'],
  ['create_role', 'iam-write', 'CREATEROLE'],
  ['replication', 'secrets-read', 'REPLICATION: a copy of the whole cluster'],
  ['bypass_rls', 'pg-bypass-rls', 'BYPASSRLS: rows that policies hide'],
  ['create_db', 'pg-create-db', 'CREATEDB'],
];

/** Predefined roles that are, for whoever may use them. */
const BY_ROLE: readonly (readonly [string, string, string])[] = [
  ['pg_read_all_data', 'secrets-read', 'reads all tables, also those with password hashes'],
  ['pg_read_all_data', 'pg-read-all-data', 'SELECT on everything'],
  ['pg_write_all_data', 'wildcard-resource', 'INSERT, UPDATE, DELETE on everything'],
  ['pg_execute_server_program', 'pg-server-program', "programs as the server's account"],
  ['pg_write_server_files', 'pg-server-files', "files of the server's account"],
  ['pg_read_server_files', 'pg-server-files', "files of the server's account"],
];

/** What policies want to know of a role. */
export function postgresPrivileges(principal: Principal, roles: Roles, inventory: Inventory): readonly Privilege[] {
  const { id } = principal;
  const cluster = principal.scope[0] ?? '';
  const found: Privilege[] = [];
  for (const [attribute, privilege, what] of BY_ATTRIBUTE) {
    const answer = roles.attribute(id, attribute);
    if (answer !== 'yes') continue;
    found.push({ id: privilege, answer, what, grants: attributeGrants(inventory, id, attribute) });
  }
  if (roles.attribute(id, 'superuser') === 'yes') return found;
  for (const [name, privilege, what] of BY_ROLE) {
    const { answer } = roles.mayUse(id, predefinedRole(cluster, name));
    if (answer !== 'no') found.push({ id: privilege, answer, what: `${name}: ${what}`, grants: [] });
  }
  const giving: Answer = or('no', ...roles.memberships(id).map(({ admin }) => admin));
  if (giving !== 'no')
    found.push({ id: 'iam-write', answer: giving, what: 'memberships that it may give to others', grants: [] });
  return found;
}

/** Rows are indexed once per view. */
const INDEX = new WeakMap<Inventory, ReadonlyMap<string, string>>();

function attributeGrants(inventory: Inventory, principal: string, attribute: string): readonly string[] {
  let index = INDEX.get(inventory);
  if (index === undefined) {
    index = new Map(
      [...inventory.grants.select('postgres')].flatMap((grant) =>
        grant.via[0]?.startsWith('attribute:') === true
          ? [[`${grant.principal} ${grant.actions[0] ?? ''}`, grant.id] as const]
          : [],
      ),
    );
    INDEX.set(inventory, index);
  }
  const grant = index.get(`${principal} ${attribute.replace('_', '')}`);
  return grant === undefined ? [] : [grant];
}
