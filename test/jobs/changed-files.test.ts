import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scanners } from '../../scanners/index.ts';
import { type DiscoverOptions, type Discovery, discover } from '../../src/jobs/discover.ts';
import type { InventoryStore } from '../../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';

/** Large enough that looking whether it is the same is worth it. */
const PADDING = `# ${'-'.repeat(70_000)}\n`;
const account = (name: string) =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}, namespace: shop}\n${PADDING}`;

let folder: string;
let store: InventoryStore;
let clock: number;
/** Files that the scanner of clusters was given, in this scan. */
let read: string[];

const watched = scanners.map((scanner) =>
  scanner.id !== 'kubernetes'
    ? scanner
    : {
        ...scanner,
        recognise: scanner.recognise.bind(scanner),
        read: async (...given: Parameters<typeof scanner.read>) => {
          read.push(given[0].path);
          await scanner.read(...given);
        },
      },
);

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, 'work', path)), { recursive: true });
    writeFileSync(join(folder, 'work', path), text);
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapse-'));
  clock = Date.parse('2026-11-22T12:00:00Z');
  write({ 'a.yaml': account('a'), 'b.yaml': account('b'), 'small.yaml': account('small').replace(PADDING, '') });
  store = await openInventoryStore(join(folder, 'inventory.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function scan(rest: Partial<DiscoverOptions> = {}): Promise<Discovery> {
  clock += 60_000;
  read = [];
  return discover({
    paths: ['work'],
    cwd: folder,
    exports: [],
    folder: join(folder, 'work'),
    scanners: watched,
    store,
    now: new Date(clock),
    fingerprint: (value) => createHmac('sha256', 'test').update(value).digest('hex'),
    cluster: 'cluster',
    exclude: [],
    maxFileSize: 1_000_000,
    history: false,
    revision: 'one',
    ...rest,
  });
}

async function accounts(): Promise<readonly string[]> {
  const { principals } = await store.inventory();
  return [...principals.values()]
    .filter(({ seen }) => seen === 'listed')
    .map(({ name }) => name)
    .sort();
}

/** What a scan says it read. */
const counts = ({ files, bytes, read: formats, problems }: Discovery) => ({ files, bytes, formats, problems });

describe('a second scan', () => {
  it('reads what changed, what is new and what is small, and says the same of the rest', async () => {
    const first = await scan();
    expect(read).toEqual(['a.yaml', 'b.yaml', 'small.yaml']);
    const second = await scan();
    expect(read).toEqual(['small.yaml']);
    expect(counts(second)).toEqual(counts(first));
    expect(await accounts()).toEqual(['a', 'b', 'small']);
    write({ 'b.yaml': account('other'), 'c.yaml': account('c') });
    await scan();
    expect(read).toEqual(['b.yaml', 'c.yaml', 'small.yaml']);
    expect(await accounts()).toEqual(['a', 'c', 'other', 'small']);
    await scan();
    expect(read).toEqual(['small.yaml']);
    expect(await accounts()).toEqual(['a', 'c', 'other', 'small']);
  });

  it('adds no row for what it did not read', async () => {
    await scan();
    const before = (await store.snapshots()).at(-1)?.id ?? 0;
    await scan();
    const changes = [];
    for await (const change of store.changes(before, (await store.snapshots()).at(-1)?.id ?? 0)) changes.push(change);
    expect(changes).toEqual([]);
    const unseen = [];
    for await (const one of store.unseen()) unseen.push(one);
    expect(unseen).toEqual([]);
  });

  it('ends what a file said that is gone or left out', async () => {
    await scan();
    rmSync(join(folder, 'work/a.yaml'));
    await scan();
    expect(await accounts()).toEqual(['b', 'small']);
    await scan({ exclude: ['b.yaml'] });
    expect(await accounts()).toEqual(['small']);
    await scan();
    expect(read).toContain('b.yaml');
    expect(await accounts()).toEqual(['b', 'small']);
  });

  it('reads everything again by other rules', async () => {
    await scan();
    await scan({ revision: 'two' });
    expect(read).toEqual(['a.yaml', 'b.yaml', 'small.yaml']);
    await scan({ revision: 'two', cluster: 'another' });
    expect(read).toEqual(['a.yaml', 'b.yaml', 'small.yaml']);
  });

  it('reads a file again that had a problem, whatever it said besides', async () => {
    write({ 'a.yaml': `${account('a')}---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: [\n` });
    expect((await scan()).problems).toHaveLength(1);
    expect((await scan()).problems).toHaveLength(1);
    expect(read).toContain('a.yaml');
  });

  it('reads a file again of which the time decides what is said', async () => {
    const csr = (expires: string) =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: t\n  namespace: shop\n  annotations:\n    kubernetes.io/service-account.name: a\ntype: kubernetes.io/service-account-token\ndata: {token: ${expires}}\n${PADDING}`;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = [
      part({ alg: 'RS256' }),
      part({ sub: 'system:serviceaccount:shop:a', exp: clock / 1000 + 90 }),
      'c2ln',
    ];
    write({ 'token.yaml': csr(Buffer.from(token.join('.')).toString('base64')) });
    await scan();
    await scan();
    expect(read).toContain('token.yaml');
  });

  it('believes nothing after a scan by other scanners', async () => {
    await scan();
    write({ 'a.yaml': account('changed') });
    await scan({ scanners: watched.filter(({ id }) => id === 'kubernetes'), revision: 'only kubernetes' });
    expect(await accounts()).toEqual(['b', 'changed', 'small']);
    write({ 'a.yaml': account('a') });
    await scan();
    expect(await accounts()).toEqual(['a', 'b', 'small']);
  });
});
