import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Rows that say something at a point: begun at or before it, and not ended by it. */
export function validAt(table: 'fact' | 'gap', at: number): RawBuilder<SqlBool> {
  const from = sql.ref(`${table}.valid_from`);
  const to = sql.ref(`${table}.valid_to`);
  return sql<SqlBool>`${from} <= ${at} and (${to} is null or ${to} > ${at})`;
}
