import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { LabelledCase } from './labelled-cases.ts';

/** Commands of scanners that are used when they are on PATH; `{dir}` is the folder of the texts, `{out}` a file for the report. */
const KNOWN: Readonly<Record<string, string>> = {
  gitleaks: 'gitleaks dir {dir} --report-format json --report-path {out} --no-banner --exit-code 0 --log-level error',
  kingfisher:
    'kingfisher scan {dir} --format json --output {out} --no-validate --no-update-check --no-dedup --confidence low',
};

/** The known scanners that are on PATH. */
export function knownPeers(): readonly string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return Object.entries(KNOWN).flatMap(([name, command]) =>
    folders.some((folder) => existsSync(join(folder, name))) ? [command] : [],
  );
}

/**
 * Runs a scanner over the texts, each in a file of its own, and tells which of them it reports: those whose file its report or
 * its standard output names.
 *
 * @param command - words separated by spaces, with `{dir}` and, where the scanner writes a file, `{out}`.
 */
export function casesReportedBy(command: string, cases: readonly LabelledCase[]): ReadonlySet<LabelledCase> {
  const root = mkdtempSync(join(tmpdir(), 'accuracy-'));
  try {
    const dir = join(root, 'texts');
    const out = join(root, 'report');
    mkdirSync(dir);
    for (const [index, { text }] of cases.entries()) writeFileSync(join(dir, `${fileName(index)}.txt`), text);
    const [program = '', ...args] = command.split(' ').map((word) => word.replace('{dir}', dir).replace('{out}', out));
    const { error, stdout } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
    if (error !== undefined) throw error;
    const report = existsSync(out) ? readFileSync(out, 'utf8') : stdout;
    const named = new Set(report.match(/case-\d{6}(?=\.txt)/g));
    return new Set(cases.filter((_, index) => named.has(fileName(index))));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function fileName(index: number): string {
  return `case-${String(index).padStart(6, '0')}`;
}
