import type { Kysely } from 'kysely';
import type { Problem, Snapshot } from '../../model/snapshot.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { InventorySchema } from './schema.ts';
import { validAt } from './valid-at.ts';

/** Oldest first. */
export async function listSnapshots(db: Kysely<InventorySchema>): Promise<readonly Snapshot[]> {
  const rows = await db.selectFrom('snapshot').selectAll().orderBy('id').execute();
  return rows.map(({ id, source, at, complete, units, problems, revision }) => ({
    id,
    source,
    at,
    complete: complete === 1,
    units,
    problems: JSON.parse(problems) as Problem[],
    ...(revision === null ? {} : { revision }),
  }));
}

/** Where each source stands at a point, by name. */
export async function sourceStates(db: Kysely<InventorySchema>, at: number): Promise<readonly SourceState[]> {
  const latest = new Map<string, Snapshot>();
  const complete = new Map<string, Snapshot>();
  for (const snapshot of await listSnapshots(db)) {
    if (snapshot.id > at) break;
    latest.set(snapshot.source, snapshot);
    if (snapshot.complete) complete.set(snapshot.source, snapshot);
  }
  const gaps = await db
    .selectFrom('gap')
    .innerJoin('unit', 'unit.id', 'gap.unit')
    .innerJoin('source', 'source.id', 'unit.source')
    .select(['source.name', (eb) => eb.fn.countAll<number>().as('units')])
    .where(validAt('gap', at))
    .groupBy('source.name')
    .execute();
  const telling = await db
    .selectFrom('fact')
    .innerJoin('unit', 'unit.id', 'fact.unit')
    .innerJoin('source', 'source.id', 'unit.source')
    .select(['source.name', (eb) => eb.fn.count<number>('fact.unit').distinct().as('units')])
    .where('fact.kind', 'not in', ['secret', 'finding'])
    .where(validAt('fact', at))
    .groupBy('source.name')
    .execute();
  const unread = new Map(gaps.map(({ name, units }) => [name, units]));
  const tellingUnits = new Map(telling.map(({ name, units }) => [name, units]));
  return [...latest]
    .map(([source, snapshot]): SourceState => {
      const latestComplete = complete.get(source);
      return {
        source,
        latest: snapshot,
        ...(latestComplete === undefined ? {} : { latestComplete }),
        unreadUnits: unread.get(source) ?? 0,
        tellingUnits: tellingUnits.get(source) ?? 0,
      };
    })
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}
