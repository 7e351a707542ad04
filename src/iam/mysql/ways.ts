import { parseResource } from './resource.ts';

/** A right on something; `write` is any of those that change a table's rows. */
export interface MysqlNeed {
  /** One of these. */
  readonly any: readonly string[];
  /** `*.*` where a right is given on everything only. */
  readonly on: string;
}

/** A way to more rights than were given, with what it needs together. */
export interface MysqlWay {
  readonly id: string;
  readonly all: readonly MysqlNeed[];
  /** What must hold beside the rights, in words. */
  readonly onlyIf?: string;
  /** On servers that protect accounts with SYSTEM_USER, which MariaDB does not know. */
  readonly unlessSystemUser?: true;
  readonly source: string;
}

const WRITE = ['insert', 'update'];
const LIBRARY = 'a library of its own is in the folder of plugins';

/** Ways to come to all rights on a server. */
export const MYSQL_WAYS: readonly MysqlWay[] = [
  {
    id: 'my-create-user',
    all: [{ any: ['create user'], on: '*.*' }],
    unlessSystemUser: true,
    source: 'MySQL: ALTER USER; MariaDB: ALTER USER: the password of any account may be changed',
  },
  {
    id: 'my-write-grant-tables',
    all: [{ any: WRITE, on: 'mysql.user' }],
    onlyIf: 'the server reads its grant tables again',
    source: 'MySQL: "When Privilege Changes Take Effect"',
  },
  {
    id: 'my-write-grant-tables',
    all: [{ any: WRITE, on: 'mysql.global_priv' }],
    onlyIf: 'the server reads its grant tables again',
    source: 'MariaDB: mysql.global_priv',
  },
  {
    id: 'my-role-admin',
    all: [{ any: ['role_admin', 'super'], on: '*.*' }],
    unlessSystemUser: true,
    onlyIf: 'accounts may be given as roles (MySQL 8)',
    source: 'MySQL: "Dynamic Privilege Descriptions", ROLE_ADMIN; GRANT of an account as a role',
  },
  {
    id: 'my-definer',
    all: [
      { any: ['set_any_definer', 'set_user_id', 'set user', 'super'], on: '*.*' },
      { any: ['create routine', 'create view', 'trigger', 'event'], on: '' },
    ],
    unlessSystemUser: true,
    source: 'MySQL: "Stored Object Access Control"; MariaDB: SET USER',
  },
  {
    id: 'my-file',
    all: [{ any: ['file'], on: '*.*' }],
    onlyIf: 'secure_file_priv leaves a folder from which files count',
    source: 'MySQL: "Privileges Provided by MySQL", FILE',
  },
  {
    id: 'my-install-plugin',
    all: [{ any: ['insert'], on: 'mysql.plugin' }],
    onlyIf: LIBRARY,
    source: 'MySQL: INSTALL PLUGIN',
  },
  {
    id: 'my-install-function',
    all: [{ any: ['insert'], on: 'mysql.func' }],
    onlyIf: LIBRARY,
    source: 'MySQL: CREATE FUNCTION for loadable functions',
  },
  {
    id: 'my-clone',
    all: [{ any: ['backup_admin', 'clone_admin'], on: '*.*' }],
    onlyIf: 'it may be reached by a server of its own, and a password is guessed',
    source: 'MySQL: "The Clone Plugin"',
  },
  {
    id: 'my-password-hashes',
    all: [{ any: ['select'], on: 'mysql.user' }],
    onlyIf: 'the password of an administrator is guessed from its hash',
    source: 'MySQL: "Grant Tables", the user table',
  },
  {
    id: 'my-system-variables',
    all: [{ any: ['system_variables_admin', 'super'], on: '*.*' }],
    onlyIf: 'an administrator runs what init_connect or a log file says',
    source: 'MySQL: "Dynamic Privilege Descriptions", SYSTEM_VARIABLES_ADMIN',
  },
];

/** The same with what it is on read; an empty one means anything at all. */
export function resourceOf(need: MysqlNeed) {
  return need.on === '' ? undefined : parseResource(need.on);
}
