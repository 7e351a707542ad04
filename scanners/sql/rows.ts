import { csvRows } from '../../src/scan/formats/csv.ts';
import { syntaxError } from '../../src/scan/formats/format-error.ts';
import { jsonPieces } from '../../src/scan/formats/json.ts';
import { entriesAt, type Node, type Place, textAt, valueAt } from '../../src/scan/formats/node.ts';
import { textChunks } from '../../src/scan/formats/text-chunks.ts';
import type { SourceFile } from '../../src/scan/scanner.ts';

/** A row of a query's answer, whatever it was written as. Names of columns are in small letters. */
export interface Row {
  readonly place: Place;
  has(column: string): boolean;
  /** Undefined where it is null, empty or not a column. */
  text(column: string): string | undefined;
  /** Of a member that is a structure of its own, in JSON. */
  node(column: string): Node | undefined;
}

export type RowFormat = 'csv' | 'tsv' | 'json';

/**
 * The rows of a file: CSV with names in its first line, the same with tabs (`mysql --batch`), or JSON: a list, one object per
 * line, or an object with lists in it.
 *
 * @throws AppError ERR_SCAN_SYNTAX with `path:line:column` where it is broken, after what came before
 */
export async function* readRows(
  file: SourceFile,
  format: RowFormat,
  broken: (message: string, place: Place) => void,
): AsyncGenerator<Row> {
  if (format === 'json') yield* fromJson(file);
  else yield* format === 'csv' ? fromCsv(file.path, await file.readText(), broken) : fromTsv(await file.readText());
}

async function* fromJson(file: SourceFile): AsyncGenerator<Row> {
  // A list at the top or inside of an object or of a row (psql wraps what json_agg gives): its elements are rows.
  const pieces = jsonPieces(textChunks(file.stream()), file.path, (path) => (path.length <= 2 ? 'items' : undefined));
  for await (const { node } of pieces) if (node.kind === 'map') yield nodeRow(node);
}

function nodeRow(node: Node): Row {
  const columns = new Map(entriesAt(node).map(([name, { value }]) => [name.toLowerCase(), value]));
  return {
    place: node.place,
    has: (column) => columns.has(column),
    text: (column) => textAt(columns.get(column)) || undefined,
    node: (column) => valueAt(columns.get(column)),
  };
}

function* fromCsv(path: string, text: string, broken: (message: string, place: Place) => void): Generator<Row> {
  let columns: ReadonlyMap<string, number> | undefined;
  for (const row of csvRows(text.replace(/^\uFEFF/, ''))) {
    if (columns === undefined) columns = header(row.fields);
    else if (row.broken !== undefined)
      broken('a quote that does not end where a field does', { line: row.line, column: row.broken });
    else if (row.fields.length !== columns.size)
      broken(`a row with ${row.fields.length} fields instead of ${columns.size}`, { line: row.line, column: 1 });
    else yield textRow(columns, row.fields, row.line);
  }
  if (columns === undefined) throw syntaxError(path, { line: 1, column: 1 }, 'a table without names of columns');
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

function* fromTsv(text: string): Generator<Row> {
  let columns: ReadonlyMap<string, number> | undefined;
  let line = 0;
  for (const written of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    line += 1;
    if (written === '') continue;
    const fields = written
      .split('\t')
      .map((field) =>
        field === 'NULL' || field === '\\N'
          ? ''
          : field.replace(/\\([nt0\\])/g, (_, code: string) => ESCAPES[code] ?? ''),
      );
    if (columns === undefined) columns = header(fields);
    else yield textRow(columns, fields, line);
  }
}

function header(fields: readonly string[]): ReadonlyMap<string, number> {
  return new Map(fields.map((name, index) => [name.trim().toLowerCase(), index]));
}

function textRow(columns: ReadonlyMap<string, number>, fields: readonly string[], line: number): Row {
  const text = (column: string) => {
    const index = columns.get(column);
    return (index === undefined ? undefined : fields[index]) || undefined;
  };
  return { place: { line, column: 1 }, has: (column) => columns.has(column), text, node: () => undefined };
}

/** Truth as databases write it; undefined for anything else. */
export function truth(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(?:t|true|y|yes|on|1)$/i.test(text)) return true;
  return /^(?:f|false|n|no|off|0)$/i.test(text) ? false : undefined;
}
