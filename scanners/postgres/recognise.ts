import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

export type PostgresFormat = 'dump' | 'catalog-csv' | 'catalog-json';

const DUMPED = /^-- PostgreSQL database (?:cluster )?dump\s*$/m;
/** A line of `pg_dumpall` whose comments were taken out, or of somebody who writes as it does. */
const ROLE_LINE = /^ALTER ROLE \S.* WITH (?:NO)?SUPERUSER (?:NO)?INHERIT (?:NO)?CREATEROLE/m;
/** Statements about roles and rights, and what goes with them. */
const ABOUT_ROLES =
  /^(?:create (?:role|user|group|schema|database)|alter (?:role|user|group|default privileges|schema|database|table|function)|grant|revoke|set|reset|begin|commit|comment|\\)(?=\s|\\|;|$)/i;
/** What only PostgreSQL has of that. */
const OURS =
  /\b(?:(?:NO)?(?:SUPERUSER|CREATEROLE|CREATEDB|BYPASSRLS|REPLICATION)|NOLOGIN|LOGIN|NOINHERIT|pg_(?:read|write|monitor|execute)\w*|ALTER DEFAULT PRIVILEGES|IN SCHEMA|ON SCHEMA|WITH (?:INHERIT|SET|ADMIN) (?:TRUE|FALSE))\b/i;
const COLUMNS: readonly (readonly string[])[] = [
  ['rolname', 'rolsuper'],
  ['rolname', 'rolcanlogin'],
  ['roleid', 'member', 'admin_option'],
  ['role', 'member', 'admin_option'],
  ['grantor', 'grantee', 'table_catalog', 'table_schema', 'privilege_type'],
  ['grantor', 'grantee', 'routine_catalog', 'routine_schema', 'privilege_type'],
  ['grantor', 'grantee', 'object_catalog', 'object_schema', 'privilege_type'],
  ['object_type', 'database', 'owner', 'acl'],
];
const WORDS = ['rolname', 'admin_option', 'privilege_type', 'object_type'] as const;

/** Which export of PostgreSQL a file begins as. */
export function recognisePostgres(head: FileHead): PostgresFormat | undefined {
  if (head.binary) return undefined;
  if (mayHold(head, 'PostgreSQL database ') && DUMPED.test(head.text)) return 'dump';
  if (WORDS.some((word) => mayHold(head, word)) && !/\.(?:sql|md|[jt]s|py|rb|go|java)$/i.test(head.path))
    return recogniseRows(head.text);
  if (mayHold(head, 'ALTER ROLE ') && ROLE_LINE.test(head.text)) return 'dump';
  return /\.sql$/i.test(head.path) && isRolesFile(head.text) ? 'dump' : undefined;
}

function recogniseRows(text: string): PostgresFormat | undefined {
  const start = text.slice(0, 4096).replace(/^\uFEFF/, '');
  if (/^\s*[[{]/.test(start)) {
    const names = new Set([...text.matchAll(/"(\w+)"\s*:/g)].map(([, name = '']) => name.toLowerCase()));
    return COLUMNS.some((columns) => columns.every((column) => names.has(column))) && /^\s*\[?\s*\{/.test(start)
      ? 'catalog-json'
      : undefined;
  }
  const names = new Set(
    (start.split(/\r?\n/, 1)[0] ?? '').split(',').map((name) => name.replace(/^"|"$/g, '').trim().toLowerCase()),
  );
  return COLUMNS.some((columns) => columns.every((column) => names.has(column))) ? 'catalog-csv' : undefined;
}

/** A file that somebody wrote of nothing but roles and rights: a migration that also makes tables says nothing about a server. */
function isRolesFile(text: string): boolean {
  if (!/\b(?:create|alter) (?:role|user)\b/i.test(text) && !/^\s*grant\b/im.test(text)) return false;
  const bare = text.replace(/--[^\n]*/g, '').replace(/\/\*[\s\S]*?\*\//g, '');
  if (!OURS.test(bare) || /`/.test(bare)) return false;
  return bare
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement, index, all) => statement !== '' && (index < all.length - 1 || text.length < 65_536))
    .every((statement) => ABOUT_ROLES.test(statement));
}
