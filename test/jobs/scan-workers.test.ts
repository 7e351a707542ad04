import { createSecretKey } from 'node:crypto';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { scannersWith } from '../../scanners/index.ts';
import { type ScanWorkers, type ScanWorkersOptions, scanWorkers } from '../../src/jobs/scan-workers.ts';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { filesFromHead } from '../../src/scan/files-from-tree.ts';
import { filesFromWorkingTree } from '../../src/scan/files-from-working-tree.ts';
import { openRepository } from '../../src/scan/git/open-repository.ts';
import { runScan, type ScannedFact } from '../../src/scan/run.ts';
import type { ScanPool } from '../../src/scan/scan-pool.ts';
import { DEFAULT_SETTINGS } from '../../src/scan/secrets/secret-settings.ts';
import { temporaryTree } from '../scan/temporary-tree.ts';
import { testRepository } from '../support/repository.ts';

const key = createSecretKey(Buffer.alloc(32, 7));
const open: ScanWorkers[] = [];
afterEach(async () => {
  for (const pool of open.splice(0)) await pool.close();
});

function workers(options: Partial<ScanWorkersOptions> = {}): ScanWorkers {
  const pool = scanWorkers({ jobs: 2, settings: DEFAULT_SETTINGS, key, ...options });
  open.push(pool);
  return pool;
}

/** So much is read before a pool is asked. */
const FIRST = { 'a/first.txt': 'nothing to see\n'.repeat(300_000) };

async function scan(base: string, pool?: ScanPool, options: { settings?: ScanWorkersOptions['settings'] } = {}) {
  const facts: ScannedFact[] = [];
  const result = await runScan({
    sources: [filesFromWorkingTree({ base, maxFileSize: 6_000_000 })],
    scanners: (await scannersWith(options.settings ?? DEFAULT_SETTINGS)).all,
    context: {
      now: new Date('2026-03-01T12:00:00Z'),
      cluster: 'c',
      fingerprint: (value) => fingerprint(key, value),
    },
    ...(pool === undefined ? {} : { pool }),
    sink: async (batch) => void facts.push(...batch),
  });
  return { facts, result };
}

const password = (seed: number) => `db_password = "${['Qz7', 'tR4v', String(seed * 7919)].join('!')}"\n`;

it('finds in threads what it finds in one, in the same order', async () => {
  const files: Record<string, string | Uint8Array> = { ...FIRST };
  for (let file = 0; file < 900; file++) {
    files[`b/${file % 7}/${file}.txt`] = `${'x = y\n'.repeat(file)}${file % 3 === 0 ? password(file) : ''}`;
  }
  files['c/role.yaml'] = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: b}\n';
  files['c/broken.yaml'] = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a\n';
  files['d.bin'] = new Uint8Array([0, 1, 2]);
  // More facts than may be on their way at a time.
  files['e/many.txt'] = Array.from({ length: 4_000 }, (_, seed) => password(seed + 10_000)).join('');
  const base = temporaryTree(files);
  const alone = await scan(base);
  const threads = await scan(base, workers());
  expect(threads).toEqual(alone);
  expect(alone.facts.length).toBeGreaterThan(4_300);
  expect(alone.result.problems).not.toEqual([]);
});

it('asks no thread for little', async () => {
  const base = temporaryTree({ 'a.txt': password(1), 'b.txt': password(2) });
  const unused: ScanPool = {
    size: 2,
    read: () => {
      throw new TypeError('not to be asked');
    },
  };
  expect((await scan(base, unused)).facts).toHaveLength(2);
});

it('gives a file up that a thread does not come to an end with, and reads the others', async () => {
  const slow = {
    path: 'slow.yaml',
    text: `vendor: slow
name: Slow
docs: https://slow.example/
rules:
  - id: token
    title: Slow token
    confidence: contextual
    keywords: [abab]
    pattern: '[a-z]{0,90}abab[a-z]{0,90}[0-9]'
    examples: {match: ['abab1'], ignore: ['aba1']}
`,
  };
  const settings = { ...DEFAULT_SETTINGS, files: [slow] };
  const base = temporaryTree({
    ...FIRST,
    'b/1.txt': password(1),
    'b/2.txt': 'ab'.repeat(125_000),
    'b/3.txt': password(3),
    'c/4.txt': password(4),
  });
  const { facts, result } = await scan(base, workers({ settings, patience: -5_000 }), { settings });
  expect(facts.map(({ unit }) => unit)).toEqual(['b/1.txt', 'b/3.txt', 'c/4.txt']);
  expect(result.problems).toEqual([
    {
      code: 'ERR_SCAN_LIMIT',
      message: 'b/2.txt: reading it took more than 1 s without a step',
      location: { path: 'b/2.txt' },
      unit: 'b/2.txt',
    },
  ]);
  expect(result.complete).toBe(false);
  expect(result.files.seen).toBe(5);
});

it('reads contents of repositories in threads, each of which goes on with the git that it has', async () => {
  const repositories = ['one', 'two'].map((name) => {
    const test = testRepository(
      Object.fromEntries(
        Array.from({ length: 450 }, (_, file) => [
          `${file}.txt`,
          `# ${name}\n${'x = y\n'.repeat(2_500)}${password(file)}`,
        ]),
      ),
    );
    const repository = openRepository(test.path);
    if (repository === undefined) throw new Error('not opened');
    onTestFinished(() => {
      repository.close();
      test.close();
    });
    return repository;
  });
  const scanContents = async (pool?: ScanPool) => {
    const facts: ScannedFact[] = [];
    const result = await runScan({
      sources: repositories.map((repository) => filesFromHead({ repository })),
      scanners: (await scannersWith(DEFAULT_SETTINGS)).all,
      context: { now: new Date('2026-03-01T12:00:00Z'), cluster: 'c', fingerprint: (value) => fingerprint(key, value) },
      ...(pool === undefined ? {} : { pool }),
      sink: async (batch) => void facts.push(...batch),
    });
    return { facts, result };
  };
  const alone = await scanContents();
  expect(await scanContents(workers())).toEqual(alone);
  expect(alone.facts).toHaveLength(900);
});
