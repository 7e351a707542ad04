/**
 * Writes facts into an inventory store, scans the same again, then a scan with few changes, and reads the view: rates and
 * memory of each. Run by hand: `node --import ./test/support/typescript-loader.mjs bench/store.ts [facts] [phase]`.
 * Each phase runs in a process of its own, so that its memory is its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentId, principalId } from '../src/model/id.ts';
import type { StoredFact } from '../src/store/inventory/inventory-store.ts';
import { openInventoryStore } from '../src/store/inventory/open-inventory-store.ts';

const BATCH = 500;
const FACTS_PER_UNIT = 1_000;
/** One in so many facts differs in the scan with changes. */
const CHANGED = 1_000;

const phases: Readonly<Record<string, (file: string, facts: number) => Promise<string>>> = {
  'first scan': (file, facts) => scan(file, facts, 0),
  'same scan again': (file, facts) => scan(file, facts, 0),
  'one in 1000 changed': (file, facts) => scan(file, facts, 1),
  'read row by row': async (file) => {
    const store = await openInventoryStore(file);
    let rows = 0;
    for await (const _ of store.facts()) rows++;
    return `${rows} rows`;
  },
  'changes 2 → 3': async (file) => {
    const store = await openInventoryStore(file);
    let rows = 0;
    for await (const _ of store.changes(2, 3)) rows++;
    return `${rows} changes`;
  },
  'changes 0 → 3': async (file) => {
    const store = await openInventoryStore(file);
    let rows = 0;
    for await (const _ of store.changes(0, 3)) rows++;
    return `${rows} changes`;
  },
  'whole view in memory': async (file) => {
    const view = await (await openInventoryStore(file)).inventory();
    return `${view.principals.size} principals, ${view.grants.size} grants`;
  },
};

async function scan(file: string, facts: number, round: number): Promise<string> {
  const store = await openInventoryStore(file);
  const draft = await store.begin({ source: 'aws:bench', at: new Date() });
  const start = performance.now();
  for (let at = 0; at < facts; at += BATCH)
    await draft.add(Array.from({ length: Math.min(BATCH, facts - at) }, (_, n) => fact(at + n, round)));
  const staged = performance.now();
  await draft.commit({ coverage: { read: 'all' }, units: facts / FACTS_PER_UNIT, problems: [] });
  const committed = performance.now();
  const rate = Math.round(facts / ((committed - start) / 1000));
  return `${rate} facts/s (stage ${seconds(staged - start)}, commit ${seconds(committed - staged)})`;
}

/** A grant like those of an AWS export; every fourth fact is a principal. */
function fact(n: number, round: number): StoredFact {
  const nativeId = `arn:aws:iam::${String(100_000_000_000 + (n % 40))}:role/service-role/bench-${Math.floor(n / 4)}`;
  const principal = principalId('aws', 'role', nativeId);
  const changed = n % CHANGED === 0 ? round : 0;
  const unit = `exports/account-${Math.floor(n / FACTS_PER_UNIT)}.json`;
  const locations = [{ path: unit, line: n % 50_000 }];
  if (n % 4 === 0) {
    const body = {
      id: principal,
      platform: 'aws',
      kind: 'role',
      nativeId,
      name: `bench-${n / 4}`,
      scope: ['100000000000'],
    };
    const attributes = {
      path: '/service-role/',
      tags: { team: `team-${n % 97}`, round: changed },
      service_linked: false,
    };
    return {
      kind: 'principal',
      unit,
      body: { ...body, seen: 'listed', createdAt: '2025-03-01T08:00:00Z', enabled: true, attributes, locations },
    };
  }
  const content = {
    principal,
    actions: ['s3:GetObject', 's3:PutObject', `dynamodb:Query${n % 7}`],
    resources: [`arn:aws:s3:::bench-${n}/*`],
    round: changed,
  };
  return {
    kind: 'grant',
    unit,
    body: {
      id: contentId('grant', content),
      platform: 'aws',
      principal,
      effect: 'allow',
      role: 'identity',
      actions: content.actions,
      resources: content.resources,
      condition: { StringEquals: { 'aws:PrincipalTag/team': `team-${n % 97}` } },
      scope: '100000000000',
      via: [`policy:arn:aws:iam::100000000000:policy/bench-${n % 500}`, `statement:${n % 9}`],
      locations,
    },
  };
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

const [facts = '1000000', phase, file = ''] = process.argv.slice(2);
if (phase === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  const database = join(folder, 'inventory.db');
  console.log(`${facts} facts, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`);
  try {
    for (const name of Object.keys(phases)) {
      const run = spawnSync(
        process.execPath,
        [...process.execArgv, fileURLToPath(import.meta.url), facts, name, database],
        { encoding: 'utf8' },
      );
      console.log(`${name.padEnd(22)} ${run.stdout.trim()}${run.stderr}`);
    }
    console.log(`database               ${Math.round(statSync(database).size / 1024 ** 2)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  const start = performance.now();
  const outcome = await phases[phase]?.(file, Number(facts));
  const took = seconds(performance.now() - start);
  console.log(`${took.padStart(7)}  ${Math.round(process.resourceUsage().maxRSS / 1024)} MB peak  ${outcome}`);
}
