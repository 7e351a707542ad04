import type { Database } from 'better-sqlite3';
import type { Kysely } from 'kysely';
import type { EntityKind } from '../../model/entity.ts';
import type { Fact } from '../../model/fact.ts';
import type { Finding } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import { mergeBodies } from '../../model/merge.ts';
import { inventoryBuilder } from '../../model/merge-inventory.ts';
import { storeError } from '../open-sqlite.ts';
import type { FactRow } from './inventory-store.ts';
import type { InventorySchema } from './schema.ts';
import { validAt } from './valid-at.ts';

/** What a view has in memory: not the grants, which are most, nor the findings, which are no part of it. */
const KEPT_KINDS: readonly Fact['kind'][] = ['principal', 'credential', 'secret', 'trust'];

/** Every row that is valid at a point, ordered by kind, id and unit. */
export async function* rowsAt(
  db: Kysely<InventorySchema>,
  at: number,
  kinds: readonly EntityKind[] = [...KEPT_KINDS, 'grant', 'finding'],
): AsyncIterable<FactRow> {
  const rows = db
    .selectFrom('fact')
    .innerJoin('unit', 'unit.id', 'fact.unit')
    .innerJoin('source', 'source.id', 'unit.source')
    .select(['fact.kind', 'fact.body', 'fact.valid_from as since', 'unit.path as unit', 'source.name as source'])
    .where('fact.kind', 'in', kinds)
    .where(validAt('fact', at))
    .orderBy('fact.kind')
    .orderBy('fact.id')
    .orderBy('fact.unit')
    .stream();
  for await (const { kind, body, since, unit, source } of rows)
    yield { kind, body: JSON.parse(body), since, unit, source } as FactRow;
}

/**
 * What all units say together, but for the grants. This is the hot path of every command, and SQLite's own.
 *
 * @throws {AppError} ERR_STORE_UNREACHABLE
 */
export function inventoryAt(driver: Database, at: number): Inventory {
  const builder = inventoryBuilder();
  try {
    const rows = driver
      .prepare<[number, number], { readonly kind: Fact['kind']; readonly body: string }>(
        `select kind, body from fact where kind in (${KEPT_KINDS.map((kind) => `'${kind}'`).join(', ')})
         and valid_from <= ? and (valid_to is null or valid_to > ?) order by kind, id, unit`,
      )
      .iterate(at, at);
    for (const { kind, body } of rows) builder.add({ kind, body: JSON.parse(body) } as Fact);
  } catch (error) {
    throw storeError(error, driver.name);
  }
  return builder.build();
}

/** One per fingerprint, in their order. */
export async function findingsAt(rows: AsyncIterable<FactRow>): Promise<readonly Finding[]> {
  const findings = new Map<string, Finding>();
  for await (const { kind, body } of rows) {
    if (kind !== 'finding') continue;
    const known = findings.get(body.fingerprint);
    findings.set(body.fingerprint, known === undefined ? body : mergeBodies('finding', known, body));
  }
  return [...findings.values()];
}
