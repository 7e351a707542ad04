/**
 * Runs lapse, as it is built, and the other secret scanners that are on PATH (see scripts/bench-peers) on the same input,
 * in turns, and prints what each took. Run by hand, after `npm run build`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/secrets-speed.ts [MODE …] [--rounds N] [--tools a,b]
 *       [--cache FOLDER] [--corpus FOLDER] [--repository FOLDER]
 *
 * Modes: `directory` (a corpus above 500 MB, of packages of registries, fetched into the cache), `findings` (what gitleaks
 * reports there and lapse does not), `history` (all commits of a repository with more than 1,000, fetched when none is
 * given), `staged` (a hook: ten files that are staged), `memory` (lapse alone, 50 MB to 2 GB of input).
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cpus, homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { corpusIn, sizeOf } from './secrets-speed/corpus.ts';
import { compareFindings } from './secrets-speed/findings.ts';
import { type Command, measure, median, type Usage } from './secrets-speed/measure.ts';
import { type Tool, toolsHere } from './secrets-speed/tools.ts';

const MODES = ['directory', 'findings', 'history', 'staged', 'memory'] as const;
/** Over 1,000 commits, and small enough to fetch. */
const REPOSITORY = 'https://github.com/expressjs/express';
const MEGABYTE = 1_000_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    tools: { type: 'string' },
    cache: { type: 'string', default: join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lapse-bench') },
    corpus: { type: 'string' },
    repository: { type: 'string' },
  },
});
const tools = toolsHere(values.tools?.split(','));
const cache = resolve(values.cache);

/** Every tool once, then every tool again: what else the machine does hits all alike. */
function inTurns(command: (tool: Tool, output: string) => Command, megabytes: number | undefined): void {
  const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  const usages = new Map<string, Usage[]>(tools.map(({ name }) => [name, []]));
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const tool of tools) {
        const output = join(scratch, `${tool.name}-${round}.json`);
        usages.get(tool.name)?.push(measure(command(tool, output)));
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const own = median(usages.get('lapse') ?? []);
  console.log('tool         CPU s   wall s   peak MB  MB per CPU-s   CPU of lapse to its');
  for (const [name, all] of usages) {
    const { cpu, wall, memory } = median(all);
    const rate = megabytes === undefined ? '–' : (megabytes / cpu).toFixed(1);
    console.log(
      `${name.padEnd(11)}${cpu.toFixed(2).padStart(7)}${wall.toFixed(2).padStart(9)}${memory.toFixed(0).padStart(10)}` +
        `${rate.padStart(14)}   ${name === 'lapse' ? '' : `1/${(cpu / own.cpu).toFixed(2)}`}`,
    );
  }
}

function corpus(): string {
  if (values.corpus !== undefined) return resolve(values.corpus);
  mkdirSync(cache, { recursive: true });
  return corpusIn(cache);
}

function directory(): void {
  const folder = corpus();
  const { files, bytes } = sizeOf(folder);
  console.log(`\ndirectory: ${files} files, ${(bytes / MEGABYTE).toFixed(0)} MB`);
  inTurns((tool, output) => tool.directory(folder, output), bytes / MEGABYTE);
}

function findings(): void {
  const folder = corpus();
  const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  try {
    const reports = tools
      .filter(({ name }) => name === 'lapse' || name === 'gitleaks')
      .map((tool) => {
        const output = join(scratch, `${tool.name}.json`);
        measure(tool.directory(folder, output));
        return tool.reports(output, folder);
      });
    const [own, other] = reports;
    if (own === undefined || other === undefined) throw new Error('findings needs gitleaks on PATH');
    console.log(`\nfindings, by file and line\n${compareFindings(own, other)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function repository(): string {
  if (values.repository !== undefined) return resolve(values.repository);
  const folder = join(cache, 'repository');
  if (!existsSync(folder)) execFileSync('git', ['clone', '--quiet', REPOSITORY, folder], { stdio: 'inherit' });
  return folder;
}

function history(): void {
  const folder = repository();
  const commits = execFileSync('git', ['-C', folder, 'rev-list', '--count', '--all'], { encoding: 'utf8' }).trim();
  console.log(`\nhistory: ${commits} commits`);
  inTurns((tool, output) => tool.history(folder, output), undefined);
}

/** Ten changed files are staged in a small repository of their own. */
function staged(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.invalid', ...args], { cwd: folder });
  try {
    git('init', '--quiet');
    const source = resolve('src/scan');
    const files = readdirSync(source)
      .filter((name) => name.endsWith('.ts'))
      .slice(0, 10);
    for (const name of files) copyFileSync(join(source, name), join(folder, name));
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    for (const name of files) writeFileSync(join(folder, name), `export const changed = true;\n`, { flag: 'a' });
    git('add', '.');
    console.log('\nstaged: a change of 10 files');
    inTurns((tool, output) => tool.staged(folder, output), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same files under other names, until there is enough of them. */
function memory(): void {
  const lapse = tools.find(({ name }) => name === 'lapse2');
  if (lapse === undefined) return;
  const parts = readdirSync(corpus(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:go|js|py|yaml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const folder = mkdtempSync(join(cache, 'memory-'));
  console.log('\nmemory: lapse over growing input\n      MB   peak MB   CPU s');
  try {
    let bytes = 0;
    let copies = 0;
    for (const megabytes of [50, 100, 200, 500, 1_000, 2_000]) {
      while (bytes < megabytes * MEGABYTE) {
        const part = parts[copies % parts.length] ?? '';
        const target = join(folder, String(copies % 100), `${copies}-${part.split('/').at(-1)}`);
        mkdirSync(join(target, '..'), { recursive: true });
        copyFileSync(part, target);
        bytes += statSync(target).size;
        copies++;
      }
      const { memory, cpu } = measure(lapse.directory(folder, join(folder, '..', 'memory.json')));
      const bar = '█'.repeat(Math.round(memory / 10));
      console.log(
        `${megabytes.toString().padStart(8)}${memory.toFixed(0).padStart(10)}${cpu.toFixed(1).padStart(8)}  ${bar}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}; ${tools.map(({ name }) => name).join(', ')}`,
);
const run = { directory, findings, history, staged, memory };
for (const mode of MODES) if (positionals.length === 0 || positionals.includes(mode)) run[mode]();
