import { buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { type AdminPaths, adminPaths } from '../../graph/paths.ts';
import { evaluateAll } from '../../iam/index.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { InventoryStore } from '../../store/inventory/inventory-store.ts';

interface View {
  readonly point: number;
  readonly principals: ReadonlySet<string>;
  readonly paths: AdminPaths;
  readonly findings: ReadonlyMap<string, readonly string[]>;
}

/**
 * What the inventory says of a requester, as policies read it (`input.risk`); null for a principal that it does not know. The graph is
 * built when it is first asked for, and anew after a scan.
 */
export function requesterRisk(inventory: InventoryStore): (principal: string) => Promise<JsonObject | null> {
  let view: View | undefined;
  return async (principal) => {
    const point = (await inventory.snapshots()).at(-1)?.id ?? 0;
    if (view?.point !== point) view = await loadView(inventory, point);
    if (!view.principals.has(principal)) return null;
    const answer = view.paths(principal)?.answer ?? 'no';
    const admin: Json = typeof answer === 'string' ? answer : { if: answer.if };
    return { requester_admin: admin, requester_findings: view.findings.get(principal) ?? [] };
  };
}

async function loadView(store: InventoryStore, point: number): Promise<View> {
  const inventory = joinInventory(await store.inventory());
  const findings = new Map<string, string[]>();
  for (const { subject, rule } of await store.findings()) {
    const rules = findings.get(subject);
    if (rules === undefined) findings.set(subject, [rule]);
    else rules.push(rule);
  }
  return {
    point,
    principals: new Set(inventory.principals.keys()),
    paths: adminPaths(buildAccessGraph(inventory, evaluateAll(inventory))),
    findings,
  };
}
