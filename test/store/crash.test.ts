import { statSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { startChild } from './child.ts';
import { collect } from './collect.ts';
import { unit, user } from './sample-facts.ts';
import { temporaryFolder } from './temporary-folder.ts';

const FACTS = 50_000;

/** A store with one snapshot, of two principals that another source names. */
async function storeWithSnapshot(): Promise<string> {
  const file = join(temporaryFolder(), 'inventory.db');
  const store = await openInventoryStore(file);
  const draft = await store.begin({ source: 'before', at: new Date(Date.UTC(2025, 0)) });
  await draft.add(
    unit('iam.json', { kind: 'principal', body: user('alice') }, { kind: 'principal', body: user('bob') }),
  );
  await draft.commit({ coverage: { read: 'all' }, units: 1, problems: [] });
  await store.close();
  return file;
}

function logSize(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

async function stateOf(file: string): Promise<{ snapshots: number; rows: number }> {
  const database = new SqliteDatabase(file);
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.pragma('foreign_key_check')).toEqual([]);
  database.close();
  const store = await openInventoryStore(file);
  const state = { snapshots: (await store.snapshots()).length, rows: (await collect(store.facts())).length };
  await store.close();
  return state;
}

describe('a scan that is killed', () => {
  it('leaves the old state when it was adding', async () => {
    const file = await storeWithSnapshot();
    const child = startChild(new URL('./child-scan.ts', import.meta.url), file, 'killed', String(FACTS), '1');
    await child.says('adding');
    await child.kill();
    expect(await stateOf(file)).toEqual({ snapshots: 1, rows: 2 });
  });

  it.each([1, 4, 16])(
    'leaves the old state or the whole new one when its commit had written %d MB',
    async (megabytes) => {
      const file = await storeWithSnapshot();
      const child = startChild(new URL('./child-scan.ts', import.meta.url), file, 'killed', String(FACTS), '1');
      await child.says('committing');
      // What does not fit into SQLite's cache goes to the log before the commit is valid.
      while (logSize(file) < megabytes * 1024 ** 2) await new Promise((resolve) => setTimeout(resolve, 2));
      await child.kill();
      expect([
        { snapshots: 1, rows: 2 },
        { snapshots: 2, rows: 2 + FACTS },
      ]).toContainEqual(await stateOf(file));
    },
  );

  it('has lost nothing that was reported as committed, and the next scan goes on from there', async () => {
    const file = await storeWithSnapshot();
    const child = startChild(new URL('./child-scan.ts', import.meta.url), file, 'killed', '500', '1000');
    await child.says('committed 3 ');
    await child.kill();
    const before = await stateOf(file);
    expect(before.snapshots).toBeGreaterThanOrEqual(4);
    await startChild(new URL('./child-scan.ts', import.meta.url), file, 'killed', '500', '1').done();
    expect(await stateOf(file)).toEqual({ snapshots: before.snapshots + 1, rows: 502 });
  });
});

describe('two processes at once', () => {
  it('open a new store together, and each commits all of its snapshots', async () => {
    const file = join(temporaryFolder(), 'inventory.db');
    const children = ['one', 'two'].map((source) =>
      startChild(new URL('./child-scan.ts', import.meta.url), file, source, '1000', '10'),
    );
    await Promise.all(children.map((child) => child.done()));
    const store = await openInventoryStore(file);
    const snapshots = await store.snapshots();
    expect(snapshots.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    for (const source of ['one', 'two'])
      expect(snapshots.filter((snapshot) => snapshot.source === source)).toHaveLength(10);
    expect((await store.inventory()).principals.size).toBe(2_000);
    await store.close();
  });

  it('never make a reader wait, nor show it a part of a scan', async () => {
    const file = await storeWithSnapshot();
    const store = await openInventoryStore(file);
    const child = startChild(new URL('./child-scan.ts', import.meta.url), file, 'writer', '2000', '5');
    await child.says('open');
    const seen = new Set<number>();
    for (let going = true; going; ) {
      going = await Promise.race([
        child.done().then(() => false),
        new Promise<true>((resolve) => setImmediate(() => resolve(true))),
      ]);
      seen.add((await store.inventory()).principals.size);
    }
    expect([...seen].toSorted((a, b) => a - b).at(-1)).toBe(2_002);
    expect([...seen].every((size) => size === 2 || size === 2_002)).toBe(true);
    await store.close();
  });
});
