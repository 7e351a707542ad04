import type { Answer } from '../../model/answer.ts';
import { principalId } from '../../model/id.ts';
import type { Inventory } from '../../model/inventory.ts';

/** What is known of a cluster's server, and of what was read of it. */
export interface ServerFacts {
  /** Memberships have options, and CREATEROLE is limited to what it was given: since 16. */
  readonly since16: Answer;
  /** 18, where it is known. */
  readonly major: number | undefined;
  readonly memberships: boolean;
  /** Rights on all kinds of objects of a database were read. */
  objects(database: string): boolean;
  /** Those on tables were, at least. */
  tables(database: string): boolean;
}

export function serverFacts(inventory: Inventory, cluster: string): ServerFacts {
  const attributes = inventory.principals.get(principalId('postgres', 'cluster', cluster))?.attributes ?? {};
  const major = typeof attributes.version === 'string' ? Number.parseInt(attributes.version, 10) : undefined;
  const objects = (database: string) => attributes[`read_objects:${database}`] === true;
  return {
    since16: since16(major, attributes.member_options),
    major,
    memberships: attributes.read_memberships === true,
    objects,
    tables: (database) => objects(database) || attributes[`read_grants:${database}`] === true,
  };
}

function since16(major: number | undefined, options: unknown): Answer {
  if (major !== undefined) return major >= 16 ? 'yes' : 'no';
  if (typeof options === 'boolean') return options ? 'yes' : 'no';
  return { if: ['the server is PostgreSQL 16 or newer'] };
}
