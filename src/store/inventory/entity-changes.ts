import { type Kysely, type RawBuilder, sql } from 'kysely';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { EntityBody, EntityChange, EntityHistory, EntityKind } from '../../model/entity.ts';
import type { Json } from '../../model/json.ts';
import { mergeStored } from './merge-stored.ts';
import type { InventorySchema } from './schema.ts';
import { validAt } from './valid-at.ts';

type Db = Kysely<InventorySchema>;

/** Entities whose rows are read together. */
const BATCH = 200;

interface Points {
  readonly from: number;
  readonly to: number;
}

interface Row {
  readonly id: string;
  readonly valid_from: number;
  readonly valid_to: number | null;
  /** Only of rows that are valid at one of the points. */
  readonly body: string | null;
  readonly source: string;
}

/** Numbers of the snapshots of each source, ascending. */
type SnapshotNumbers = ReadonlyMap<string, readonly number[]>;

/**
 * Entities that differ between two points, ordered by kind and id. First the ids of all that have a row begun or ended
 * between them, then their rows, batch by batch: what was said before and what is said after, each merged over units.
 *
 * @param db - two connections: the keys come one by one and keep theirs busy.
 */
export async function* entityChanges(
  db: { readonly keys: Db; readonly bodies: Db },
  points: Points,
): AsyncIterable<EntityChange> {
  const snapshots = await snapshotNumbers(db.bodies);
  for await (const { kind, ids } of batches(touchedKeys(db.keys, points))) {
    const rows = await db.bodies
      .selectFrom('fact')
      .innerJoin('unit', 'unit.id', 'fact.unit')
      .innerJoin('source', 'source.id', 'unit.source')
      .select(['fact.id', 'fact.valid_from', 'fact.valid_to', 'source.name as source'])
      .select(bodyAt(points).as('body'))
      .where('fact.kind', '=', kind)
      .where('fact.id', 'in', ids)
      .orderBy('fact.id')
      .orderBy('fact.unit')
      .execute();
    const byId = groupById(rows);
    for (const id of ids) {
      const change = changeOf(kind, id, byId.get(id) ?? [], points, snapshots);
      if (change !== undefined) yield change;
    }
  }
}

function touchedKeys(db: Db, { from, to }: Points): AsyncIterable<{ readonly kind: string; readonly id: string }> {
  return db
    .selectFrom('fact')
    .select(['kind', 'id'])
    .where((eb) => eb.and([eb('valid_from', '>', from), eb('valid_from', '<=', to)]))
    .union(
      db
        .selectFrom('fact')
        .select(['kind', 'id'])
        .where((eb) => eb.and([eb('valid_to', '>', from), eb('valid_to', '<=', to)])),
    )
    .orderBy('kind')
    .orderBy('id')
    .stream();
}

async function* batches(
  keys: AsyncIterable<{ readonly kind: string; readonly id: string }>,
): AsyncIterable<{ readonly kind: EntityKind; readonly ids: readonly string[] }> {
  let batch: { kind: EntityKind; ids: string[] } | undefined;
  for await (const { kind, id } of keys) {
    if (batch !== undefined && (batch.kind !== kind || batch.ids.length >= BATCH)) {
      yield batch;
      batch = undefined;
    }
    batch ??= { kind: kind as EntityKind, ids: [] };
    batch.ids.push(id);
  }
  if (batch !== undefined) yield batch;
}

/** The bodies of what an entity was long before are not needed: they would be most of what is read. */
function bodyAt({ from, to }: Points): RawBuilder<string | null> {
  return sql`case when (${validAt('fact', from)}) or (${validAt('fact', to)}) then fact.body end`;
}

function groupById(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.id);
    if (group === undefined) groups.set(row.id, [row]);
    else group.push(row);
  }
  return groups;
}

function changeOf(
  kind: EntityKind,
  id: string,
  rows: readonly Row[],
  points: Points,
  snapshots: SnapshotNumbers,
): EntityChange | undefined {
  const at = (point: number) => rows.filter((row) => row.valid_from <= point && (row.valid_to ?? Infinity) > point);
  const [earlier, later] = [at(points.from), at(points.to)];
  const [before, after] = [mergeStored(kind, earlier), mergeStored(kind, later)];
  // A file that was renamed ends its rows and begins the same ones again.
  if (before !== undefined && after !== undefined && text(before) === text(after)) return undefined;
  if (before === undefined && after === undefined) return undefined;
  const between = (point: number | null) => point !== null && point > points.from && point <= points.to;
  const begins = rows.map((row) => row.valid_from).filter(between);
  const ends = rows.map((row) => row.valid_to ?? 0).filter(between);
  const history: EntityHistory = {
    firstSeen: Math.min(...rows.map((row) => row.valid_from)),
    since: before === undefined ? Math.min(...begins) : Math.max(...begins, ...ends),
    ...(after === undefined ? { lastSeen: lastSeen(earlier, snapshots) } : {}),
    sources: [...new Set([...earlier, ...later].map((row) => row.source))].sort(),
  };
  return {
    kind,
    id,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    history,
  } as EntityChange;
}

/** The snapshot of its source before the one that did not have it any more. */
function lastSeen(rows: readonly Row[], snapshots: SnapshotNumbers): number {
  const seen = rows.map((row) => {
    const numbers = snapshots.get(row.source) ?? [];
    return numbers.findLast((number) => number < (row.valid_to ?? 0)) ?? row.valid_from;
  });
  return Math.max(...seen);
}

async function snapshotNumbers(db: Db): Promise<SnapshotNumbers> {
  const numbers = new Map<string, number[]>();
  for (const { id, source } of await db.selectFrom('snapshot').select(['id', 'source']).orderBy('id').execute())
    if (numbers.get(source)?.push(id) === undefined) numbers.set(source, [id]);
  return numbers;
}

function text(body: EntityBody): string {
  return canonicalJson(body as unknown as Json);
}
