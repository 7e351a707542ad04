/**
 * What `lapse check` takes before policies are asked for the first time. Run by hand, after `npm run build`:
 *
 *     node --import ./test/support/typescript-loader.mjs bench/check-start.ts [RUNS]
 *
 * A repository with a change of two files, by the shipped policies alone, and with a configuration and a policy of
 * its own, which is in the cache after the first run. CPU time of the process with all its threads, user and system; in turns
 * with a Node that does nothing, since a busy machine makes both slower. Git's processes are told apart.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './secrets-speed/measure.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const LAPSE = path('../dist/src/cli/bin.js');
const HOOK = path('./check-start/hook.mjs');
const MARK = '@check-start@';
const runs = Number(process.argv[2] ?? 15);

const WORKFLOW = 'on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n';
const POLICY = `# METADATA
# title: No owner
# custom: {id: no-owner, severity: low}
package custom.rules["no-owner"]

finding contains {"id": "no-owner", "subject": input.principal.id, "detail": {}} if {
	input.type == "principal"
	not input.principal.owner
}
`;

/** Seconds of CPU. */
interface Used {
  readonly own: number;
  readonly children: number;
}

/** What the hook says of a run. */
interface Told {
  readonly compiler: boolean;
  readonly first: Used;
  readonly end: Used;
}

function repository(folder: string, extra: Readonly<Record<string, string>>): string {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], { cwd: folder });
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--message', 'change');
  };
  mkdirSync(folder);
  git('init', '--quiet', '--initial-branch', 'main');
  write({ 'src/program.py': 'print(1)\n', ...extra });
  git('checkout', '--quiet', '-b', 'change');
  write({ 'src/program.py': 'print(2)\n', '.github/workflows/build.yml': WORKFLOW });
  return folder;
}

function check(cwd: string, cache: string): Told {
  const { stderr } = spawnSync(process.execPath, ['--import', HOOK, LAPSE, 'check', '--base', 'main', '--quiet'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: cache, CHECK_START: MARK },
  });
  const told = stderr.split('\n').find((line) => line.startsWith(MARK));
  if (told === undefined) throw new Error(`nothing was told: ${stderr}`);
  return JSON.parse(told.slice(MARK.length));
}

const idle = () => measure({ command: process.execPath, args: ['--eval', '0'] }).cpu;

function line(name: string, seconds: readonly number[]): string {
  const sorted = seconds.toSorted((one, other) => one - other).map((each) => Math.round(each * 1_000));
  return `  ${name.padEnd(44)} ${sorted[0]} ms at least, ${sorted[Math.floor(sorted.length / 2)]} in the middle`;
}

const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
try {
  const cases = {
    'shipped policies alone': {},
    'configuration and a policy': {
      'lapse.yaml': 'version: 1\npolicy:\n  paths: [policies]\n',
      'policies/no-owner.rego': POLICY,
    },
  };
  for (const [name, extra] of Object.entries(cases)) {
    const cache = join(scratch, 'cache');
    const folder = repository(join(scratch, name.replaceAll(/\W+/g, '-')), extra);
    check(folder, cache);
    const pairs = Array.from({ length: runs }, () => ({ idle: idle(), told: check(folder, cache) }));
    const told = pairs.map((pair) => pair.told);
    console.log(`${name}, ${runs} runs${told.some(({ compiler }) => compiler) ? ', the COMPILER WAS LOADED' : ''}`);
    console.log(
      line(
        'a Node that does nothing',
        pairs.map((pair) => pair.idle),
      ),
    );
    console.log(
      line(
        'before policies are asked',
        told.map(({ first }) => first.own),
      ),
    );
    console.log(
      line(
        "  beside it, git's processes",
        told.map(({ first }) => first.children),
      ),
    );
    console.log(
      line(
        'the whole command',
        told.map(({ end }) => end.own),
      ),
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
