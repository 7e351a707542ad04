import { escapeLiteral } from 'pg';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Database } from '../postgres/database.ts';
import type { ServerFacts } from '../postgres/leased-role.ts';
import { quoteName } from '../postgres/quote-name.ts';

const POLL_MS = 20;
/** Memberships got options of their own; before, whoever is a member may `set role` to everything behind. */
export const OPTIONS_SINCE = 160_000;

const memberSchema = z.object({
  oid: z.coerce.number(),
  superuser: z.boolean(),
  login: z.boolean(),
  group: z.boolean(),
});

/**
 * The role that is to become a member.
 *
 * @returns its oid, which a rename does not change.
 * @throws {AppError} ERR_TARGET_REFUSED when nobody is called so, or it is one through which others would get the same.
 */
export async function findMember(
  target: string,
  database: Database,
  name: string,
  server: ServerFacts,
): Promise<number> {
  // Since 16 whoever makes a role is its administrator without getting anything of it.
  const uses = server.version >= OPTIONS_SINCE ? 'and (m.inherit_option or m.set_option)' : '';
  const [found] = await database.rows(
    'look for the member',
    memberSchema,
    `select r.oid, r.rolsuper as superuser, r.rolcanlogin as login,
         exists (select from pg_auth_members m where m.roleid = r.oid ${uses}) as group
       from pg_roles r where r.rolname = $1`,
    [name],
  );
  const flaw =
    found === undefined
      ? 'does not exist'
      : found.superuser
        ? 'is a superuser, whom nothing can be given to or taken from'
        : !found.login || found.group
          ? 'is a group, whose members would all be elevated'
          : undefined;
  if (found === undefined || flaw !== undefined)
    throw new AppError('ERR_TARGET_REFUSED', `target "${target}": role ${JSON.stringify(name)} ${flaw}`);
  return found.oid;
}

export interface MembershipOrder {
  /** The lease's own role, between the member and the groups: what is given hangs on it, and goes with it. */
  readonly name: string;
  readonly member: string;
  readonly groups: readonly string[];
  readonly setRole: boolean;
  readonly comment: string;
}

/** Statements that make it; they run as one transaction. `there` when the role was made by an earlier try. */
export function membershipStatements(order: MembershipOrder, server: ServerFacts, there: boolean): readonly string[] {
  const role = quoteName(order.name);
  const options = server.version < OPTIONS_SINCE ? '' : ` with inherit true, set ${order.setRole}`;
  return [
    ...(there ? [] : [`create role ${role} nologin nosuperuser nocreatedb nocreaterole noreplication inherit`]),
    `comment on role ${role} is ${escapeLiteral(order.comment)}`,
    ...order.groups.map((group) => `grant ${quoteName(group)} to ${role}${options}`),
    `grant ${role} to ${quoteName(order.member)}${options}`,
  ];
}

const groupSchema = z.object({ group: z.string() });

/** Takes the rights out of a lease's role. Who its members are stays known, until it is dropped. */
export async function emptyRole(database: Database, name: string): Promise<void> {
  const groups = await database.rows(
    'look for what the role gives',
    groupSchema,
    `select g.rolname as group from pg_auth_members m
       join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member where r.rolname = $1`,
    [name],
  );
  if (groups.length === 0) return;
  await database.run(
    'take the rights back',
    groups.map(({ group }) => `revoke ${quoteName(group)} from ${quoteName(name)}`),
  );
}

const oidSchema = z.object({ oid: z.coerce.number() });

/** Who is a member of a lease's role by now, under whatever name. The broker's own role may be too, and does not count. */
export async function membersOf(database: Database, name: string): Promise<readonly number[]> {
  const rows = await database.rows(
    'look for the members',
    oidSchema,
    `select distinct m.member as oid from pg_auth_members m
       join pg_roles r on r.oid = m.roleid join pg_roles u on u.oid = m.member
       where r.rolname = $1 and u.rolname <> current_user`,
    [name],
  );
  return rows.map(({ oid }) => oid);
}

const pidSchema = z.object({ pid: z.number() });
/**
 * Ends the sessions of a member that were open when its rights had been taken back; it may come again. Those of a superuser are left
 * by a broker that is none: it could not end them, and they lose nothing.
 *
 * @returns how many there were.
 * @throws {AppError} ERR_TARGET_UNREACHABLE when some are still there after `timeout` milliseconds.
 */
export async function endMemberSessions(
  target: { readonly id: string; readonly statementTimeout: number },
  database: Database,
  member: number,
  server: ServerFacts,
): Promise<number> {
  // By pid, not by when they began: that is hidden from whoever may not read statistics.
  const open = await database.rows(
    'look for sessions of the member',
    pidSchema,
    `select a.pid from pg_stat_activity a join pg_roles r on r.oid = a.usesysid
       where a.usesysid = $1 and a.pid <> pg_backend_pid() and (not r.rolsuper or $2)`,
    [member, server.superuser],
  );
  const until = performance.now() + target.statementTimeout;
  for (let left = open; left.length > 0; ) {
    left = await database.rows(
      'end sessions of the member',
      pidSchema,
      `select pid from (
         select pid, pg_terminate_backend(pid) from pg_stat_activity where usesysid = $1 and pid = any ($2::int[])
       ) as ended`,
      [member, left.map(({ pid }) => pid)],
    );
    if (left.length > 0 && performance.now() > until)
      throw new AppError('ERR_TARGET_UNREACHABLE', `target "${target.id}": ${left.length} sessions do not end`);
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return open.length;
}

const nameSchema = z.object({ name: z.string() });

/** Roles of leases that have lost their member, or what they gave. */
export async function brokenMemberships(database: Database, prefix: string): Promise<readonly string[]> {
  const rows = await database.rows(
    'look for what was undone',
    nameSchema,
    `select r.rolname as name from pg_roles r where starts_with(r.rolname, $1) and not r.rolcanlogin and (
       not exists (select from pg_auth_members m join pg_roles u on u.oid = m.member
         where m.roleid = r.oid and u.rolname <> current_user)
       or not exists (select from pg_auth_members m where m.member = r.oid))`,
    [prefix],
  );
  return rows.map(({ name }) => name);
}
