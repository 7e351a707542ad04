import type { Place } from '../../src/scan/formats/node.ts';
import type { TokenCursor } from '../sql/token-cursor.ts';
import { passwordScheme } from './password-scheme.ts';
import type { Attribute, RoleRecord, RolesTable } from './roles-table.ts';
import type { Server } from './server.ts';
import { timestamp } from './timestamp.ts';

const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  SUPERUSER: 'superuser',
  INHERIT: 'inherit',
  CREATEROLE: 'create_role',
  CREATEUSER: 'superuser',
  CREATEDB: 'create_db',
  LOGIN: 'login',
  REPLICATION: 'replication',
  BYPASSRLS: 'bypass_rls',
};

/** What a role has that is made without saying more. */
const DEFAULTS: readonly (readonly [Attribute, boolean])[] = [
  ['superuser', false],
  ['inherit', true],
  ['create_role', false],
  ['create_db', false],
  ['login', false],
  ['replication', false],
  ['bypass_rls', false],
];

/**
 * `CREATE ROLE n …`, `CREATE USER n …`, after those words. A dump says all of a role in the statement that follows; what people
 * leave out is the default.
 */
export function readCreateRole(
  kind: 'ROLE' | 'USER' | 'GROUP',
  cursor: TokenCursor,
  roles: RolesTable,
  dumped: boolean,
): void {
  if (kind === 'USER' && cursor.peek()?.text.toUpperCase() === 'MAPPING') return;
  const { place } = cursor;
  const name = cursor.name();
  if (name === undefined) return;
  const record = roles.role(name, place);
  if (!dumped) for (const [attribute, value] of DEFAULTS) record.attributes.set(attribute, value);
  record.validUntil = null;
  if (kind === 'USER') record.attributes.set('login', true);
  cursor.accept('WITH');
  readOptions(record, cursor, roles, place);
}

/** `ALTER ROLE n …`, after those words. What it sets for sessions is not looked at. */
export function readAlterRole(cursor: TokenCursor, roles: RolesTable): void {
  const { place } = cursor;
  const name = cursor.name();
  if (name === undefined || name === 'all') return;
  if (cursor.accept('SET') || cursor.accept('RESET') || cursor.accept('IN') || cursor.accept('RENAME')) return;
  if (cursor.accept('ADD', 'USER')) {
    for (const member of cursor.list(() => cursor.name())) {
      roles.member({ group: { name }, member: { name: member }, admin: false }, place);
    }
    return;
  }
  const record = roles.role(name, place);
  // Where a role is spoken of singly its attributes stand: a better place than where it was made.
  record.place = place;
  cursor.accept('WITH');
  readOptions(record, cursor, roles, place);
}

function readOptions(record: RoleRecord, cursor: TokenCursor, roles: RolesTable, place: Place): void {
  while (!cursor.done) {
    if (cursor.accept('CONNECTION', 'LIMIT')) {
      const sign = cursor.symbol('-') ? -1 : 1;
      record.connectionLimit = sign * Number(cursor.next()?.text);
    } else if (
      cursor.accept('PASSWORD') ||
      cursor.accept('ENCRYPTED', 'PASSWORD') ||
      cursor.accept('UNENCRYPTED', 'PASSWORD')
    ) {
      const stored = cursor.next();
      roles.carriesPasswords = true;
      record.password = stored?.kind === 'text' ? (passwordScheme(stored.text) ?? 'unknown') : null;
    } else if (cursor.accept('VALID', 'UNTIL')) record.validUntil = timestamp(cursor.next()?.text);
    else if (cursor.accept('IN', 'ROLE') || cursor.accept('IN', 'GROUP')) {
      for (const group of cursor.list(() => cursor.name())) {
        roles.member({ group: { name: group }, member: { name: record.name }, admin: false }, place);
      }
    } else if (cursor.accept('ADMIN')) readMembers(record, cursor, roles, true, place);
    else if (cursor.accept('ROLE') || cursor.accept('USER')) readMembers(record, cursor, roles, false, place);
    else {
      const word = cursor.next()?.text.toUpperCase() ?? '';
      const attribute = ATTRIBUTES[word] ?? ATTRIBUTES[word.replace(/^NO/, '')];
      if (attribute !== undefined) record.attributes.set(attribute, ATTRIBUTES[word] !== undefined);
    }
  }
}

function readMembers(record: RoleRecord, cursor: TokenCursor, roles: RolesTable, admin: boolean, place: Place): void {
  for (const member of cursor.list(() => cursor.name())) {
    roles.member({ group: { name: record.name }, member: { name: member }, admin }, place);
  }
}

/** `GRANT a, b TO c, d …` of roles, after GRANT. `dumped`: written by `pg_dumpall`, whose form tells the version. */
export function readRoleGrant(cursor: TokenCursor, roles: RolesTable, server: Server, dumped: boolean): void {
  const { place } = cursor;
  const groups = cursor.list(() => cursor.name());
  if (!cursor.accept('TO')) return;
  const members = cursor.list(() => granteeOf(cursor));
  const options = memberOptions(cursor);
  const grantor = cursor.accept('GRANTED', 'BY') ? cursor.name() : undefined;
  if (options.inherit !== undefined || options.set !== undefined) server.memberOptions(true);
  else if (dumped) server.memberOptions(false);
  for (const group of groups) {
    for (const member of members) {
      roles.member(
        {
          group: { name: group },
          member: { name: member },
          ...(grantor === undefined ? {} : { grantor: { name: grantor } }),
          admin: options.admin === true,
          inherit: options.inherit,
          // The default of 16 and later; before, there was nothing else.
          set: options.set ?? (options.inherit === undefined ? undefined : true),
        },
        place,
      );
    }
  }
}

/** `REVOKE a FROM b`, after REVOKE; what only takes an option away is not followed. */
export function readRoleRevoke(cursor: TokenCursor, roles: RolesTable): void {
  if (cursor.accept('ADMIN') || cursor.accept('INHERIT') || cursor.accept('SET')) return;
  const groups = cursor.list(() => cursor.name());
  if (!cursor.accept('FROM')) return;
  for (const member of cursor.list(() => granteeOf(cursor))) for (const group of groups) roles.leave(group, member);
}

/** `GROUP x` and `CURRENT_USER` are allowed; the latter names nobody that a file knows. */
function granteeOf(cursor: TokenCursor): string | undefined {
  if (cursor.peek(1)?.kind === 'word' || cursor.peek(1)?.kind === 'name') cursor.accept('GROUP');
  return cursor.name();
}

interface Options {
  admin?: boolean;
  inherit?: boolean;
  set?: boolean;
}

function memberOptions(cursor: TokenCursor): Options {
  const options: Options = {};
  if (!cursor.accept('WITH')) return options;
  do {
    const key = (['admin', 'inherit', 'set'] as const).find((name) => cursor.accept(name.toUpperCase()));
    if (key === undefined) break;
    options[key] = cursor.accept('FALSE') ? false : cursor.accept('TRUE') || cursor.accept('OPTION');
  } while (cursor.symbol(','));
  return options;
}
