import { type Kysely, sql } from 'kysely';
import type { Fact } from '../../model/fact.ts';
import type { InventorySchema } from './schema.ts';
import { validAt } from './valid-at.ts';

/** Principals and credentials of which several units speak, each as its units say it; ordered by kind and id, memory stays flat. */
export async function* repeatedFacts(db: Kysely<InventorySchema>, at: number): AsyncIterable<readonly Fact[]> {
  const kinds = ['principal', 'credential'] as const;
  const rows = db
    .selectFrom('fact')
    .select(['fact.kind', 'fact.id', 'fact.body'])
    .where('fact.kind', 'in', kinds)
    .where(validAt('fact', at))
    .where(
      sql<boolean>`(fact.kind, fact.id) in (
        select kind, id from fact where kind in (${sql.join(kinds)}) and ${validAt('fact', at)}
        group by kind, id having count(*) > 1)`,
    )
    .orderBy('fact.kind')
    .orderBy('fact.id')
    .orderBy('fact.unit')
    .stream();
  let known: { readonly key: string; readonly facts: Fact[] } | undefined;
  for await (const { kind, id, body } of rows) {
    const key = `${kind} ${id}`;
    if (known?.key !== key) {
      if (known !== undefined) yield known.facts;
      known = { key, facts: [] };
    }
    known.facts.push({ kind, body: JSON.parse(body) } as Fact);
  }
  if (known !== undefined) yield known.facts;
}
