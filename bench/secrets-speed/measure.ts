import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one run of a command took. */
export interface Usage {
  /** User and system time of the process and of the children that it waited for. */
  readonly cpu: number;
  /** Seconds. */
  readonly wall: number;
  /** MB that the largest of its processes had resident at a time. */
  readonly memory: number;
}

/** A command, in a folder. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

const FORMAT = '%U %S %e %M';
/** Findings are no failure: gitleaks 1, kingfisher 200 to 205, lapse 1 and 3. */
const FINE = new Set([0, 1, 3, 200, 205]);

/**
 * Runs a command under GNU time.
 *
 * @throws Error when it fails.
 */
export function measure({ command, args, cwd }: Command): Usage {
  const scratch = mkdtempSync(join(tmpdir(), 'lapse-bench-'));
  const report = join(scratch, 'usage');
  try {
    const { status, stderr, error } = spawnSync('/usr/bin/time', ['-f', FORMAT, '-o', report, command, ...args], {
      ...(cwd === undefined ? {} : { cwd }),
      encoding: 'utf8',
      maxBuffer: 256 * 1024 ** 2,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (error !== undefined) throw error;
    if (!FINE.has(status ?? -1)) throw new Error(`${command} ended with ${status}: ${stderr.slice(-2_000)}`);
    const [user = 0, system = 0, wall = 0, kilobytes = 0] = (
      readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? ''
    )
      .split(' ')
      .map(Number);
    return { cpu: user + system, wall, memory: kilobytes / 1_024 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The run in the middle, by CPU time. */
export function median(usages: readonly Usage[]): Usage {
  const sorted = usages.toSorted((a, b) => a.cpu - b.cpu);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}

/** Whether a program is on PATH. */
export function isThere(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}
