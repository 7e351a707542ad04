import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Database } from './database.ts';
import type { PostgresTarget } from './postgres-target.ts';

const flawSchema = z.object({ role: z.string(), flaw: z.string() });

/** Predefined roles that only read or write rows (https://www.postgresql.org/docs/current/predefined-roles.html). */
const HARMLESS = ['pg_read_all_data', 'pg_write_all_data', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_monitor'];

/** Everything that a group role leads to, and what must not be among it. */
const FLAWS = `
  with recursive reach (via, oid) as (
    select rolname, oid from pg_roles where rolname = any ($1)
    union
    select reach.via, m.roleid from pg_auth_members m join reach on m.member = reach.oid
  )
  select reach.via as role, r.rolname || ' is a superuser' as flaw
    from reach join pg_roles r on r.oid = reach.oid where r.rolsuper
  union all
  select reach.via, r.rolname || ' may create roles or databases, replicate or bypass row security'
    from reach join pg_roles r on r.oid = reach.oid
    where r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls
  union all
  select reach.via, r.rolname || ' may log in' from reach join pg_roles r on r.oid = reach.oid where r.rolcanlogin
  union all
  select reach.via, r.rolname || ' reaches beyond tables'
    from reach join pg_roles r on r.oid = reach.oid
    where r.rolname like 'pg\\_%' and r.rolname <> all ($2)
  union all
  select g.role, 'may create in schema ' || n.nspname
    from unnest($1::text[]) as g (role) join pg_roles r on r.rolname = g.role, pg_namespace n
    where n.nspname not like 'pg\\_temp\\_%' and n.nspname not like 'pg\\_toast\\_temp\\_%'
      and has_schema_privilege(r.oid, n.oid, 'create')
  union all
  select g.role, 'may create in database ' || d.datname
    from unnest($1::text[]) as g (role) join pg_roles r on r.rolname = g.role, pg_database d
    where d.datname = current_database() and has_database_privilege(r.oid, d.oid, 'create')
  union all
  select g.role, 'does not exist'
    from unnest($1::text[]) as g (role) where not exists (select from pg_roles r where r.rolname = g.role)`;

/**
 * Makes sure that group roles give rights on data and nothing with which the end of a lease could be outlived: no roles, no objects
 * of one's own, no server files. Asked at every lease, since rights change.
 *
 * @throws {AppError} ERR_TARGET_REFUSED
 */
export async function checkRoles(
  target: Pick<PostgresTarget, 'id'>,
  database: Database,
  roles: readonly string[],
): Promise<void> {
  const flaws = await database.rows('check the group roles', flawSchema, FLAWS, [[...roles], HARMLESS]);
  const [first] = flaws;
  if (first !== undefined)
    throw new AppError('ERR_TARGET_REFUSED', `target "${target.id}": group role "${first.role}": ${first.flaw}`, {
      hint: 'leases are members of NOLOGIN roles that hold rights on tables and nothing else; see docs/brokers.md',
    });
}
