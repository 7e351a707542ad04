/** What docs/sources/postgres.md has as one query. `rolpassword` is masked there; the date may be `infinity`. */
export const ROLES = 'select *, rolvaliduntil::text as rolvaliduntil from pg_roles order by rolname';

export const MEMBERSHIPS = 'select * from pg_auth_members order by roleid, member, grantor';

export const DATABASES = 'select datname from pg_database where datallowconn and not datistemplate order by datname';

/** Of the current database; of all databases their owner and list. */
export const OBJECTS = `
  select * from (
    select 'database' as object_type, datname as database, null as schema, datname as name,
      pg_get_userbyid(datdba) as owner, datacl::text as acl, false as security_definer
      from pg_database where datname = current_database()
    union all
    select 'schema', current_database(), null, nspname, pg_get_userbyid(nspowner), nspacl::text, false
      from pg_namespace where nspname !~ '^pg_(toast|temp)'
    union all
    select case relkind when 'S' then 'sequence' else 'table' end, current_database(), nspname, relname,
      pg_get_userbyid(relowner), relacl::text, false
      from pg_class join pg_namespace n on n.oid = relnamespace
      where relkind in ('r', 'p', 'v', 'm', 'f', 'S') and (nspname !~ '^pg_|^information_schema$' or relname = 'pg_authid')
    union all
    select 'function', current_database(), nspname, proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
      pg_get_userbyid(proowner), proacl::text, prosecdef
      from pg_proc p join pg_namespace n on n.oid = pronamespace
      where prosecdef or nspname !~ '^pg_|^information_schema$'
        or proname in ('pg_read_file', 'pg_read_binary_file', 'lo_import', 'lo_export', 'pg_file_write')
  ) as object order by object_type, schema, name`;
