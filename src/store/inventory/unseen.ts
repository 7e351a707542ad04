import { type Kysely, sql } from 'kysely';
import type { UnseenEntity } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';
import { validAt } from './valid-at.ts';

/** Entities all of whose units have a gap at a point, ordered by kind and id. */
export async function* unseenEntities(db: Kysely<InventorySchema>, at: number): AsyncIterable<UnseenEntity> {
  const gaps = await db.selectFrom('gap').select('unit').where(validAt('gap', at)).limit(1).execute();
  // The usual case, for which not every row need be looked at.
  if (gaps.length === 0) return;
  yield* db
    .selectFrom('fact')
    .innerJoin('unit', 'unit.id', 'fact.unit')
    .innerJoin('source', 'source.id', 'unit.source')
    .leftJoin('gap', (join) => join.onRef('gap.unit', '=', 'fact.unit').on(validAt('gap', at)))
    .select(['fact.kind', 'fact.id'])
    .select((eb) => [eb.fn.max<number>('gap.valid_from').as('since'), eb.fn.max<string>('source.name').as('source')])
    .where(validAt('fact', at))
    .groupBy(['fact.kind', 'fact.id'])
    .having(sql<boolean>`count(*) = count(gap.unit)`)
    .orderBy('fact.kind')
    .orderBy('fact.id')
    .stream() as AsyncIterable<UnseenEntity>;
}
