import type { Place } from '../../src/scan/formats/node.ts';
import type { TokenCursor } from '../sql/token-cursor.ts';
import { type Account, readAccount, readAccounts } from './account.ts';
import type { AccountsTable } from './accounts-table.ts';
import { quotedPart, resourceName } from './resource-name.ts';

/** `CREATE USER …` and `ALTER USER …`, after those words. */
export function readUser(cursor: TokenCursor, table: AccountsTable): void {
  cursor.accept('IF', 'NOT', 'EXISTS') || cursor.accept('IF', 'EXISTS');
  const accounts: { account: Account; place: Place }[] = [];
  do {
    const { place } = cursor;
    const account = readAccount(cursor);
    if (account === undefined) return;
    const full = { ...account, host: account.host ?? '%' };
    accounts.push({ account: full, place });
    const record = table.account(full, place);
    if (cursor.accept('IDENTIFIED')) readIdentified(record, cursor);
    else if (record.plugin === undefined) {
      // Nothing to show is asked of it.
      record.attributes.set('password', false);
      record.plugin = 'none';
    }
    readRest(
      accounts.map((one) => table.account(one.account, one.place)),
      accounts,
      cursor,
      table,
    );
  } while (cursor.symbol(','));
}

/** `BY 'x'`, `BY PASSWORD 'hash'`, `WITH plugin [AS 'hash' | BY 'x']`, `VIA plugin [USING 'hash'] [OR …]`. Nothing of it stays. */
function readIdentified(record: ReturnType<AccountsTable['account']>, cursor: TokenCursor): void {
  if (cursor.accept('BY')) {
    record.plugin = cursor.accept('PASSWORD') ? 'mysql_native_password' : 'default';
    cursor.accept('RANDOM', 'PASSWORD') || cursor.next();
    return;
  }
  if (!cursor.accept('WITH') && !cursor.accept('VIA')) return;
  const plugins: string[] = [];
  let empty = true;
  do {
    plugins.push(cursor.next()?.text ?? '');
    if (cursor.accept('AS') || cursor.accept('USING') || cursor.accept('BY')) {
      if (cursor.accept('PASSWORD') || cursor.accept('RANDOM', 'PASSWORD')) cursor.parenthesized();
      else if (cursor.next()?.text !== '') empty = false;
    }
  } while (cursor.accept('OR') || cursor.accept('AND', 'IDENTIFIED', 'WITH'));
  // Of several ways to sign in the one with a password is told.
  record.plugin =
    plugins.find((plugin) => !/^(?:unix_socket|auth_socket|invalid)$/i.test(plugin)) ?? plugins[0] ?? 'default';
  record.attributes.delete('password');
  if (empty && /password|ed25519/i.test(record.plugin)) record.attributes.set('password', false);
}

function readRest(
  records: readonly ReturnType<AccountsTable['account']>[],
  accounts: readonly { readonly account: Account; readonly place: Place }[],
  cursor: TokenCursor,
  table: AccountsTable,
): void {
  while (!cursor.done && cursor.peek()?.text !== ',') {
    if (cursor.accept('ACCOUNT', 'LOCK')) for (const record of records) record.locked = true;
    else if (cursor.accept('ACCOUNT', 'UNLOCK')) for (const record of records) record.locked = false;
    else if (cursor.accept('PASSWORD', 'EXPIRE', 'NEVER')) for (const record of records) record.neverExpires = true;
    else if (cursor.accept('REQUIRE')) {
      const what = cursor.next()?.text.toLowerCase() ?? 'none';
      for (const record of records) record.attributes.set('require', what);
    } else if (cursor.accept('DEFAULT', 'ROLE')) {
      if (cursor.accept('ALL')) for (const { account } of accounts) table.defaultAll(account);
      else if (!cursor.accept('NONE')) {
        for (const role of readAccounts(cursor)) {
          for (const { account, place } of accounts) table.defaultRole(role, account, place);
        }
      }
    } else cursor.next();
  }
}

/** `CREATE ROLE …`, after those words. */
export function readRole(cursor: TokenCursor, table: AccountsTable): void {
  cursor.accept('IF', 'NOT', 'EXISTS');
  const { place } = cursor;
  for (const role of readAccounts(cursor)) table.account(role, place).attributes.set('role', true);
}

/** `SET DEFAULT ROLE r TO u` (MySQL) or `… FOR u` (MariaDB), after those words. */
export function readDefaultRole(cursor: TokenCursor, table: AccountsTable): void {
  const { place } = cursor;
  const all = cursor.accept('ALL');
  const roles = all || cursor.accept('NONE') ? [] : readAccounts(cursor);
  if (!cursor.accept('TO') && !cursor.accept('FOR')) return;
  for (const account of readAccounts(cursor)) {
    if (all) table.defaultAll(account);
    for (const role of roles) table.defaultRole(role, { ...account, host: account.host ?? '%' }, place);
  }
}

/** `GRANT …` and `REVOKE …`, after the first word; what is wrong with it, or nothing. */
export function readGrant(verb: 'GRANT' | 'REVOKE', cursor: TokenCursor, table: AccountsTable): string | undefined {
  const { place } = cursor;
  if (verb === 'REVOKE') cursor.accept('IF', 'EXISTS');
  const link = verb === 'GRANT' ? 'TO' : 'FROM';
  if (cursor.accept('PROXY', 'ON')) {
    const target = readAccount(cursor);
    if (target === undefined || !cursor.accept(link)) return `a ${verb} of a proxy that names nobody`;
    for (const account of readAccounts(cursor)) {
      table.give(full(account, table), ['proxy'], `account:${target.user}@${target.host ?? '%'}`, place);
    }
    return undefined;
  }
  if (!cursor.hasBefore('ON', link)) return readRoleGrant(verb, cursor, table);
  const rights = readPrivileges(cursor);
  if (!cursor.accept('ON')) return `a ${verb} of something unknown`;
  const type = (['TABLE', 'FUNCTION', 'PROCEDURE', 'PACKAGE'] as const).find(
    (word) => cursor.peek(1)?.text !== '.' && cursor.accept(word),
  );
  const target = readTarget(cursor);
  if (target === undefined || !cursor.accept(link)) return `a ${verb} that names nobody`;
  const [database, object] = target;
  const resource = resourceName(database, object, type === undefined || type === 'TABLE' ? '' : type.toLowerCase());
  const accounts: Account[] = [];
  do {
    const account = readAccount(cursor);
    if (account === undefined) continue;
    const known = full(account, table);
    // Every account's list of grants begins with what it has on everything, and may say how it signs in.
    const record = table.account(known, place, resource === '*.*');
    if (cursor.accept('IDENTIFIED')) readIdentified(record, cursor);
    accounts.push(known);
  } while (cursor.symbol(','));
  const grantable = cursor.skipPast('GRANT', 'OPTION');
  for (const account of accounts) {
    for (const { privilege, columns } of rights) {
      const places = columns === undefined ? [resource] : columns.map((column) => `${resource}(${quotedPart(column)})`);
      for (const one of places) {
        if (verb === 'GRANT') table.give(account, [privilege], one, place);
        else table.take(account, [privilege], one, place);
      }
    }
    if (grantable && verb === 'GRANT') table.give(account, ['grant option'], resource, place);
  }
  return undefined;
}

function readRoleGrant(verb: 'GRANT' | 'REVOKE', cursor: TokenCursor, table: AccountsTable): string | undefined {
  const { place } = cursor;
  // `REVOKE ALL PRIVILEGES, GRANT OPTION FROM u`: a script's beginning, which leaves nothing to follow.
  if (verb === 'REVOKE') return undefined;
  const roles = readAccounts(cursor);
  if (!cursor.accept('TO')) return 'a GRANT that names nobody';
  const members = readAccounts(cursor);
  const admin = cursor.accept('WITH', 'ADMIN', 'OPTION');
  for (const role of roles) for (const member of members) table.role(role, full(member, table), admin, place);
  return undefined;
}

/** Without a host it is a role that the file knows, or everybody, or an account of all hosts. */
function full(account: Account, table: AccountsTable): Account {
  if (account.host !== undefined || table.knows(account) || /^public$/i.test(account.user)) return account;
  return table.knows({ ...account, host: '%' }) ? { ...account, host: '%' } : account;
}

interface Written {
  readonly privilege: string;
  readonly columns: readonly string[] | undefined;
}

function readPrivileges(cursor: TokenCursor): readonly Written[] {
  const rights: Written[] = [];
  do {
    const words: string[] = [];
    let columns: readonly string[] | undefined;
    while (!cursor.done) {
      const token = cursor.peek();
      if (token?.kind === 'symbol' && token.text === '(') {
        columns = (cursor.parenthesized() ?? []).filter(({ kind }) => kind !== 'symbol').map(({ text }) => text);
      } else if (token?.kind === 'symbol' || (token?.kind === 'word' && token.text.toUpperCase() === 'ON')) break;
      else words.push(cursor.next()?.text.toLowerCase() ?? '');
    }
    const privilege = words.join(' ');
    if (privilege !== '') rights.push({ privilege: privilege === 'all privileges' ? 'all' : privilege, columns });
  } while (cursor.symbol(','));
  return rights;
}

function readTarget(cursor: TokenCursor): readonly [string, string] | undefined {
  const part = () => (cursor.symbol('*') ? '*' : cursor.next()?.text);
  const first = part();
  if (first === undefined) return undefined;
  if (!cursor.symbol('.')) return first === '*' ? ['*', '*'] : ['*', first];
  const second = part();
  return second === undefined ? undefined : [first, second];
}
