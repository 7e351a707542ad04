/** A row of a CSV file and the line that it begins on. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

const FIELD = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/gy;

/**
 * The rows of a CSV text (RFC 4180). A row whose quotes do not end where a field does is returned with `broken` set to the
 * column of the place.
 */
export function* csvRows(text: string): Generator<CsvRow & { readonly broken?: number }> {
  let line = 1;
  let lineStart = 0;
  let row: { line: number; fields: string[] } = { line, fields: [] };
  FIELD.lastIndex = 0;
  for (let at = 0; at < text.length; ) {
    FIELD.lastIndex = at;
    const found = FIELD.exec(text);
    if (found === null) {
      yield { ...row, broken: at - lineStart + 1 };
      const end = text.indexOf('\n', at);
      if (end < 0) return;
      at = end + 1;
      line += 1;
      lineStart = at;
      row = { line, fields: [] };
      continue;
    }
    const [whole, quoted, plain = '', end] = found;
    row.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    at += whole.length;
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    lineStart = at;
    if (row.fields.length > 1 || row.fields[0] !== '') yield row;
    row = { line, fields: [] };
  }
  // A comma at the very end has an empty field behind it.
  if (row.fields.length > 0) yield { ...row, fields: [...row.fields, ''] };
}
