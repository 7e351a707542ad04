import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { exportName } from '../sql/export-name.ts';
import { type Row, type RowFormat, readRows, truth } from '../sql/rows.ts';
import { aclItems } from './acl-items.ts';
import { quoted } from './names.ts';
import { ObjectRightsTable } from './object-rights.ts';
import { passwordScheme } from './password-scheme.ts';
import { privilegeName } from './privileges.ts';
import { type Attribute, type RoleReference, RolesTable } from './roles-table.ts';
import { Server } from './server.ts';
import { timestamp } from './timestamp.ts';

/** Rows of `pg_roles`, `pg_auth_members`, of `information_schema`'s grants, and of the query in docs/sources/postgres.md. */
export async function readCatalogRows(file: SourceFile, context: ScanContext, format: RowFormat): Promise<void> {
  const { cluster, database } = exportName(file.path, context.cluster);
  const facts = new FileFacts(context, file.path, 'postgres');
  const reader = new CatalogReader(cluster, database ?? 'database', facts, context.now);
  try {
    for await (const row of readRows(file, format, (message, place) => facts.problem(message, place))) reader.row(row);
  } finally {
    reader.end();
  }
}

const ATTRIBUTES: readonly (readonly [string, Attribute])[] = [
  ['rolsuper', 'superuser'],
  ['rolinherit', 'inherit'],
  ['rolcreaterole', 'create_role'],
  ['rolcreatedb', 'create_db'],
  ['rolcanlogin', 'login'],
  ['rolreplication', 'replication'],
  ['rolbypassrls', 'bypass_rls'],
];

/** Objects of the whole cluster. */
const SHARED: ReadonlySet<string> = new Set(['database', 'parameter', 'tablespace']);

class CatalogReader {
  readonly #database: string;
  readonly #facts: FileFacts;
  readonly #server: Server;
  readonly #roles: RolesTable;
  readonly #rights: ObjectRightsTable;

  constructor(cluster: string, database: string, facts: FileFacts, now: Date) {
    this.#database = database;
    this.#facts = facts;
    this.#server = new Server(cluster, facts);
    this.#roles = new RolesTable(cluster, facts, now);
    this.#rights = new ObjectRightsTable(cluster, facts);
  }

  row(row: Row): void {
    const version = row.text('server_version_num') ?? row.text('server_version') ?? row.text('version');
    if (version !== undefined) this.#server.version(version, row.place);
    if (row.has('rolname')) this.#role(row);
    else if (row.has('member') && (row.has('roleid') || row.has('role'))) this.#membership(row);
    else if (row.has('object_type') && row.has('owner')) this.#object(row);
    else if (row.has('grantee') && row.has('privilege_type')) this.#grant(row);
  }

  end(): void {
    this.#server.end();
    this.#roles.end();
    this.#rights.end();
    this.#facts.end();
  }

  #role(row: Row): void {
    const name = row.text('rolname');
    if (name === undefined) {
      this.#facts.problem('a role without a name', row.place);
      return;
    }
    this.#server.read('roles');
    const record = this.#roles.role(name, row.place);
    for (const [column, attribute] of ATTRIBUTES) {
      const value = truth(row.text(column));
      if (value !== undefined) record.attributes.set(attribute, value);
      else if (row.text(column) !== undefined)
        this.#facts.problem(`${column} of a role is neither true nor false`, row.place);
    }
    const limit = Number(row.text('rolconnlimit') ?? '-1');
    if (Number.isInteger(limit) && limit >= 0) record.connectionLimit = limit;
    const oid = row.text('oid');
    if (oid !== undefined) this.#roles.numbered(record, oid);
    if (row.has('rolvaliduntil')) record.validUntil = timestamp(row.text('rolvaliduntil') ?? 'infinity');
    const stored = row.text('rolpassword');
    if (stored === undefined) {
      // `pg_authid` says null where there is none; `pg_roles` masks all alike, and other columns were left out.
      if (row.has('rolpassword')) record.password = null;
    } else record.password = passwordScheme(stored) ?? 'unknown';
  }

  #membership(row: Row): void {
    const group = reference(row.text('roleid') ?? row.text('role'));
    const member = reference(row.text('member'));
    if (group === undefined || member === undefined) {
      this.#facts.problem('a membership without role or member', row.place);
      return;
    }
    this.#server.read('memberships');
    this.#server.memberOptions(row.has('inherit_option'));
    this.#roles.member(
      {
        group,
        member,
        grantor: reference(row.text('grantor')),
        admin: truth(row.text('admin_option')) === true,
        inherit: truth(row.text('inherit_option')),
        set: truth(row.text('set_option')),
      },
      row.place,
    );
  }

  #object(row: Row): void {
    const type = row.text('object_type');
    const name = row.text('name');
    if (type === undefined || name === undefined) {
      this.#facts.problem('an object without type or name', row.place);
      return;
    }
    const schema = row.text('schema');
    const database = row.text('database');
    const last = type === 'function' ? functionName(name) : name;
    const parts = (SHARED.has(type) ? [last] : [database, schema, last]).filter((part) => part !== undefined);
    const object = this.#rights.object(type, parts, row.place);
    object.whole = true;
    if (database !== undefined) this.#server.read(`objects:${database}`);
    const owner = row.text('owner');
    if (owner !== undefined) object.owner = owner;
    object.securityDefiner = truth(row.text('security_definer')) === true;
    const list = row.text('acl');
    if (list === undefined) return;
    const items = aclItems(list);
    if (items === undefined) {
      this.#facts.problem('an access control list of an unknown form', row.place);
      return;
    }
    object.publicHas = false;
    object.ownerHasAll = false;
    for (const { grantee, rights } of items) {
      for (const { privilege, grantable } of rights)
        this.#rights.grant(object, [{ privilege }], [grantee], grantable, row.place);
    }
  }

  /** A line of `role_table_grants`, `table_privileges`, `role_column_grants`, `role_routine_grants`, `role_usage_grants`. */
  #grant(row: Row): void {
    const grantee = row.text('grantee');
    const privilege = row.text('privilege_type');
    const found = objectOf(row, this.#database);
    if (grantee === undefined || privilege === undefined || found === undefined) {
      this.#facts.problem('a grant that names no grantee, privilege or object', row.place);
      return;
    }
    const { type, parts } = found;
    const column = row.text('column_name');
    const right = { privilege: privilegeName(privilege), ...(column === undefined ? {} : { column }) };
    const object = this.#rights.object(type, parts, row.place);
    object.publicHas = false;
    this.#rights.grant(object, [right], [grantee], truth(row.text('is_grantable')) === true, row.place);
    this.#server.read(`grants:${parts[0] ?? ''}`);
  }
}

/** By number, or by name as `regrole` writes it. */
function reference(text: string | undefined): RoleReference | undefined {
  if (text === undefined || text === '-') return undefined;
  if (/^\d+$/.test(text)) return { oid: text };
  return { name: text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text };
}

function functionName(written: string): string {
  const open = written.indexOf('(');
  return open < 0 ? `${quoted(written)}()` : `${quoted(written.slice(0, open))}${written.slice(open)}`;
}

const COLUMNS: readonly (readonly [string, string])[] = [
  ['table', 'table'],
  ['routine', 'function'],
  ['object', 'object'],
  ['udt', 'type'],
];

function objectOf(
  row: Row,
  database: string,
): { readonly type: string; readonly parts: readonly string[] } | undefined {
  for (const [prefix, type] of COLUMNS) {
    const name = row.text(`${prefix}_name`);
    if (name === undefined) continue;
    const catalog = row.text(`${prefix}_catalog`) ?? database;
    const schema = row.text(`${prefix}_schema`) ?? 'public';
    if (type === 'function') {
      // `specific_name` tells overloaded ones apart, by a number that says nothing about arguments.
      return { type, parts: [catalog, schema, `${quoted(name)}(${row.text('specific_name') ?? ''})`] };
    }
    return {
      type: type === 'object' ? (row.text('object_type') ?? 'object').toLowerCase().replaceAll(' ', '-') : type,
      parts: [catalog, schema, name],
    };
  }
  return undefined;
}
