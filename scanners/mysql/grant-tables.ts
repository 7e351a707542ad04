import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { exportName } from '../sql/export-name.ts';
import { type Row, type RowFormat, readRows, truth } from '../sql/rows.ts';
import type { Account } from './account.ts';
import { AccountsTable } from './accounts-table.ts';
import { quotedPart, resourceName } from './resource-name.ts';

/** Rows of the grant tables, and of `information_schema`'s lists of privileges. */
export async function readGrantTables(file: SourceFile, context: ScanContext, format: RowFormat): Promise<void> {
  const { cluster } = exportName(file.path, context.cluster);
  const facts = new FileFacts(context, file.path, 'mysql');
  const reader = new GrantTables(facts, new AccountsTable(cluster, facts));
  try {
    for await (const row of readRows(file, format, (message, place) => facts.problem(message, place))) reader.row(row);
  } finally {
    reader.end();
  }
}

/** Columns of privileges whose names are not their privileges' with underscores. */
const RENAMED: Readonly<Record<string, string>> = {
  show_db: 'show databases',
  repl_slave: 'replication slave',
  repl_client: 'replication client',
  create_tmp_table: 'create temporary tables',
  grant: 'grant option',
  create_tablespace: 'create tablespace',
  delete_history: 'delete history',
};

class GrantTables {
  readonly #facts: FileFacts;
  readonly #table: AccountsTable;

  constructor(facts: FileFacts, table: AccountsTable) {
    this.#facts = facts;
    this.#table = table;
  }

  row(row: Row): void {
    if (row.has('with_admin_option') && row.has('to_user')) this.#edge(row);
    else if (row.has('default_role_user')) this.#defaultRole(row);
    else if (row.has('admin_option') && row.has('role')) this.#mapping(row);
    else if (row.has('priv') && row.has('with_grant_option')) this.#dynamic(row);
    else if (row.has('proxied_user')) this.#proxy(row);
    else if (row.has('grantee') && row.has('privilege_type')) this.#listed(row);
    else if (row.has('user') && row.has('host')) this.#privileges(row);
  }

  end(): void {
    this.#table.end();
  }

  /** `mysql.user`, `mysql.db`, `tables_priv`, `columns_priv`, `procs_priv`. */
  #privileges(row: Row): void {
    const account = accountOf(row);
    const database = row.text('db');
    const table = row.text('table_name') ?? row.text('routine_name');
    if (database !== undefined && table !== undefined) this.#onTable(row, account, database, table);
    else {
      const given = [...rowPrivileges(row)];
      const resource = database === undefined ? '*.*' : resourceName(database, '*');
      if (database === undefined) this.#user(row, account);
      this.#table.give(account, given, resource, row.place);
    }
  }

  #user(row: Row, account: Account): void {
    const isRole = truth(row.text('is_role')) === true;
    const record = this.#table.account(account, row.place);
    this.#table.say('read_users', true);
    const plugin = row.text('plugin');
    const stored = row.text('authentication_string') ?? row.text('password');
    if (isRole) record.attributes.set('role', true);
    else if (row.has('plugin') || row.has('authentication_string')) {
      record.plugin = plugin ?? 'mysql_native_password';
      if (row.has('authentication_string') && stored === undefined) record.attributes.set('password', false);
    }
    const locked = truth(row.text('account_locked'));
    if (locked !== undefined) record.locked = locked;
    const ssl = row.text('ssl_type');
    if (ssl !== undefined) record.attributes.set('require', ssl.toLowerCase());
    if (row.text('password_lifetime') === '0') record.neverExpires = true;
    const role = row.text('default_role');
    if (role !== undefined) this.#table.defaultRole({ user: role, host: undefined }, account, row.place);
    this.#restrictions(row, account);
  }

  /** Partial revokes stand in a document of their own. */
  #restrictions(row: Row, account: Account): void {
    const text = row.text('user_attributes');
    if (text === undefined) return;
    try {
      const found: unknown = JSON.parse(text);
      const list = typeof found === 'object' && found !== null && 'Restrictions' in found ? found.Restrictions : [];
      for (const one of Array.isArray(list) ? list : []) {
        if (typeof one?.Database !== 'string' || !Array.isArray(one.Privileges)) continue;
        const actions = one.Privileges.filter((name: unknown): name is string => typeof name === 'string').map(
          (name: string) => name.toLowerCase(),
        );
        this.#table.give(account, actions, resourceName(one.Database, '*'), row.place, 'deny');
        this.#table.say('partial_revokes', true);
      }
    } catch {
      this.#facts.problem('user attributes that are no JSON', row.place);
    }
  }

  #onTable(row: Row, account: Account, database: string, table: string): void {
    const column = row.text('column_name');
    const type = row.text('routine_type')?.toLowerCase() ?? '';
    const resource = resourceName(database, table, type);
    const list = (names: string | undefined) =>
      (names ?? '')
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== '');
    const own = list(row.text('table_priv') ?? row.text('proc_priv')).map((name) =>
      name === 'grant' ? 'grant option' : name,
    );
    if (column === undefined) this.#table.give(account, own, resource, row.place);
    else this.#table.give(account, list(row.text('column_priv')), `${resource}(${quotedPart(column)})`, row.place);
  }

  #dynamic(row: Row): void {
    const name = row.text('priv');
    if (name === undefined) return;
    this.#table.give(accountOf(row), [name.toLowerCase()], '*.*', row.place);
  }

  #proxy(row: Row): void {
    const target = `account:${row.text('proxied_user') ?? ''}@${row.text('proxied_host') ?? ''}`;
    this.#table.give(accountOf(row), ['proxy'], target, row.place);
  }

  #edge(row: Row): void {
    const role = { user: row.text('from_user') ?? '', host: row.text('from_host') ?? '%' };
    const member = { user: row.text('to_user') ?? '', host: row.text('to_host') ?? '%' };
    this.#table.role(role, member, truth(row.text('with_admin_option')) === true, row.place);
  }

  #defaultRole(row: Row): void {
    const role = { user: row.text('default_role_user') ?? '', host: row.text('default_role_host') ?? '%' };
    this.#table.defaultRole(role, accountOf(row), row.place);
  }

  /** MariaDB's `roles_mapping`: a member without a host is a role. */
  #mapping(row: Row): void {
    const host = row.text('host');
    const member = { user: row.text('user') ?? '', host };
    this.#table.role(
      { user: row.text('role') ?? '', host: undefined },
      member,
      truth(row.text('admin_option')) === true,
      row.place,
    );
  }

  /** `information_schema.user_privileges`, `schema_privileges`, `table_privileges`, `column_privileges`. */
  #listed(row: Row): void {
    const [, user, host] = /^'(.*)'@'(.*)'$/.exec(row.text('grantee') ?? '') ?? [];
    const privilege = row.text('privilege_type')?.toLowerCase();
    if (user === undefined || host === undefined || privilege === undefined) {
      this.#facts.problem('a privilege of nobody', row.place);
      return;
    }
    const database = row.text('table_schema');
    const table = row.text('table_name');
    const column = row.text('column_name');
    const resource = database === undefined ? '*.*' : resourceName(database, table ?? '*');
    const actions = truth(row.text('is_grantable')) === true ? [privilege, 'grant option'] : [privilege];
    this.#table.give(
      { user, host },
      actions,
      column === undefined ? resource : `${resource}(${quotedPart(column)})`,
      row.place,
    );
  }
}

/** MariaDB keeps its roles among the accounts, without a host. */
function accountOf(row: Row): Account {
  return { user: row.text('user') ?? '', host: row.text('host')?.toLowerCase() };
}

const PRIVILEGE_COLUMNS = [
  ...['select', 'insert', 'update', 'delete', 'create', 'drop', 'reload', 'shutdown', 'process', 'file', 'grant'],
  ...['references', 'index', 'alter', 'show_db', 'super', 'create_tmp_table', 'lock_tables', 'execute', 'repl_slave'],
  ...['repl_client', 'create_view', 'show_view', 'create_routine', 'alter_routine', 'create_user', 'event', 'trigger'],
  ...['create_tablespace', 'create_role', 'drop_role', 'delete_history'],
];

function* rowPrivileges(row: Row): Generator<string> {
  for (const name of PRIVILEGE_COLUMNS) {
    if (truth(row.text(`${name}_priv`)) === true) yield RENAMED[name] ?? name.replaceAll('_', ' ');
  }
}
