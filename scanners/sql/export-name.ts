/** What the name of an export says of where it comes from. */
export interface ExportName {
  readonly cluster: string;
  readonly database: string | undefined;
}

/** Words that say what is in an export, in front of its ending. */
const WHAT =
  /^(?:roles|globals|users?|schema|grants|members|objects|privileges|databases?|db|default_roles|global_grants|roles_mapping|pg_\w+|role_\w+|\w+_(?:grants|privileges|priv|edges))$/;

/**
 * No export says which server it is of. Its name can: `CLUSTER.WHAT.EXT` or `CLUSTER.DATABASE.WHAT.EXT`
 * (`orders.roles.sql`, `orders.shop.schema.sql`); otherwise it is the configured one.
 */
export function exportName(path: string, configured: string): ExportName {
  const parts = (path.split('/').at(-1) ?? '').split('.');
  const what = parts.at(-2);
  const [cluster, ...database] = parts.slice(0, -2);
  if (what === undefined || !WHAT.test(what) || !cluster) return { cluster: configured, database: undefined };
  return { cluster, database: database.length === 0 ? undefined : database.join('.') };
}
