import { principalId } from '../../model/id.ts';

/**
 * What predefined roles give on every object of a type, without a grant that says so (PostgreSQL documentation, "Predefined
 * Roles"). None of them can change system catalogs.
 */
const RIGHTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  pg_read_all_data: { table: ['select'], sequence: ['select'], schema: ['usage'] },
  pg_write_all_data: { table: ['insert', 'update', 'delete'], sequence: ['update'], schema: ['usage'] },
  pg_maintain: { table: ['maintain'] },
};

export function predefinedRole(cluster: string, name: string): string {
  return principalId('postgres', 'predefined-role', `${cluster}/${name}`);
}

/** Actions that a role gives on all objects of a type. */
export function predefinedRights(id: string, cluster: string, type: string): readonly string[] {
  const prefix = predefinedRole(cluster, '');
  return id.startsWith(prefix) ? (RIGHTS[id.slice(prefix.length)]?.[type] ?? []) : [];
}
