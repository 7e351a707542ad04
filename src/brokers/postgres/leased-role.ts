import { escapeLiteral } from 'pg';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { externalPrefix, isExternalId } from '../external-id.ts';
import type { Database, TargetDatabases } from './database.ts';
import type { PostgresTarget } from './postgres-target.ts';
import { quoteName } from './quote-name.ts';

const POLL_MS = 20;

const serverSchema = z.object({ version: z.coerce.number(), superuser: z.boolean() });

/** What the way to do things depends on. */
export interface ServerFacts {
  /** `server_version_num`, such as 150018. */
  readonly version: number;
  /** Whether the broker's own role is a superuser. */
  readonly superuser: boolean;
}

async function serverFacts(database: Database): Promise<ServerFacts> {
  const [facts] = await database.rows(
    'ask for the version',
    serverSchema,
    `select current_setting('server_version_num') as version, rolsuper as superuser
       from pg_roles where rolname = current_user`,
  );
  if (facts === undefined) throw new AppError('ERR_INTERNAL', 'the server does not know its own current role');
  return facts;
}

/** The same, asked for once; again after a failure. */
export function rememberedFacts(database: Database): () => Promise<ServerFacts> {
  let server: Promise<ServerFacts> | undefined;
  return async () => {
    server ??= serverFacts(database);
    try {
      return await server;
    } catch (error) {
      server = undefined;
      throw error;
    }
  };
}

export interface RoleOrder {
  readonly name: string;
  readonly verifier: string;
  readonly validUntil: Date;
  readonly groups: readonly string[];
  /** Stands with the role at the server; says which lease it is, and for the login trigger from where it may come. */
  readonly comment: string;
}

/** Makes the role, or gives one that is there already under our name these very properties. All or nothing. */
export async function createRole(
  target: PostgresTarget,
  databases: TargetDatabases,
  order: RoleOrder,
  server: ServerFacts,
): Promise<void> {
  const role = quoteName(order.name);
  const there = (await roleId(databases, order.name)) !== undefined;
  const modern = server.version >= 160_000;
  await databases.run('create the role', [
    // Attributes that only a superuser may name, even to switch them off, are named where the role is new.
    `${there ? 'alter' : 'create'} role ${role} with login` +
      `${there ? '' : ' nosuperuser nocreatedb nocreaterole noreplication inherit'}` +
      ` connection limit ${Math.trunc(target.connectionLimit)} password ${escapeLiteral(order.verifier)}` +
      ` valid until ${escapeLiteral(order.validUntil.toISOString())}`,
    `comment on role ${role} is ${escapeLiteral(order.comment)}`,
    // Without being a member of the role, a broker that is no superuser could not end its sessions. From 16 on membership alone does
    // not inherit.
    ...(server.superuser ? [] : [`grant ${role} to current_user${modern ? ' with inherit true, set true' : ''}`]),
    ...order.groups.map(
      (group) => `grant ${quoteName(group)} to ${role}${modern ? ' with inherit true, set false' : ''}`,
    ),
    ...sessionDefaults(target).map(([name, value]) => `alter role ${role} set ${name} = ${value}`),
  ]);
}

function sessionDefaults({ session }: PostgresTarget): readonly (readonly [string, string])[] {
  const { statementTimeout, readOnly, searchPath } = session;
  return [
    ...(statementTimeout === undefined ? [] : [['statement_timeout', String(Math.trunc(statementTimeout))] as const]),
    ...(readOnly === true ? [['default_transaction_read_only', 'on'] as const] : []),
    ...(searchPath === undefined ? [] : [['search_path', searchPath.map(quoteName).join(', ')] as const]),
  ];
}

/** Moves the end of the password. @throws {AppError} ERR_TARGET_REFUSED when there is no such role. */
export async function setEnd(
  target: PostgresTarget,
  databases: TargetDatabases,
  name: string,
  validUntil: Date,
): Promise<void> {
  if ((await roleId(databases, name)) === undefined)
    throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": role "${name}" is not there`);
  await databases.run('move the end', [
    `alter role ${quoteName(name)} valid until ${escapeLiteral(validUntil.toISOString())}`,
  ]);
}

export async function forbidLogin(databases: TargetDatabases, name: string): Promise<void> {
  if ((await roleId(databases, name)) === undefined) return;
  await databases.run('forbid logins', [`alter role ${quoteName(name)} with nologin connection limit 0`]);
}

const idSchema = z.object({ oid: z.coerce.number() });

/** The role's oid: sessions are found by it even after the role is gone. */
export async function roleId(database: Database, name: string): Promise<number | undefined> {
  const [found] = await database.rows('look for the role', idSchema, 'select oid from pg_roles where rolname = $1', [
    name,
  ]);
  return found?.oid;
}

const nameSchema = z.object({ name: z.string() });

/** Every role of this issuer at the server, whatever target made it. */
export async function listRoles(database: Database, issuerId: string): Promise<readonly string[]> {
  const rows = await database.rows(
    'list our roles',
    nameSchema,
    'select rolname as name from pg_roles where starts_with(rolname, $1)',
    [externalPrefix(issuerId)],
  );
  return rows.map(({ name }) => name).filter((name) => isExternalId(issuerId, name));
}

const pidSchema = z.object({ pid: z.number() });

/**
 * Ends every session of a role and waits until none is left.
 *
 * @returns how many there were.
 * @throws {AppError} ERR_TARGET_UNREACHABLE when some are still there after the statement time-out.
 */
export async function endRoleSessions(
  target: PostgresTarget,
  databases: TargetDatabases,
  oid: number,
): Promise<number> {
  const ended = new Set<number>();
  const until = performance.now() + target.statementTimeout;
  for (;;) {
    const sessions = await databases.rows(
      'end sessions',
      pidSchema,
      `select pid from (
         select pid, pg_terminate_backend(pid) from pg_stat_activity where usesysid = $1 and pid <> pg_backend_pid()
       ) as ended`,
      [oid],
    );
    if (sessions.length === 0) return ended.size;
    for (const { pid } of sessions) ended.add(pid);
    if (performance.now() > until)
      throw new AppError('ERR_TARGET_UNREACHABLE', `target "${target.id}": ${sessions.length} sessions do not end`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export async function hasSessions(database: Database, oid: number): Promise<boolean> {
  const sessions = await database.rows(
    'look for sessions',
    pidSchema,
    'select pid from pg_stat_activity where usesysid = $1 limit 1',
    [oid],
  );
  return sessions.length > 0;
}

const placeSchema = z.object({ database: z.string() });
const preparedSchema = z.object({ gid: z.string() });

/**
 * Drops the role with everything that hangs on it, in every database where something does: prepared transactions are rolled back,
 * what it owns goes (or goes to `reassignTo`), rights that were given to it directly go.
 */
export async function dropRole(
  target: Pick<PostgresTarget, 'reassignTo'>,
  databases: TargetDatabases,
  name: string,
  oid: number,
  server: ServerFacts,
): Promise<void> {
  const role = quoteName(name);
  const places = await databases.rows(
    'look for what the role owns',
    placeSchema,
    `select coalesce(d.datname, current_database()) as database
       from pg_shdepend s left join pg_database d on d.oid = s.dbid
       where s.refclassid = 'pg_authid'::regclass and s.refobjid = $1 and (s.dbid = 0 or d.datname is not null)
     union
     select database from pg_prepared_xacts where owner = $2`,
    [oid, name],
  );
  for (const { database } of places)
    await databases.inDatabase(database, async (there) => {
      await rollBackPrepared(there, name, server);
      if (target.reassignTo !== undefined)
        await there.run('reassign what the role owns', [
          `reassign owned by ${role} to ${quoteName(target.reassignTo)}`,
        ]);
      await there.run('drop what the role owns', [`drop owned by ${role}`]);
    });
  await databases.run('drop the role', [`drop role if exists ${role}`]);
}

/** A prepared transaction outlives its session and its role, and keeps its locks. Only its own role or a superuser may end it. */
async function rollBackPrepared(database: Database, name: string, server: ServerFacts): Promise<void> {
  const prepared = await database.rows(
    'look for prepared transactions',
    preparedSchema,
    'select gid from pg_prepared_xacts where owner = $1 and database = current_database()',
    [name],
  );
  if (prepared.length === 0) return;
  // Not part of any transaction block, so each goes alone.
  if (!server.superuser) await database.run('act as the role', [`set role ${quoteName(name)}`]);
  for (const { gid } of prepared)
    await database.run('roll back a prepared transaction', [`rollback prepared ${escapeLiteral(gid)}`]);
  if (!server.superuser) await database.run('act as the broker again', ['reset role']);
}
