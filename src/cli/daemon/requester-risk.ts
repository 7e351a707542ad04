import { buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { type AdminPaths, adminPaths } from '../../graph/paths.ts';
import { evaluateAll } from '../../iam/index.ts';
import type { IssuerParts } from '../../issuer/parts.ts';
import { or } from '../../model/answer.ts';
import type { JsonObject } from '../../model/json.ts';
import type { InventoryStore } from '../../store/inventory/inventory-store.ts';

interface View {
  readonly point: number;
  readonly principals: ReadonlySet<string>;
  readonly paths: AdminPaths;
  readonly findings: ReadonlyMap<string, readonly string[]>;
}

/**
 * What the inventory says of a requester and of what a target hands out, as policies read it (`input.risk`): a principal that it does
 * not know is left out, and all is null when it knows none. The graph is built when it is first asked for, and anew after a scan.
 */
export function requesterRisk(inventory: InventoryStore): IssuerParts['risk'] {
  let view: View | undefined;
  return async (requester, target) => {
    if (requester === undefined && target.length === 0) return null;
    const point = (await inventory.snapshots()).at(-1)?.id ?? 0;
    if (view?.point !== point) view = await loadView(inventory, point);
    const who = requester === undefined ? {} : facts('requester', [requester], view);
    const risk = { ...who, ...facts('target', target, view) };
    return Object.keys(risk).length === 0 ? null : risk;
  };
}

/** Nothing unless all of them are known: half of what a target hands out would speak for the other half. */
function facts(name: 'requester' | 'target', principals: readonly string[], view: View): JsonObject {
  if (principals.length === 0 || !principals.every((id) => view.principals.has(id))) return {};
  const answer = or(...principals.map((id) => view.paths(id)?.answer ?? 'no'));
  const findings = [...new Set(principals.flatMap((id) => view.findings.get(id) ?? []))];
  return { [`${name}_admin`]: typeof answer === 'string' ? answer : { if: answer.if }, [`${name}_findings`]: findings };
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
