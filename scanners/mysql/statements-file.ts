import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { ScanContext, SourceFile } from '../../src/scan/scanner.ts';
import { FileFacts } from '../file-facts.ts';
import { MYSQL } from '../sql/dialect.ts';
import { exportName } from '../sql/export-name.ts';
import { sqlPieces } from '../sql/statements.ts';
import { TokenCursor } from '../sql/token-cursor.ts';
import { AccountsTable } from './accounts-table.ts';
import { readDefaultRole, readGrant, readRole, readUser } from './user-statements.ts';

const WANTED: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'GRANT', 'REVOKE', 'SET']);

/**
 * Dumps of users, and what `SHOW GRANTS` and `SHOW CREATE USER` print.
 *
 * @param answers whether statements stand on a line each, as answers do
 */
export async function readStatements(file: SourceFile, context: ScanContext, answers: boolean): Promise<void> {
  const { cluster } = exportName(file.path, context.cluster);
  const facts = new FileFacts(context, file.path, 'mysql');
  const table = new AccountsTable(cluster, facts);
  const text = textChunks(file.stream());
  try {
    for await (const piece of sqlPieces(answers ? lines(text) : text, MYSQL, (first) => WANTED.has(first))) {
      if (piece.kind === 'comment') {
        const flavour = /^(mysql|mariadb) dump/i.exec(piece.text)?.[1];
        if (flavour !== undefined && /mariadb/i.test(piece.text)) table.say('flavour', 'mariadb');
        else if (flavour !== undefined) table.say('flavour', 'mysql');
        continue;
      }
      const cursor = new TokenCursor(piece.tokens);
      const { place } = cursor;
      if (!piece.whole && WANTED.has(piece.tokens[0]?.text.toUpperCase() ?? '')) {
        facts.problem('a statement that does not end', place);
        continue;
      }
      const wrong = readStatement(cursor, table);
      if (wrong !== undefined) facts.problem(wrong, place);
    }
  } finally {
    table.end();
  }
}

function readStatement(cursor: TokenCursor, table: AccountsTable): string | undefined {
  if (cursor.accept('GRANT')) return readGrant('GRANT', cursor, table);
  if (cursor.accept('REVOKE')) return readGrant('REVOKE', cursor, table);
  if (cursor.accept('SET', 'DEFAULT', 'ROLE')) readDefaultRole(cursor, table);
  else if (cursor.accept('CREATE') || cursor.accept('ALTER')) {
    cursor.accept('OR', 'REPLACE');
    if (cursor.accept('USER')) readUser(cursor, table);
    else if (cursor.accept('ROLE')) readRole(cursor, table);
  }
  return undefined;
}

/** A line of an answer: in a box, or bare; what a client prints around it. */
const STATEMENT = /^(?:GRANT|REVOKE|CREATE USER|SET DEFAULT ROLE)\s/i;

/** Answers print a statement per line and no semicolons. Places stay: only what is no statement is blanked. */
async function* lines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const text = rest + chunk;
    const end = text.lastIndexOf('\n');
    if (end < 0) {
      rest = text;
      continue;
    }
    rest = text.slice(end + 1);
    yield text
      .slice(0, end + 1)
      .split('\n')
      .map(bare)
      .join('\n');
  }
  yield bare(rest);
}

function bare(line: string): string {
  if (/^(?:\+-+\+|\|?\s*(?:Grants for|CREATE USER for)\s|\*{5,})/.test(line)) return '';
  const boxed = /^\|(\s.*?)\s*\|\s*$/.exec(line)?.[1];
  const inside = boxed === undefined ? line : ` ${boxed}`;
  const trimmed = inside.trim();
  // What goes on in the next line ends in a comma or opens something.
  return STATEMENT.test(trimmed) &&
    !/[;,(]$/.test(trimmed) &&
    /\s(?:TO|FROM|IDENTIFIED|FOR)\s|^CREATE USER/i.test(trimmed)
    ? `${inside.trimEnd()};`
    : inside;
}
