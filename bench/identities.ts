/**
 * Scans an organisation of 10,000, 30,000 and 100,000 AWS principals with ten grants each, as an export for each account, and
 * scans it again: unchanged, after one principal in a hundred was given another permission (a team's accounts), and after as many
 * were, a few in every account. Time and memory of the whole command, from the files to effective permissions, paths, findings
 * and the report for people. Run by hand, after `npm run build`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/identities.ts [PRINCIPALS …]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authorizationDetails, GRANTS, PRINCIPALS } from './identities/account.ts';
import { measure, type Usage } from './secrets-speed/measure.ts';

const LAPSE = fileURLToPath(new URL('../dist/src/cli/bin.js', import.meta.url));
/** One in so many changes. */
const CHANGED = 100;

/**
 * Writes all accounts; the ids of accounts begin at 100000000000.
 *
 * @param seed - added to what a principal is given, by its number in the account and the number of the account.
 */
function write(folder: string, principals: number, seed: (index: number, account: number) => number): void {
  for (let number = 0; number < principals / PRINCIPALS; number++) {
    const account = String(100_000_000_000 + number);
    writeFileSync(
      join(folder, `${account}.json`),
      authorizationDetails(account, (index) => seed(index, number)),
    );
  }
}

function scan(folder: string): Usage {
  const output = ['--quiet', '--output', '/dev/null'];
  const store = ['--store', join(folder, '..', 'inventory.db')];
  return measure({ command: process.execPath, args: [LAPSE, 'scan', folder, '--only', 'aws', ...store, ...output] });
}

function line(name: string, { cpu, wall, memory }: Usage): string {
  return `${name.padEnd(34)} ${cpu.toFixed(1).padStart(7)} s CPU ${wall.toFixed(1).padStart(7)} s ${Math.round(memory)} MB\n`;
}

const sizes = process.argv.slice(2).map(Number);
for (const principals of sizes.length > 0 ? sizes : [10_000, 30_000, 100_000]) {
  const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  const folder = join(scratch, 'organisation');
  try {
    mkdirSync(folder);
    write(folder, principals, () => 0);
    const first = scan(folder);
    process.stdout.write(line(`${principals} principals, ${principals * GRANTS} grants`, first));
    const again = (name: string, seed: (index: number, account: number) => number) => {
      write(folder, principals, seed);
      const usage = scan(folder);
      process.stdout.write(`${line(`  ${name}`, usage)}    ${(usage.cpu / first.cpu).toFixed(2)} of the first\n`);
    };
    const changed = principals / CHANGED;
    again('again', () => 0);
    const ofTeam = (index: number, account: number) => (account * PRINCIPALS + index < changed ? 1 : 0);
    again(`1 in ${CHANGED} changed, together`, ofTeam);
    again(
      `1 in ${CHANGED} changed, everywhere`,
      (index, account) => ofTeam(index, account) + (index % CHANGED === 7 ? 2 : 0),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
