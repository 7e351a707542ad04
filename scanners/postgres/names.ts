import { principalId } from '../../src/model/id.ts';
import type { PrincipalName } from '../cloud-principals.ts';

/** What belongs to a principal's name in a fact. */
type Named = Omit<PrincipalName, 'id' | 'platform'>;

/** A role of a cluster. Names that begin with `pg_` are the server's own: those roles never act, they hold what they stand for. */
export function role(cluster: string, name: string): Named {
  if (isPublic(name)) return { kind: 'public', nativeId: `${cluster}/PUBLIC`, name: 'PUBLIC', scope: [cluster] };
  const kind = name.startsWith('pg_') ? 'predefined-role' : 'role';
  return { kind, nativeId: `${cluster}/${name}`, name, scope: [cluster] };
}

/** Numbers that predefined roles have on every server (`pg_authid.dat` of PostgreSQL). */
const PREDEFINED: Readonly<Record<string, string>> = {
  '3373': 'pg_monitor',
  '3374': 'pg_read_all_settings',
  '3375': 'pg_read_all_stats',
  '3377': 'pg_stat_scan_tables',
  '4200': 'pg_signal_backend',
  '4544': 'pg_checkpoint',
  '4550': 'pg_use_reserved_connections',
  '4569': 'pg_read_server_files',
  '4570': 'pg_write_server_files',
  '4571': 'pg_execute_server_program',
  '6171': 'pg_database_owner',
  '6181': 'pg_read_all_data',
  '6182': 'pg_write_all_data',
  '6304': 'pg_create_subscription',
  '6312': 'pg_signal_autovacuum_worker',
  '6337': 'pg_maintain',
};

/** A role that is known by its number only, since the answer that names it is in another file; listed roles have it as an alias. */
export function numberedRole(cluster: string, oid: string): Named {
  const predefined = PREDEFINED[oid];
  if (predefined !== undefined) return role(cluster, predefined);
  return { kind: 'role', nativeId: oidAlias(cluster, oid), name: `#${oid}`, scope: [cluster] };
}

export function oidAlias(cluster: string, oid: string): string {
  return `${cluster}/#${oid}`;
}

export function roleId(cluster: string, name: string): string {
  const { kind, nativeId } = role(cluster, name);
  return principalId('postgres', kind, nativeId);
}

/** Grantees write `PUBLIC` for everybody, which is a keyword and no role's name. */
export function isPublic(name: string): boolean {
  return name === 'PUBLIC' || name === 'public';
}

/** An object as grants name it: `table:shop.public.orders`; parts with dots or spaces stand in double quotes. */
export function objectName(type: string, parts: readonly string[]): string {
  return `${type}:${objectPath(type, parts)}`;
}

/** The same without its type. The last part of a function's has its arguments, and is written by whoever read them. */
export function objectPath(type: string, parts: readonly string[]): string {
  return parts
    .map((part, index) => (type === 'function' && index === parts.length - 1 ? part : quoted(part)))
    .join('.');
}

/** One part of an object's name. */
export function quoted(part: string): string {
  return /^[^\s.",()]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
}
