import { type Kysely, sql } from 'kysely';
import type { Snapshot } from '../../model/snapshot.ts';
import { covers } from './coverage.ts';
import type { SnapshotHeader, SnapshotOutcome } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';

type Db = Kysely<InventorySchema>;

/** Units per page while looking for those that were not read. */
const PAGE = 1_000;

/**
 * Turns what was staged into a snapshot: rows that say something else now end, rows that are new begin, the others are not
 * touched. Runs in the transaction of its caller; whole sets at a time, so that memory does not grow with the scan.
 */
export async function commitSnapshot(db: Db, header: SnapshotHeader, outcome: SnapshotOutcome): Promise<Snapshot> {
  const snapshot = await insertSnapshot(db, header, outcome);
  const source = await sourceId(db, header.source);
  await numberUnits(db, source);
  await markUnread(db, source, outcome);
  await endRows(db, source, snapshot.id);
  await beginRows(db, snapshot.id);
  await recordGaps(db, source, snapshot.id);
  return snapshot;
}

async function insertSnapshot(db: Db, header: SnapshotHeader, outcome: SnapshotOutcome): Promise<Snapshot> {
  const { last } = await db
    .selectFrom('snapshot')
    .select((eb) => eb.fn.coalesce(eb.fn.max('id'), eb.lit(0)).as('last'))
    .executeTakeFirstOrThrow();
  const snapshot: Snapshot = {
    id: last + 1,
    source: header.source,
    at: header.at.toISOString(),
    complete: outcome.coverage.read === 'all' && outcome.problems.length === 0,
    units: outcome.units,
    problems: outcome.problems,
    ...(header.revision === undefined ? {} : { revision: header.revision }),
  };
  await db
    .insertInto('snapshot')
    .values({
      ...snapshot,
      complete: snapshot.complete ? 1 : 0,
      problems: JSON.stringify(snapshot.problems),
      revision: snapshot.revision ?? null,
    })
    .execute();
  return snapshot;
}

async function sourceId(db: Db, name: string): Promise<number> {
  await sql`
    insert into source (id, name) select coalesce(max(id), 0) + 1, ${name} from source where true
    on conflict (name) do nothing`.execute(db);
  const { id } = await db.selectFrom('source').select('id').where('name', '=', name).executeTakeFirstOrThrow();
  return id;
}

/** Gives staged units the numbers they have in the store, and new ones a new number. */
async function numberUnits(db: Db, source: number): Promise<void> {
  await sql`
    insert into unit (id, source, path)
    select (select coalesce(max(id), 0) from unit) + row_number() over (order by staged.no), ${source}, staged.path
    from stage_unit staged
    where not exists (select 1 from unit where unit.source = ${source} and unit.path = staged.path)`.execute(db);
  await sql`
    update stage_unit set id = (select unit.id from unit where unit.source = ${source} and unit.path = stage_unit.path)`.execute(
    db,
  );
}

async function markUnread(db: Db, source: number, { coverage }: SnapshotOutcome): Promise<void> {
  if (coverage.read === 'all') return;
  const isCovered = covers(coverage);
  for (let last = 0; ; ) {
    const page = await db
      .selectFrom('unit')
      .select(['id', 'path'])
      .where('source', '=', source)
      .where('id', '>', last)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    const unread = page.filter(({ path }) => !isCovered(path)).map(({ id }) => ({ unit: id }));
    if (unread.length > 0) await db.insertInto('stage_unread').values(unread).execute();
    const end = page.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}

/** A row stays as long as its hash is what is expected of it: the staged one; its own where nobody looked, or where it is as it was; else none. */
async function endRows(db: Db, source: number, snapshot: number): Promise<void> {
  await sql`
    update fact set valid_to = ${snapshot}
    where valid_to is null
      and unit in (select id from unit where source = ${source})
      and hash <> coalesce(
        (select stage.hash from stage_unit join stage on stage.unit = stage_unit.no
          where stage_unit.id = fact.unit and stage.kind = fact.kind and stage.id = fact.id),
        case when unit in (select unit from stage_unread)
          or unit in (select unit.id from stage_kept join unit on unit.source = ${source} and unit.path = stage_kept.path)
          or (kind, id) in (select kind, id from stage_kept_fact)
          then hash else '' end)`.execute(db);
}

async function beginRows(db: Db, snapshot: number): Promise<void> {
  await sql`
    insert into fact (kind, id, unit, valid_from, valid_to, hash, body)
    select stage.kind, stage.id, stage_unit.id, ${snapshot}, null, stage.hash, stage.body
    from stage join stage_unit on stage_unit.no = stage.unit
    where not exists (
      select 1 from fact
      where fact.kind = stage.kind and fact.id = stage.id and fact.unit = stage_unit.id and fact.valid_to is null)
    order by stage.kind, stage.id, stage.unit`.execute(db);
}

/** A gap lasts from the first snapshot that did not read a unit to the first that did again. */
async function recordGaps(db: Db, source: number, snapshot: number): Promise<void> {
  await sql`
    update gap set valid_to = ${snapshot}
    where valid_to is null
      and unit in (select id from unit where source = ${source})
      and unit not in (select unit from stage_unread)`.execute(db);
  await sql`
    insert into gap (unit, valid_from, valid_to)
    select unread.unit, ${snapshot}, null from stage_unread unread
    where exists (select 1 from fact where fact.unit = unread.unit and fact.valid_to is null)
      and not exists (select 1 from gap where gap.unit = unread.unit and gap.valid_to is null)`.execute(db);
}
