import { safeJson } from '../../report/escape.ts';

/** Rows per piece. */
const PIECE = 500;
const CLOSING = '\n}';

/** An object with one long list as its last member, as JSON that is never whole in memory. */
export function* jsonPieces<T>(
  head: object,
  name: string,
  rows: readonly T[],
  bodyOf: (row: T) => object,
): Generator<string> {
  yield `${safeJson(head).slice(0, -CLOSING.length)},\n  ${JSON.stringify(name)}: [`;
  for (let start = 0; start < rows.length; start += PIECE) {
    const bodies = rows.slice(start, start + PIECE).map((row) => safeJson(bodyOf(row)).replaceAll('\n', '\n    '));
    yield `${start === 0 ? '' : ','}\n    ${bodies.join(',\n    ')}`;
  }
  yield `${rows.length === 0 ? '' : '\n  '}]${CLOSING}\n`;
}
