import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanners } from '../../scanners/index.ts';
import { type DiscoverOptions, discover } from '../../src/jobs/discover.ts';
import type { InventoryStore } from '../../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';
import { type TestRepository, testRepository } from '../support/repository.ts';

const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}, namespace: shop}\n`;
/** Made at run time, so that no file of ours has it. */
const password = ['Vq7', 'xT2', 'mZ9', 'kP4', 'wL8'].join('r');

let repository: TestRepository;
let store: InventoryStore;
let clock: number;

beforeEach(async () => {
  clock = Date.parse('2026-11-22T12:00:00Z');
  repository = testRepository({
    'one/a.yaml': account('a'),
    'two/b.yaml': account('b'),
    'settings.env': `DATABASE_URL=postgres://app:${password}@db.acme.example/shop\n`,
  });
  repository.write({ 'settings.env': 'REGION=eu\n' });
  repository.commit('forget the password');
  store = await openInventoryStore(join(repository.path, '.git', 'inventory.db'));
});
afterEach(async () => {
  await store.close();
  repository.close();
});

function scan(rest: Partial<DiscoverOptions> = {}) {
  clock += 60_000;
  return discover({
    paths: ['.'],
    cwd: repository.path,
    exports: [],
    folder: repository.path,
    scanners,
    store,
    now: new Date(clock),
    fingerprint: (value) => createHmac('sha256', 'test').update(value).digest('hex'),
    cluster: 'cluster',
    exclude: [],
    maxFileSize: 1_000_000,
    history: false,
    ...rest,
  });
}

async function known(): Promise<{ readonly accounts: readonly string[]; readonly secrets: number }> {
  const { principals, secrets } = await store.inventory();
  const accounts = [...principals.values()].filter(({ seen }) => seen === 'listed').map(({ name }) => name);
  return { accounts: accounts.sort(), secrets: secrets.size };
}

describe('discover', () => {
  it('ends what a whole scan no longer finds', async () => {
    await scan();
    expect((await known()).accounts).toEqual(['a', 'b']);
    repository.remove('two');
    await scan();
    expect((await known()).accounts).toEqual(['a']);
  });

  it('ends nothing outside of what it was asked to look at', async () => {
    await scan();
    repository.remove('two');
    await scan({ paths: ['one'] });
    expect((await known()).accounts).toEqual(['a', 'b']);
  });

  it.each([
    ['the whole', ['.']],
    ['a part', ['two']],
  ])('keeps what a file said that cannot be read now, when scanning %s', async (_, paths) => {
    await scan();
    repository.write({ 'two/b.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: [\n' });
    const { problems } = await scan({ paths });
    expect(problems.map(({ location }) => location.path)).toEqual(['two/b.yaml']);
    expect((await known()).accounts).toEqual(['a', 'b']);
  });

  it('keeps what history said when a scan does not look at history', async () => {
    await scan({ history: true });
    expect((await known()).secrets).toBe(1);
    await scan();
    expect((await known()).secrets).toBe(1);
  });

  it('gives the repository’s origin as the name of its sources', async () => {
    repository.git('remote', 'add', 'origin', 'https://github.com/acme/shop.git');
    await scan();
    expect((await store.sources()).map(({ source }) => source)).toContain('kubernetes:acme/shop');
  });

  it('reads nothing when one of the paths does not exist', async () => {
    await expect(scan({ paths: ['one', 'missing'] })).rejects.toMatchObject({ code: 'ERR_SCAN_PATH_NOT_FOUND' });
    expect(await store.snapshots()).toEqual([]);
  });
});
