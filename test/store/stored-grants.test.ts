import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/fact.ts';
import { DOCUMENT_ELSEWHERE, type Grant } from '../../src/model/grant.ts';
import { type GrantTable, withHolders, withoutGrants } from '../../src/model/grant-table.ts';
import { contentId } from '../../src/model/id.ts';
import { mergeInventory } from '../../src/model/merge-inventory.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';

const HOLDERS = ['aws:user:one', 'aws:role:two', 'gcp:role:three', 'aws:user:alias'];

const grant: fc.Arbitrary<Grant> = fc
  .record({
    principal: fc.constantFrom(...HOLDERS),
    platform: fc.constantFrom('aws' as const, 'gcp' as const),
    role: fc.constantFrom('identity' as const, 'scp' as const, 'resource' as const),
    actions: fc.subarray(['s3:GetObject', 'iam:PassRole', '*']),
    via: fc.constantFrom(['policy:a'], ['policy:a', DOCUMENT_ELSEWHERE]),
  })
  .map((content) => ({
    ...content,
    id: contentId('grant', content),
    effect: 'allow',
    resources: ['*'],
    scope: '1',
    locations: [{ path: 'a.json', line: 1 }],
  }));

/** A grant and the files that say it. */
const said = fc.array(fc.tuple(grant, fc.subarray(['one.json', 'two.json', 'three.json'], { minLength: 1 })), {
  maxLength: 12,
});

function factsOf(grants: readonly (readonly [Grant, readonly string[]])[]): readonly (Fact & { unit: string })[] {
  return grants.flatMap(([body, units]) =>
    units.map((unit) => ({ kind: 'grant' as const, unit, body: { ...body, locations: [{ path: unit, line: 1 }] } })),
  );
}

/** Everything that a table can be asked. */
function answers(table: GrantTable) {
  const all = [...table.values()];
  return {
    size: table.size,
    all,
    byId: [...all.map(({ id }) => id), 'grant:none'].map((id) => [table.get(id), table.has(id)]),
    of: [...HOLDERS, 'aws:user:nobody'].map((holder) => table.of(holder)),
    again: HOLDERS.map((holder) => table.of(holder)),
    select: [
      [...table.select('aws')],
      [...table.select('aws', 'scp', 'resource')],
      [...table.select('gcp', 'identity')],
    ],
    withoutDocument: [...table.withoutDocument()],
    holders: [...table.holders()].sort(),
  };
}

describe('grants that stay in the store', () => {
  it('answer as those in memory, also under other names and without some', async () => {
    await fc.assert(
      fc.asyncProperty(said, async (grants) => {
        const folder = mkdtempSync(join(tmpdir(), 'lapse-'));
        const store = await openInventoryStore(join(folder, 'inventory.db'));
        try {
          const draft = await store.begin({ source: 'aws:test', at: new Date('2026-01-01T00:00:00Z') });
          const facts = factsOf(grants);
          await draft.add(facts);
          await draft.commit({ coverage: { read: 'all' }, units: 3, problems: [] });
          const stored = (await store.inventory()).grants;
          const inMemory = mergeInventory(facts).grants;
          expect(answers(stored)).toEqual(answers(inMemory));
          const alias = (id: string) => (id === 'aws:user:alias' ? 'aws:user:one' : id);
          expect(answers(withHolders(stored, alias))).toEqual(answers(withHolders(inMemory, alias)));
          const some = new Set([...inMemory.values()].slice(0, 2).map(({ id }) => id));
          expect(answers(withoutGrants(stored, some))).toEqual(answers(withoutGrants(inMemory, some)));
        } finally {
          await store.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('show a point as it was, whatever is written afterwards', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-'));
    const store = await openInventoryStore(join(folder, 'inventory.db'));
    const commit = async (actions: readonly string[]) => {
      const draft = await store.begin({ source: 'aws:test', at: new Date('2026-01-01T00:00:00Z') });
      const content = { principal: 'aws:user:one', platform: 'aws', role: 'identity', actions } as const;
      const body: Grant = {
        ...content,
        id: contentId('grant', content),
        effect: 'allow',
        resources: ['*'],
        scope: '1',
        via: [],
        locations: [{ path: 'a.json', line: 1 }],
      };
      await draft.add([{ kind: 'grant', unit: 'a.json', body }]);
      await draft.commit({ coverage: { read: 'all' }, units: 1, problems: [] });
    };
    try {
      await commit(['s3:GetObject']);
      const { grants } = await store.inventory();
      await commit(['*']);
      const actions = (table: GrantTable) => table.of('aws:user:one').map((one) => one.actions);
      expect(actions(grants)).toEqual([['s3:GetObject']]);
      expect(actions((await store.inventory()).grants)).toEqual([['*']]);
      expect(actions((await store.inventory(1)).grants)).toEqual([['s3:GetObject']]);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
