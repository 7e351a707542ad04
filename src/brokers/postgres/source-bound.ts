import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Database, TargetDatabases } from './database.ts';
import type { PostgresTarget } from './postgres-target.ts';

/** PostgreSQL 17 brought event triggers on login. */
const FIRST_VERSION = 170_000;

/**
 * The body of the login trigger. Roles that are none of lapse's pass at once. The networks stand in the comment on the role, which
 * is the same in every database and which the role itself cannot change; a comment that is missing or cannot be read keeps it out.
 */
const BODY = `
declare
  note text;
begin
  if session_user !~ '^lapse_[0-9a-f]{8}_' then
    return;
  end if;
  select shobj_description(r.oid, 'pg_authid') into note from pg_catalog.pg_roles r where r.rolname = session_user;
  note := substring(note from '; source (.*)$');
  if note = 'any' then
    return;
  end if;
  if note is null or pg_catalog.inet_client_addr() is null
     or not (pg_catalog.inet_client_addr() <<= any (string_to_array(note, ' ')::inet[])) then
    raise exception 'this credential may not be used from here' using errcode = 'insufficient_privilege';
  end if;
end
`;

/** What stands with a leased role: its lease, and the networks that it may log in from. */
export function roleComment(leaseId: string, networks: readonly string[]): string {
  return `lapse lease ${leaseId}; source ${networks.length === 0 ? 'any' : networks.join(' ')}`;
}

/** The statements that make the trigger in one database; they need a superuser. */
export const INSTALL_SOURCE_BOUND: readonly string[] = [
  'create schema if not exists lapse',
  `create or replace function lapse.check_source() returns event_trigger language plpgsql security definer
     set search_path = pg_catalog, pg_temp as $lapse$${BODY}$lapse$`,
  'drop event trigger if exists lapse_source',
  'create event trigger lapse_source on login execute function lapse.check_source()',
  'alter event trigger lapse_source enable always',
];

const placeSchema = z.object({ database: z.string() });
const armedSchema = z.object({ armed: z.boolean() });

/**
 * Makes the login trigger in every database that can be connected to. For `lapse` on an operator's word, never by itself: it needs a
 * superuser, and it runs at every login.
 *
 * @returns the databases.
 * @throws {AppError} ERR_TARGET_REFUSED before PostgreSQL 17, or without the rights.
 */
export async function installSourceBound(
  target: PostgresTarget,
  databases: TargetDatabases,
): Promise<readonly string[]> {
  await checkVersion(target, databases);
  const places = await databases.rows(
    'list the databases',
    placeSchema,
    'select datname as database from pg_database where datallowconn',
  );
  for (const { database } of places)
    await databases.inDatabase(database, (there) => there.run('install the login trigger', INSTALL_SOURCE_BOUND));
  return places.map(({ database }) => database);
}

/**
 * Makes sure that a role with these groups could log in nowhere without passing the trigger, just as we made it.
 *
 * @throws {AppError} ERR_TARGET_REFUSED
 */
export async function checkSourceBound(
  target: PostgresTarget,
  databases: TargetDatabases,
  groups: readonly string[],
): Promise<void> {
  await checkVersion(target, databases);
  const places = await databases.rows(
    'list the databases that roles reach',
    placeSchema,
    `select datname as database from pg_database d
       where datallowconn and (has_database_privilege('public', d.oid, 'connect')
         or exists (select from unnest($1::text[]) g (role) where has_database_privilege(g.role, d.oid, 'connect')))`,
    [[...groups]],
  );
  for (const { database } of places)
    if (!(await databases.inDatabase(database, isArmed)))
      throw new AppError(
        'ERR_TARGET_REFUSED',
        `target "${target.id}": nothing binds leased roles to their networks in database "${database}"`,
        { hint: 'install the login trigger there, or revoke connect on it from public; see docs/brokers.md' },
      );
}

async function isArmed(database: Database): Promise<boolean> {
  const [answer] = await database.rows(
    'look at the login trigger',
    armedSchema,
    `select exists (
       select from pg_event_trigger t join pg_proc p on p.oid = t.evtfoid join pg_roles o on o.oid = p.proowner
       where t.evtname = 'lapse_source' and t.evtevent = 'login' and t.evtenabled = 'A'
         and p.prosecdef and o.rolsuper and p.prosrc = $1
     ) and current_setting('event_triggers')::boolean as armed`,
    [BODY],
  );
  return answer?.armed === true;
}

async function checkVersion(target: PostgresTarget, database: Database): Promise<void> {
  const [server] = await database.rows(
    'ask for the version alone',
    z.object({ version: z.coerce.number() }),
    "select current_setting('server_version_num') as version",
  );
  if ((server?.version ?? 0) < FIRST_VERSION)
    throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": source networks need PostgreSQL 17 or later`, {
      hint: 'before that, only pg_hba.conf binds roles to networks; see docs/brokers.md',
    });
}
