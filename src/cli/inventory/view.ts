import type { DriftPoint } from '../../drift/drift.ts';
import { resolvePoint } from '../../drift/resolve-point.ts';
import { type AccessGraph, buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { evaluateAll } from '../../iam/index.ts';
import type { Finding } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { InventoryStore } from '../../store/inventory/inventory-store.ts';

/** The inventory as it was at one point in time, joined; what costs more is made when it is asked for. */
export interface InventoryView {
  /** Absent: as it is now. */
  readonly point?: DriftPoint;
  readonly inventory: Inventory;
  graph(): AccessGraph;
  findings(): Promise<readonly Finding[]>;
  sources(): Promise<readonly SourceState[]>;
}

/** What `--as-of` takes, for help. */
export const AS_OF = 'a date, an age such as 7d, a snapshot number, or first, previous, latest';

/**
 * Reads a view.
 *
 * @param asOf - as `resolvePoint` reads it.
 * @param also - what is looked at beside what the store has.
 * @throws {AppError} ERR_USAGE, ERR_STORE_NOT_FOUND for a point that is none, or has not come yet.
 */
export async function openView(
  store: InventoryStore,
  { asOf, now, also }: { asOf?: string; now: Date; also?: (inventory: Inventory) => Inventory },
): Promise<InventoryView> {
  const point = asOf === undefined ? undefined : resolvePoint(asOf, await store.snapshots(), now);
  return viewAt(store, point, also);
}

/** The view at a point that is known already; without one, as it is now. */
export async function viewAt(
  store: InventoryStore,
  point: DriftPoint | undefined,
  also: (inventory: Inventory) => Inventory = (inventory) => inventory,
): Promise<InventoryView> {
  const inventory = joinInventory(also(await store.inventory(point?.snapshot)));
  let graph: AccessGraph | undefined;
  return {
    ...(point === undefined ? {} : { point }),
    inventory,
    graph() {
      graph ??= buildAccessGraph(inventory, evaluateAll(inventory));
      return graph;
    },
    findings: () => store.findings(point?.snapshot),
    sources: () => store.sources(point?.snapshot),
  };
}

/** As JSON says it: null for now. */
export function pointJson({ point }: InventoryView): object | null {
  return point === undefined ? null : { snapshot: point.snapshot, at: point.at ?? null };
}
