import type { Fact } from './fact.ts';
import { grantTable } from './grant-table.ts';
import type { Inventory } from './inventory.ts';
import { mergeBodies, normalBody } from './merge.ts';
import { sharing } from './shared.ts';

/** Collects facts of any number of units into one view. */
export interface InventoryBuilder {
  add(fact: Fact): void;
  /** One entry per id, in the order of ids. */
  build(): Inventory;
}

export function inventoryBuilder(): InventoryBuilder {
  const maps = { principal: new Map(), credential: new Map(), secret: new Map(), grant: new Map(), trust: new Map() };
  const shared = sharing();
  return {
    add({ kind, body }) {
      const map: Map<string, typeof body> = maps[kind];
      const known = map.get(body.id);
      map.set(body.id, shared({ ...(known === undefined ? normalBody(kind, body) : mergeBodies(kind, known, body)) }));
    },
    build: () => ({
      principals: inOrder(maps.principal),
      credentials: inOrder(maps.credential),
      secrets: inOrder(maps.secret),
      grants: grantTable(inOrder(maps.grant)),
      trusts: inOrder(maps.trust),
    }),
  };
}

/** What all these facts say together; their order does not matter. */
export function mergeInventory(facts: Iterable<Fact>): Inventory {
  const builder = inventoryBuilder();
  for (const fact of facts) builder.add(fact);
  return builder.build();
}

function inOrder<T>(map: Map<string, T>): ReadonlyMap<string, T> {
  const keys = [...map.keys()];
  const sorted = keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key);
  return sorted ? map : new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
