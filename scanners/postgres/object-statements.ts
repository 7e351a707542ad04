import type { Token } from '../sql/statements.ts';
import { TokenCursor } from '../sql/token-cursor.ts';
import { quoted } from './names.ts';
import type { ObjectRightsTable, Right } from './object-rights.ts';
import { privilegeName } from './privileges.ts';

/** Words for types of objects in GRANT and ALTER, with ours. */
const TYPES: readonly (readonly [readonly string[], string])[] = [
  [['MATERIALIZED', 'VIEW'], 'table'],
  [['FOREIGN', 'TABLE'], 'table'],
  [['FOREIGN', 'DATA', 'WRAPPER'], 'foreign-data-wrapper'],
  [['FOREIGN', 'SERVER'], 'server'],
  [['LARGE', 'OBJECT'], 'large-object'],
  [['PROCEDURAL', 'LANGUAGE'], 'language'],
  [['TABLE'], 'table'],
  [['VIEW'], 'table'],
  [['SEQUENCE'], 'sequence'],
  [['DATABASE'], 'database'],
  [['SCHEMA'], 'schema'],
  [['FUNCTION'], 'function'],
  [['PROCEDURE'], 'function'],
  [['ROUTINE'], 'function'],
  [['AGGREGATE'], 'function'],
  [['LANGUAGE'], 'language'],
  [['TYPE'], 'type'],
  [['DOMAIN'], 'type'],
  [['TABLESPACE'], 'tablespace'],
  [['SERVER'], 'server'],
  [['PARAMETER'], 'parameter'],
];

const GROUPS: Readonly<Record<string, string>> = {
  TABLES: 'table',
  SEQUENCES: 'sequence',
  FUNCTIONS: 'function',
  ROUTINES: 'function',
  PROCEDURES: 'function',
  TYPES: 'type',
  SCHEMAS: 'schema',
};

/** Objects of the whole cluster, which stand in no database. */
const SHARED: ReadonlySet<string> = new Set(['database', 'tablespace', 'parameter']);
/** Objects of a database that stand in no schema. */
const SCHEMALESS: ReadonlySet<string> = new Set([
  'schema',
  'language',
  'server',
  'foreign-data-wrapper',
  'large-object',
]);

/** The database that statements are about, which `\connect` changes. */
export interface Where {
  database: string;
}

/** `GRANT x ON …`, after GRANT, and `REVOKE x ON …`, after REVOKE. */
export function readRights(
  verb: 'GRANT' | 'REVOKE',
  cursor: TokenCursor,
  table: ObjectRightsTable,
  where: Where,
): string | undefined {
  const { place } = cursor;
  const onlyOption = verb === 'REVOKE' && cursor.accept('GRANT', 'OPTION', 'FOR');
  const rights = rightsOf(cursor);
  if (!cursor.accept('ON')) return 'privileges without ON';
  if (cursor.accept('ALL')) return readAllIn(verb, cursor, rights, table, where);
  const type = typeOf(cursor) ?? 'table';
  const objects = cursor.list(() => objectParts(type, cursor, where));
  if (!cursor.accept(verb === 'GRANT' ? 'TO' : 'FROM')) return `a ${verb} that names nobody`;
  const grantees = granteesOf(cursor);
  const grantable = cursor.accept('WITH', 'GRANT', 'OPTION');
  for (const parts of objects) {
    const object = table.object(type, parts, place);
    if (verb === 'GRANT') table.grant(object, rights, grantees, grantable, place);
    else table.revoke(object, rights, grantees, onlyOption, place);
  }
  return undefined;
}

/** `ALL TABLES IN SCHEMA s`: of those objects that are there, which a dump never writes so. */
function readAllIn(
  verb: 'GRANT' | 'REVOKE',
  cursor: TokenCursor,
  rights: readonly Right[],
  table: ObjectRightsTable,
  where: Where,
): string | undefined {
  const { place } = cursor;
  const type = GROUPS[cursor.next()?.text.toUpperCase() ?? ''];
  if (type === undefined || !cursor.accept('IN', 'SCHEMA')) return `a ${verb} on ALL of something unknown`;
  const schemas = cursor.list(() => cursor.name());
  if (!cursor.accept(verb === 'GRANT' ? 'TO' : 'FROM')) return `a ${verb} that names nobody`;
  const grantees = granteesOf(cursor);
  const grantable = cursor.accept('WITH', 'GRANT', 'OPTION');
  for (const schema of schemas) {
    const object = table.object(type, [where.database, schema, '*'], place);
    if (verb === 'GRANT') table.grant(object, rights, grantees, grantable, place);
    else table.revoke(object, rights, grantees, false, place);
  }
  return undefined;
}

/** `ALTER DEFAULT PRIVILEGES …`, after those words. */
export function readDefaultPrivileges(cursor: TokenCursor, table: ObjectRightsTable, where: Where): string | undefined {
  const { place } = cursor;
  const creators =
    cursor.accept('FOR', 'ROLE') || cursor.accept('FOR', 'USER') ? cursor.list(() => cursor.name()) : ['CURRENT_USER'];
  const schemas = cursor.accept('IN', 'SCHEMA') ? cursor.list(() => cursor.name()) : [undefined];
  // What is taken from what everybody would get makes nobody able to do more.
  if (!cursor.accept('GRANT')) return undefined;
  const rights = rightsOf(cursor);
  const type = cursor.accept('ON') ? GROUPS[cursor.next()?.text.toUpperCase() ?? ''] : undefined;
  if (type === undefined || !cursor.accept('TO')) return 'default privileges on something unknown';
  const grantees = granteesOf(cursor);
  for (const creator of creators) {
    for (const schema of schemas) {
      const parts = schema === undefined ? [where.database] : [where.database, schema];
      table.future(type, creator, parts, rights, grantees, place);
    }
  }
  return undefined;
}

/** `ALTER TYPE name … OWNER TO role`, after ALTER; false for any other change. */
export function readOwner(cursor: TokenCursor, table: ObjectRightsTable, where: Where): boolean {
  if (!cursor.hasBefore('OWNER')) return false;
  const type = typeOf(cursor);
  if (type === undefined) return false;
  cursor.accept('IF', 'EXISTS');
  cursor.accept('ONLY');
  const { place } = cursor;
  const parts = objectParts(type, cursor, where);
  if (parts === undefined || !cursor.accept('OWNER', 'TO')) return false;
  const owner = cursor.name();
  if (owner === undefined) return false;
  const object = table.object(type, parts, place);
  object.owner = owner;
  return true;
}

/** `CREATE FUNCTION …`, `CREATE DATABASE …`, `CREATE SCHEMA …`: what is there from its beginning, after CREATE. */
export function readCreate(cursor: TokenCursor, table: ObjectRightsTable, where: Where): void {
  cursor.accept('OR', 'REPLACE');
  const type = typeOf(cursor);
  if (type !== 'function' && type !== 'database' && type !== 'schema') return;
  cursor.accept('IF', 'NOT', 'EXISTS');
  const { place } = cursor;
  if (type === 'schema' && cursor.accept('AUTHORIZATION')) {
    const owner = cursor.name();
    if (owner !== undefined) table.object(type, [where.database, owner], place).owner = owner;
    return;
  }
  const parts = objectParts(type, cursor, where);
  if (parts === undefined) return;
  const object = table.object(type, parts, place);
  object.whole = true;
  if (cursor.accept('AUTHORIZATION')) {
    const owner = cursor.name();
    if (owner !== undefined) object.owner = owner;
  }
  if (type === 'function' && cursor.skipPast('SECURITY', 'DEFINER')) object.securityDefiner = true;
  if (type === 'database' && cursor.skipPast('OWNER')) {
    cursor.symbol('=');
    const owner = cursor.name();
    if (owner !== undefined) object.owner = owner;
  }
}

function rightsOf(cursor: TokenCursor): readonly Right[] {
  const rights: Right[] = [];
  do {
    const name = cursor.accept('ALTER', 'SYSTEM') ? 'alter system' : cursor.next()?.text;
    if (name === undefined) break;
    const privilege = privilegeName(name);
    if (privilege === 'all') cursor.accept('PRIVILEGES');
    const inside = cursor.parenthesized();
    if (inside === undefined) rights.push({ privilege });
    else {
      const columns = new TokenCursor(inside, (word) => word.toLowerCase());
      for (const column of columns.list(() => columns.name())) rights.push({ privilege, column });
    }
  } while (cursor.symbol(','));
  return rights;
}

function typeOf(cursor: TokenCursor): string | undefined {
  // A table may be called as a type is: then no other name follows.
  const found = TYPES.find(([words]) => cursor.peek(words.length) !== undefined && cursor.accept(...words));
  return found?.[1];
}

function granteesOf(cursor: TokenCursor): readonly string[] {
  return cursor.list(() => {
    const token = cursor.peek();
    if (token?.kind === 'word' && token.text.toUpperCase() === 'PUBLIC') {
      cursor.next();
      return 'PUBLIC';
    }
    if (cursor.peek(1)?.kind === 'word' || cursor.peek(1)?.kind === 'name') cursor.accept('GROUP');
    return cursor.name();
  });
}

/** The name of an object with the database, and with the schema that counts when none is written. */
function objectParts(type: string, cursor: TokenCursor, where: Where): readonly string[] | undefined {
  const path = cursor.path();
  const [first] = path;
  if (first === undefined) return undefined;
  if (type === 'parameter') return [path.join('.')];
  if (SHARED.has(type)) return path;
  if (SCHEMALESS.has(type)) return [where.database, ...path];
  const parts = [where.database, ...(path.length === 1 ? ['public'] : []), ...path];
  if (type !== 'function') return parts;
  const signature = cursor.parenthesized();
  const name = parts.at(-1) ?? '';
  return [...parts.slice(0, -1), `${quoted(name)}(${signatureOf(signature ?? [])})`];
}

/** Arguments without what does not tell functions apart: results, defaults. */
function signatureOf(tokens: readonly Token[]): string {
  const args: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'symbol') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    if (token.kind === 'symbol' && token.text === ',' && depth === 0) args.push([]);
    else args.at(-1)?.push(token);
  }
  return args
    .filter(([first]) => first !== undefined && !(first.kind === 'word' && first.text.toUpperCase() === 'OUT'))
    .map((arg) => {
      const end = arg.findIndex(
        ({ kind, text }) =>
          (kind === 'word' && text.toUpperCase() === 'DEFAULT') || (kind === 'symbol' && text === '='),
      );
      return (end < 0 ? arg : arg.slice(0, end))
        .map(({ text }) => text)
        .join(' ')
        .replace(/ ?([.()[\]]) ?/g, '$1');
    })
    .join(', ');
}
