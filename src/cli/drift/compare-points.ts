import { compareMaps } from '../../drift/compare-maps.ts';
import { compareMetrics } from '../../drift/compare-metrics.ts';
import { compareCoverage } from '../../drift/coverage.ts';
import type { Drift, DriftPoint, DriftRow } from '../../drift/drift.ts';
import { driftRow, type RowContext, unseenRow } from '../../drift/drift-rows.ts';
import { type MeasuredView, type Measurement, measure } from '../../drift/measure.ts';
import { buildAccessGraph } from '../../graph/access-graph.ts';
import { joinInventory } from '../../graph/join-inventory.ts';
import { adminPaths } from '../../graph/paths.ts';
import { evaluateAll } from '../../iam/index.ts';
import type { EntityHistory } from '../../model/entity.ts';
import type { Finding } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { Principal } from '../../model/principal.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { SourceState } from '../../model/source-state.ts';
import type { PolicyEngine } from '../../policy/engine.ts';
import type { InventoryStore, UnseenEntity } from '../../store/inventory/inventory-store.ts';
import { judgeRows } from './judge-rows.ts';

interface View {
  readonly inventory: Inventory;
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceState[];
  /** Undefined at the point before the first snapshot. */
  readonly measurements: readonly Measurement[] | undefined;
}

export interface ComparedPoints {
  readonly from: DriftPoint;
  readonly to: DriftPoint;
  /** Swaps by stage as of the later point: the issuer keeps no history of them. */
  readonly swaps?: MeasuredView['swaps'];
  readonly engine: PolicyEngine;
  readonly now: Date;
}

/** Compares two points of an inventory: rows as the store streams them, judged; numbers as each view gives them. */
export async function comparePoints(store: InventoryStore, points: ComparedPoints): Promise<Drift> {
  const { from, to } = points;
  const snapshots = await store.snapshots();
  const times = new Map(snapshots.map(({ id, at }) => [id, at]));
  const before = await viewAt(store, from, undefined);
  const after = await viewAt(store, to, points.swaps);
  const context: RowContext = {
    from: from.snapshot,
    timeOf: (id) => times.get(id) ?? '',
    principalName: (id) =>
      principalName(after.inventory.principals.get(id) ?? before.inventory.principals.get(id)) ?? id,
  };
  const rows: DriftRow[] = [];
  const credentials = new Map<string, EntityHistory>();
  for await (const change of store.changes(from.snapshot, to.snapshot))
    if (change.kind === 'credential') credentials.set(change.id, change.history);
    else rows.push(driftRow(change, context));
  // A joined credential is what two rows say together, and differs when either does.
  const historyOf = (id: string): EntityHistory =>
    credentials.get(id) ?? {
      firstSeen: before.inventory.credentials.has(id) ? from.snapshot : to.snapshot,
      since: to.snapshot,
      sources: [],
    };
  for (const change of compareMaps('credential', before.inventory.credentials, after.inventory.credentials, historyOf))
    rows.push(driftRow(change, context));
  for await (const unseen of store.unseen(to.snapshot)) {
    const body = bodyOf(unseen, after);
    if (unseen.since > from.snapshot && body !== undefined)
      rows.push(unseenRow(unseen, body, lastLook(unseen, snapshots), context));
  }
  return {
    from,
    to,
    rows: rows.sort(byEntity),
    ...(await judgeRows(rows, points.engine, points.now)),
    metrics: compareMetrics(before.measurements, after.measurements ?? []),
    coverage: compareCoverage(before.sources, after.sources, from.snapshot),
    policyChanged: revisionAt(snapshots, from) !== revisionAt(snapshots, to),
  };
}

async function viewAt(
  store: InventoryStore,
  { snapshot, at }: DriftPoint,
  swaps: MeasuredView['swaps'],
): Promise<View> {
  const inventory = joinInventory(await store.inventory(snapshot));
  const findings = await store.findings(snapshot);
  const sources = await store.sources(snapshot);
  if (at === undefined) return { inventory, findings, sources, measurements: undefined };
  const graph = buildAccessGraph(inventory, evaluateAll(inventory));
  const paths = adminPaths(graph);
  const measurements = measure({
    at: new Date(at),
    inventory,
    findings,
    effective: graph.effective,
    pathToAdmin: (principal) => paths(principal)?.answer,
    matched: new Set(graph.matches.keys()),
    sources,
    ...(swaps === undefined ? {} : { swaps }),
  });
  return { inventory, findings, sources, measurements };
}

function principalName(principal: Principal | undefined): string | undefined {
  return principal === undefined ? undefined : `${principal.platform} ${principal.kind} ${principal.name}`;
}

function bodyOf({ kind, id }: UnseenEntity, { inventory, findings }: View) {
  switch (kind) {
    case 'principal':
      return inventory.principals.get(id);
    case 'credential':
      return inventory.credentials.get(id);
    case 'secret':
      return inventory.secrets.get(id);
    case 'grant':
      return inventory.grants.get(id);
    case 'trust':
      return inventory.trusts.get(id);
    case 'finding':
      return findings.find(({ fingerprint }) => fingerprint === id);
  }
}

/** The last snapshot of its source that looked. */
function lastLook({ source, since }: UnseenEntity, snapshots: readonly Snapshot[]): number {
  return snapshots.findLast((snapshot) => snapshot.source === source && snapshot.id < since)?.id ?? since;
}

/** Of the policies that judged last; undefined where nothing was judged. */
function revisionAt(snapshots: readonly Snapshot[], { snapshot }: DriftPoint): string | undefined {
  return snapshots.findLast(({ id, revision }) => id <= snapshot && revision !== undefined)?.revision;
}

function byEntity(a: DriftRow, b: DriftRow): number {
  if (a.entity !== b.entity) return a.entity < b.entity ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
