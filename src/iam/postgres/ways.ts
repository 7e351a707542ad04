/** Something that has to be had, by the role itself or by a role that it may use. */
export type Need =
  /** Of the role itself: attributes are not inherited. */
  | { readonly attribute: 'create_role' | 'replication' }
  /** Privileges of a predefined role. */
  | { readonly role: string }
  /** A right on one of these objects of any database; functions without their arguments. */
  | { readonly right: string; readonly on: readonly string[] };

/** A way to more rights than were given, with what it needs. */
export interface PostgresWay {
  readonly id: string;
  readonly all: readonly Need[];
  /** Only on servers older than 16. */
  readonly before16?: true;
  /** What must hold beside the rights, in words. */
  readonly onlyIf?: string;
  /** The documentation that says so. */
  readonly source: string;
}

const LIBRARY_PARAMETERS = ['session_preload_libraries', 'local_preload_libraries', 'dynamic_library_path'];
const SERVER_PARAMETERS = [
  'archive_command',
  'archive_cleanup_command',
  'restore_command',
  'recovery_end_command',
  'shared_preload_libraries',
  'ssl_passphrase_command',
  'archive_library',
  'jit_provider',
  'hba_file',
  'ident_file',
  ...LIBRARY_PARAMETERS,
];

const HASHES = 'the password of a superuser can be used as it is kept (md5), or be guessed';

/** Ways to come to a superuser's rights: who may run programs or write files as the server's account, or make itself a member. */
export const POSTGRES_WAYS: readonly PostgresWay[] = [
  {
    id: 'pg-createrole',
    all: [{ attribute: 'create_role' }],
    before16: true,
    source: 'PostgreSQL 15: CREATE ROLE, "Role Attributes"; GRANT, predefined roles may be given by who has CREATEROLE',
  },
  {
    id: 'pg-execute-program',
    all: [{ role: 'pg_execute_server_program' }],
    source: 'PostgreSQL: "Predefined Roles", pg_execute_server_program; COPY … PROGRAM',
  },
  {
    id: 'pg-write-files',
    all: [{ role: 'pg_write_server_files' }],
    source: 'PostgreSQL: "Predefined Roles", pg_write_server_files',
  },
  {
    id: 'pg-read-files',
    all: [{ role: 'pg_read_server_files' }],
    onlyIf: 'a file that the server can read leads to a superuser',
    source: 'PostgreSQL: "Predefined Roles", pg_read_server_files',
  },
  {
    id: 'pg-write-function',
    all: [{ right: 'execute', on: ['function:*.pg_catalog.lo_export', 'function:*.pg_catalog.pg_file_write'] }],
    source: 'PostgreSQL: "Server-Side Functions" of large objects; adminpack',
  },
  {
    id: 'pg-read-function',
    all: [
      {
        right: 'execute',
        on: ['pg_read_file', 'pg_read_binary_file', 'lo_import'].map((name) => `function:*.pg_catalog.${name}`),
      },
    ],
    onlyIf: 'a file that the server can read leads to a superuser',
    source: 'PostgreSQL: "Generic File Access Functions"',
  },
  {
    id: 'pg-alter-system',
    all: [{ right: 'alter system', on: SERVER_PARAMETERS.map((name) => `parameter:${name}`) }],
    onlyIf: 'the server reads its configuration again',
    source: 'PostgreSQL: ALTER SYSTEM; "Privileges", ALTER SYSTEM on parameters',
  },
  {
    id: 'pg-set-library',
    all: [{ right: 'set', on: LIBRARY_PARAMETERS.map((name) => `parameter:${name}`) }],
    onlyIf: 'a library of its own is on the server',
    source: 'PostgreSQL: "Shared Library Preloading"; "Privileges", SET on parameters',
  },
  {
    id: 'pg-password-hashes',
    all: [{ right: 'select', on: ['table:*.pg_catalog.pg_authid', 'table:*.pg_catalog.pg_shadow'] }],
    onlyIf: HASHES,
    source: 'PostgreSQL: pg_authid',
  },
  {
    id: 'pg-read-all-data',
    all: [{ role: 'pg_read_all_data' }],
    onlyIf: HASHES,
    source: 'PostgreSQL: "Predefined Roles", pg_read_all_data; pg_authid is a table like others to it',
  },
  {
    id: 'pg-replication',
    all: [{ attribute: 'replication' }],
    onlyIf: HASHES,
    source: 'PostgreSQL: "Role Attributes", REPLICATION; a base backup has all of the cluster in it',
  },
];
