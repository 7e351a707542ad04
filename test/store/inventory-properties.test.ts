import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/model/canonical-json.ts';
import type { EntityChange } from '../../src/model/entity.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Json } from '../../src/model/json.ts';
import { mergeBodies, normalBody } from '../../src/model/merge.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Coverage, InventoryStore } from '../../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { collect } from './collect.ts';
import { unit, user } from './sample-facts.ts';

interface Scan {
  readonly source: string;
  readonly facts: readonly { readonly path: string; readonly body: Principal }[];
  readonly coverage: Coverage;
}

/** Few names and files, so that scans agree, contradict and repeat each other. */
const path = fc.constantFrom('a', 'b', 'dir/c', 'dir/d');
const areas = fc.array(fc.oneof(path, fc.constant('dir')), { maxLength: 2 });
const scan: fc.Arbitrary<Scan> = fc.record({
  source: fc.constantFrom('one', 'two'),
  facts: fc.array(
    fc.record({
      path,
      body: fc
        .record({ name: fc.constantFrom('x', 'y', 'z'), enabled: fc.boolean(), line: fc.integer({ min: 1, max: 2 }) })
        .map(({ name, enabled, line }) => user(name, { enabled, locations: [{ path: 'f', line }] })),
    }),
    { maxLength: 6 },
  ),
  coverage: fc.oneof(
    fc.constant({ read: 'all' as const }),
    fc.record({ read: fc.constant('except' as const), paths: areas }),
    fc.record({ read: fc.constant('only' as const), paths: areas, except: areas }),
  ),
});

/** What the store should hold, as plain maps: source → unit → id → body. */
type Model = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, Principal>>>;

function apply(model: Model, { source, facts, coverage }: Scan): Model {
  const staged = new Map<string, Map<string, Principal>>();
  for (const { path: file, body } of facts) {
    const bodies = staged.get(file) ?? new Map<string, Principal>();
    const known = bodies.get(body.id);
    staged.set(
      file,
      bodies.set(body.id, known === undefined ? normalBody('principal', body) : mergeBodies('principal', known, body)),
    );
  }
  const inside = (areas: readonly string[], file: string) =>
    areas.some((area) => file === area || file.startsWith(`${area}/`));
  const wasRead = (file: string) => {
    if (coverage.read === 'all') return true;
    if (coverage.read === 'except') return !inside(coverage.paths, file);
    return inside(coverage.paths, file) && !inside(coverage.except ?? [], file);
  };
  const units = new Map<string, ReadonlyMap<string, Principal>>();
  for (const [file, bodies] of model.get(source) ?? []) if (!wasRead(file)) units.set(file, bodies);
  for (const [file, bodies] of staged) units.set(file, new Map([...(units.get(file) ?? []), ...bodies]));
  return new Map([...model, [source, units]]);
}

function view(model: Model): Inventory {
  return mergeInventory(
    [...model.values()].flatMap((units) =>
      [...units.values()].flatMap((bodies) =>
        [...bodies.values()].map((body) => ({ kind: 'principal' as const, body })),
      ),
    ),
  );
}

async function commit(store: InventoryStore, { source, facts, coverage }: Scan, round: number): Promise<void> {
  const draft = await store.begin({ source, at: new Date(Date.UTC(2026, 0, round)) });
  for (const { path: file, body } of facts) await draft.add(unit(file, { kind: 'principal', body }));
  await draft.commit({ coverage, units: 0, problems: [] });
}

function patched(before: Inventory, changes: readonly EntityChange[]): ReadonlyMap<string, Principal> {
  const principals = new Map(before.principals);
  for (const { id, after } of changes)
    if (after === undefined) principals.delete(id);
    else principals.set(id, after as Principal);
  return principals;
}

const entries = (principals: ReadonlyMap<string, Principal>) =>
  [...principals.values()].map((body) => canonicalJson(body as unknown as Json)).sort();

/** Tables of grants are compared by what they hold. */
const inRows = (inventory: Inventory) => ({ ...inventory, grants: [...inventory.grants.values()] });

describe('any series of scans', () => {
  it('gives the views of a simple model, at every point; and the changes between two points lead from one to the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scan, { minLength: 1, maxLength: 6 }), async (scans) => {
        const folder = mkdtempSync(join(tmpdir(), 'lapse-'));
        const store = await openInventoryStore(join(folder, 'inventory.db'));
        try {
          const models: Model[] = [new Map()];
          for (const [index, next] of scans.entries()) {
            await commit(store, next, index + 1);
            models.push(apply(models.at(-1) ?? new Map(), next));
          }
          const views = models.map(view);
          for (const [point, expected] of views.entries())
            expect(inRows(await store.inventory(point))).toEqual(inRows(expected));
          for (let from = 0; from < views.length; from++)
            for (let to = from; to < views.length; to++) {
              const changes = await collect(store.changes(from, to));
              const [before, after] = [views[from], views[to]];
              if (before === undefined || after === undefined) throw new Error('no view');
              expect(entries(patched(before, changes))).toEqual(entries(after.principals));
              for (const { before: was, after: is } of changes) expect(was).not.toEqual(is);
            }
        } finally {
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('adds no row when the last scan of a source is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scan, { minLength: 1, maxLength: 4 }), async (scans) => {
        const folder = mkdtempSync(join(tmpdir(), 'lapse-'));
        const store = await openInventoryStore(join(folder, 'inventory.db'));
        try {
          for (const [index, next] of scans.entries()) await commit(store, next, index + 1);
          const last = scans.at(-1);
          if (last === undefined) return;
          await commit(store, last, scans.length + 1);
          expect(await collect(store.changes(scans.length, scans.length + 1))).toEqual([]);
          for await (const { since } of store.facts()) expect(since).toBeLessThanOrEqual(scans.length);
        } finally {
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});
