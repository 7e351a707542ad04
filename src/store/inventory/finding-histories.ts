import { type Kysely, sql } from 'kysely';
import type { Finding } from '../../model/finding.ts';
import type { FindingHistory } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';

interface Span {
  readonly from: number;
  to?: number;
}

interface Row {
  readonly id: string;
  readonly valid_from: number;
  readonly valid_to: number | null;
  /** Only of the newest row. */
  readonly body: string | null;
}

/**
 * Every finding that was there at or before a point, ordered by fingerprint. A finding that only says something else (an age, a
 * place) ends a row and begins another: those are one span.
 */
export async function* findingHistories(db: Kysely<InventorySchema>, at: number): AsyncIterable<FindingHistory> {
  const rows: AsyncIterable<Row> = db
    .selectFrom('fact')
    .select(['id', 'valid_from', 'valid_to'])
    .select(sql<string | null>`case when valid_from = max(valid_from) over (partition by id) then body end`.as('body'))
    .where('kind', '=', 'finding')
    .where('valid_from', '<=', at)
    .orderBy('id')
    .orderBy('valid_from')
    .stream();
  let open: { id: string; rows: Row[] } | undefined;
  for await (const row of rows) {
    if (open?.id === row.id) {
      open.rows.push(row);
      continue;
    }
    if (open !== undefined) yield historyOf(open.rows, at);
    open = { id: row.id, rows: [row] };
  }
  if (open !== undefined) yield historyOf(open.rows, at);
}

function historyOf(rows: readonly Row[], at: number): FindingHistory {
  const spans: Span[] = [];
  let body: string | undefined;
  for (const { valid_from: from, valid_to, body: own } of rows) {
    body = own ?? body;
    const last = spans.at(-1);
    const span: Span = last !== undefined && (last.to === undefined || last.to >= from) ? last : { from };
    if (span !== last) spans.push(span);
    // An end after the point has not come yet.
    if (valid_to === null || valid_to > at) delete span.to;
    else span.to = valid_to;
  }
  return { spans, finding: JSON.parse(body ?? '{}') as Finding };
}
