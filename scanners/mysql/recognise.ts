import { mayHold } from '../../src/scan/formats/looks-like-yaml.ts';
import type { FileHead } from '../../src/scan/scanner.ts';

export type MysqlFormat = 'users-dump' | 'show-grants' | 'grant-table-csv' | 'grant-table-tsv' | 'grant-table-json';

/** An account as both servers write it, which no other kind of SQL has. */
const ACCOUNT = /(?:`[^`\n]*`|'[^'\n]*')@(?:`[^`\n]*`|'[^'\n]*')/;
const LINE =
  /^\s*(?:\|\s+)?(?:GRANT|REVOKE|CREATE (?:\/\*M?!\d*\s*OR REPLACE\s*\*\/\s*|OR REPLACE )?USER|SET DEFAULT ROLE)\s.*$/gim;
const COLUMNS: readonly (readonly string[])[] = [
  ['host', 'user', 'select_priv'],
  ['host', 'db', 'user', 'select_priv'],
  ['host', 'user', 'plugin', 'authentication_string'],
  ['host', 'user', 'table_name', 'table_priv'],
  ['host', 'user', 'column_name', 'column_priv'],
  ['host', 'user', 'routine_name', 'proc_priv'],
  ['host', 'user', 'proxied_user'],
  ['user', 'host', 'priv', 'with_grant_option'],
  ['from_user', 'to_user', 'with_admin_option'],
  ['user', 'default_role_user'],
  ['host', 'user', 'role', 'admin_option'],
  ['grantee', 'table_catalog', 'privilege_type', 'is_grantable'],
];
const WORDS = [
  'elect_priv',
  'ELECT_PRIV',
  'uthentication_string',
  '_priv',
  'roxied_',
  'WITH_',
  'with_',
  'DEFAULT_ROLE',
  'dmin_option',
  'PRIVILEGE_TYPE',
  'privilege_type',
] as const;

/** Which export of MySQL or MariaDB a file begins as. */
export function recogniseMysql(head: FileHead): MysqlFormat | undefined {
  if (head.binary) return undefined;
  if (mayHold(head, 'GRANT ') || mayHold(head, 'grant ') || mayHold(head, 'CREATE USER')) {
    const found = recogniseStatements(head);
    if (found !== undefined) return found;
  }
  if (/\.(?:sql|md|[jt]s|py|rb|go|java|php|html?|sh)$/i.test(head.path) || !WORDS.some((word) => mayHold(head, word)))
    return undefined;
  return recogniseRows(head.text);
}

function recogniseStatements({ path, text }: FileHead): MysqlFormat | undefined {
  if (!ACCOUNT.test(text)) return undefined;
  const statements = text.match(LINE)?.filter((line) => ACCOUNT.test(line)) ?? [];
  const [first] = statements;
  if (first === undefined) return undefined;
  if (/;\s*$/.test(first)) {
    // A dump of users, or a file of nothing but such statements.
    const others = /^\s*(?:CREATE (?:TABLE|VIEW|PROCEDURE|TRIGGER)|INSERT INTO|UPDATE|DELETE)\b/im.test(text);
    return /\.sql$/i.test(path) && !others ? 'users-dump' : undefined;
  }
  // Answers: every line is one, or stands around one.
  const rest = text
    .split(/\r?\n/)
    .filter(
      (line) =>
        line.trim() !== '' &&
        !/^(?:\s*(?:\|\s+)?(?:GRANT|REVOKE|CREATE USER|SET DEFAULT ROLE)\s|\+-+\+|\|?\s*(?:Grants|CREATE USER) for\s|\*{5,}|\s*Grants for )/i.test(
          line,
        ),
    );
  return rest.length <= (text.length >= 65_536 ? 1 : 0) ? 'show-grants' : undefined;
}

function recogniseRows(text: string): MysqlFormat | undefined {
  const start = text.slice(0, 16_384).replace(/^\uFEFF/, '');
  const fits = (names: ReadonlySet<string>) => COLUMNS.some((columns) => columns.every((column) => names.has(column)));
  if (/^\s*(?:\[|\{)/.test(start)) {
    const names = new Set([...start.matchAll(/"(\w+)"\s*:/g)].map(([, name = '']) => name.toLowerCase()));
    return fits(names) && names.size < 200 ? 'grant-table-json' : undefined;
  }
  const [first = ''] = start.split(/\r?\n/, 1);
  const separator = first.includes('\t') ? '\t' : ',';
  const names = new Set(first.split(separator).map((name) => name.replace(/^"|"$/g, '').trim().toLowerCase()));
  if (!fits(names)) return undefined;
  // PostgreSQL's information schema has the same list, with catalogs of its own.
  if (names.has('grantee') && names.has('grantor')) return undefined;
  return separator === '\t' ? 'grant-table-tsv' : 'grant-table-csv';
}
