/**
 * Writes what policies are asked about a folder, one JSON text a line: scans it into an inventory of its own and records what
 * the judge asks. Run by hand, after `npm run build`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/policy/subjects.ts FOLDER > subjects.jsonl
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge } from '../../src/judge/judge.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { PolicyEngine } from '../../src/policy/engine.ts';
import { openInventoryStore } from '../../src/store/inventory/open-inventory-store.ts';

const LAPSE = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));
const NOW = new Date('2026-11-22T12:00:00Z');

/** Answers nothing, and hands on what it is asked. */
function recorder(record: (input: JsonObject) => void): PolicyEngine {
  const none = () => Promise.resolve([]);
  return {
    revision: 'none',
    rules: new Map(),
    findings: (input) => {
      record(input);
      return none();
    },
    decide: () => Promise.reject(new Error('a recorder decides nothing')),
    alerts: none,
    drift: none,
    close: () => Promise.resolve(),
  };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected the folder to scan');
const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
try {
  const file = join(scratch, 'inventory.db');
  const output = ['--format', 'json', '--output', join(scratch, 'report.json'), '--fail-on', 'none', '--quiet'];
  spawnSync(process.execPath, [LAPSE, 'scan', resolve(folder), '--store', file, ...output], { cwd: scratch });
  const store = await openInventoryStore(file);
  const engine = recorder((input) => process.stdout.write(`${JSON.stringify(input)}\n`));
  await judge(await store.inventory(), engine, NOW);
  await store.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
