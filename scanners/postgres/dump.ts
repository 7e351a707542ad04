import { syntaxError } from '../../src/scan/formats/format-error.ts';
import type { Place } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { POSTGRES } from '../sql/dialect.ts';
import { exportName } from '../sql/export-name.ts';
import { sqlPieces, type Token } from '../sql/statements.ts';
import { TokenCursor } from '../sql/token-cursor.ts';
import { ObjectRightsTable } from './object-rights.ts';
import { readCreate, readDefaultPrivileges, readOwner, readRights, type Where } from './object-statements.ts';
import { readAlterRole, readCreateRole, readRoleGrant, readRoleRevoke } from './role-statements.ts';
import { RolesTable } from './roles-table.ts';
import { Server } from './server.ts';

const WANTED: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'GRANT', 'REVOKE']);

/** What `pg_dumpall` and `pg_dump` write, and files of such statements that people write. */
export async function readDump(file: SourceFile, context: ScanContext): Promise<void> {
  const dump = new Dump(file, context);
  try {
    for await (const piece of sqlPieces(textChunks(file.stream()), POSTGRES, (first) => WANTED.has(first))) {
      if (piece.kind === 'comment') dump.comment(piece.text, piece.place);
      else if (piece.tokens[0] !== undefined) dump.statement(piece.tokens, piece.whole);
    }
  } finally {
    dump.end();
  }
}

class Dump {
  readonly #path: string;
  readonly #facts: FileFacts;
  readonly #server: Server;
  readonly #roles: RolesTable;
  readonly #rights: ObjectRightsTable;
  readonly #where: Where;
  #dumped = false;
  /** Of the last statement that was not whole: the file ends in it when nothing follows. */
  #open: Place | undefined;

  constructor(file: SourceFile, context: ScanContext) {
    const { cluster, database } = exportName(file.path, context.cluster);
    this.#path = file.path;
    this.#facts = new FileFacts(context, file.path, 'postgres');
    this.#server = new Server(cluster, this.#facts);
    this.#roles = new RolesTable(cluster, this.#facts, context.now);
    this.#rights = new ObjectRightsTable(cluster, this.#facts);
    this.#where = { database: database ?? stem(file.path) };
  }

  /** First and last lines of dumps: what a dump that was cut off does not say is not known to be nothing. */
  comment(text: string, place: Place): void {
    const [, whose, end] = /^PostgreSQL database (cluster )?dump( complete)?$/.exec(text) ?? [];
    if (whose !== undefined) {
      this.#dumped = true;
      if (end !== undefined && this.#roles.size > 0) {
        this.#server.read('roles');
        this.#server.read('memberships');
      }
    } else if (/^PostgreSQL database dump/.test(text)) {
      if (end !== undefined) this.#server.read(`objects:${this.#where.database}`);
    }
    const version = /^Dumped from database version (.+)/.exec(text)?.[1];
    if (version !== undefined) this.#server.version(version, place);
  }

  statement(tokens: readonly Token[], whole: boolean): void {
    const cursor = new TokenCursor(tokens, (word) => word.toLowerCase());
    const { place } = cursor;
    const first = cursor.next();
    if (first?.kind === 'meta') this.#connect(first.text);
    else if (first?.kind === 'word' && WANTED.has(first.text.toUpperCase())) {
      this.#open = whole ? undefined : place;
      if (!whole) return;
      const wrong = this.#read(first.text.toUpperCase(), cursor);
      if (wrong !== undefined) this.#facts.problem(wrong, place);
    }
  }

  end(): void {
    this.#server.end();
    this.#roles.end();
    this.#rights.end();
    this.#facts.end();
    if (this.#open !== undefined) throw syntaxError(this.#path, this.#open, 'a statement that does not end');
  }

  #read(verb: string, cursor: TokenCursor): string | undefined {
    const kind = verb === 'CREATE' || verb === 'ALTER' ? roleWord(cursor) : undefined;
    switch (verb) {
      case 'CREATE':
        if (kind !== undefined) readCreateRole(kind, cursor, this.#roles, this.#dumped);
        else readCreate(cursor, this.#rights, this.#where);
        return undefined;
      case 'ALTER':
        if (kind !== undefined) readAlterRole(cursor, this.#roles);
        else if (cursor.accept('DEFAULT', 'PRIVILEGES'))
          return readDefaultPrivileges(cursor, this.#rights, this.#where);
        else readOwner(cursor, this.#rights, this.#where);
        return undefined;
      default:
        if (cursor.hasBefore('ON', 'TO', 'FROM'))
          return readRights(verb === 'GRANT' ? 'GRANT' : 'REVOKE', cursor, this.#rights, this.#where);
        if (verb === 'GRANT') readRoleGrant(cursor, this.#roles, this.#server, this.#dumped);
        else readRoleRevoke(cursor, this.#roles);
        return undefined;
    }
  }

  /** `\connect shop`, also with `-reuse-previous=on "dbname='shop'"`, which is how odd names are written. */
  #connect(command: string): void {
    const rest = /^c(?:onnect)?\s+(?:-reuse-previous=\w+\s+)?(.+)$/.exec(command)?.[1];
    if (rest === undefined) return;
    const odd = /^"dbname='((?:[^'\\]|\\.)*)'"/.exec(rest)?.[1];
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest)?.[1];
    this.#where.database = odd?.replace(/\\(.)/g, '$1') ?? quoted?.replaceAll('""', '"') ?? rest.split(/\s/)[0] ?? rest;
  }
}

function roleWord(cursor: TokenCursor): 'ROLE' | 'USER' | 'GROUP' | undefined {
  if (cursor.peek()?.text.toUpperCase() === 'USER' && cursor.peek(1)?.text.toUpperCase() === 'MAPPING')
    return undefined;
  return (['ROLE', 'USER', 'GROUP'] as const).find((word) => cursor.accept(word));
}

/** A dump of one database does not name it; the file is mostly called after it. */
function stem(path: string): string {
  return (path.split('/').at(-1) ?? '').split('.')[0] || 'database';
}
