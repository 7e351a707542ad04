/** What `ALL` comes to, by the type of object (PostgreSQL documentation, "Privileges"). */
const ALL: Readonly<Record<string, readonly string[]>> = {
  table: ['delete', 'insert', 'maintain', 'references', 'select', 'trigger', 'truncate', 'update'],
  sequence: ['select', 'update', 'usage'],
  database: ['connect', 'create', 'temporary'],
  function: ['execute'],
  schema: ['create', 'usage'],
  language: ['usage'],
  type: ['usage'],
  tablespace: ['create'],
  'foreign-data-wrapper': ['usage'],
  server: ['usage'],
  parameter: ['alter system', 'set'],
  'large-object': ['select', 'update'],
};

/** Types whose objects give something to everybody unless that is revoked. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  database: ['connect', 'temporary'],
  function: ['execute'],
  language: ['usage'],
  type: ['usage'],
};

export function allPrivileges(type: string): readonly string[] {
  return ALL[type] ?? [];
}

export function publicPrivileges(type: string): readonly string[] {
  return PUBLIC[type] ?? [];
}

const LETTERS: Readonly<Record<string, string>> = {
  r: 'select',
  a: 'insert',
  w: 'update',
  d: 'delete',
  D: 'truncate',
  x: 'references',
  t: 'trigger',
  m: 'maintain',
  X: 'execute',
  U: 'usage',
  C: 'create',
  c: 'connect',
  T: 'temporary',
  s: 'set',
  A: 'alter system',
};

/** The privilege of a letter of an access control list (PostgreSQL documentation, "ACL Privilege Abbreviations"). */
export function privilegeOf(letter: string): string | undefined {
  return LETTERS[letter];
}

/** One way to write each privilege. */
export function privilegeName(written: string): string {
  const name = written.toLowerCase();
  return name === 'temp' ? 'temporary' : name;
}
