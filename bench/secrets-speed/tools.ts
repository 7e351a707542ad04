import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, isThere } from './measure.ts';

/** One line that a tool reports. */
export interface Report {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  /** It is known by the name that it is given to, and by nothing else. */
  readonly generic?: boolean;
}

/** A scanner that is measured. */
export interface Tool {
  readonly name: string;
  /** Scans all files below a folder. */
  directory(folder: string, output: string): Command;
  /** Scans all commits of a repository. */
  history(repository: string, output: string): Command;
  /** Scans what is staged there. */
  staged(repository: string, output: string): Command;
  /** What a run wrote, by path below the folder. */
  reports(output: string, folder: string): readonly Report[];
}

const LAPSE = fileURLToPath(new URL('../../dist/src/cli/bin.js', import.meta.url));

interface LapseReport {
  readonly secrets: readonly {
    readonly rule: string;
    readonly confidence: string;
    readonly locations: readonly { readonly path: string; readonly line: number }[];
  }[];
}

type GitleaksReport = readonly { readonly RuleID: string; readonly File: string; readonly StartLine: number }[];

/** Secrets alone, as the others do. */
function lapseScan(mode: readonly string[], output: string): Command {
  const common = ['--only', 'secrets', '--store', `${output}.db`, '--quiet', '--format', 'json', '--output', output];
  return { command: process.execPath, args: [LAPSE, 'scan', ...common, ...mode] };
}

function gitleaks(mode: readonly string[], output: string): Command {
  const quiet = ['--no-banner', '--log-level', 'error'];
  return { command: 'gitleaks', args: [...mode, ...quiet, '--report-format', 'json', '--report-path', output] };
}

function kingfisher(mode: readonly string[], output: string): Command {
  const quiet = ['--no-validate', '--no-update-check', '--quiet'];
  return { command: 'kingfisher', args: ['scan', ...mode, ...quiet, '--format', 'json', '--output', output] };
}

/** @param jobs - threads that read. */
function lapse(name: string, jobs: number): Tool {
  return {
    name,
    directory: (folder, output) => lapseScan(['--jobs', String(jobs), folder], output),
    history: (repository, output) => lapseScan(['--jobs', String(jobs), '--git-history', repository], output),
    staged: (repository, output) => ({
      command: process.execPath,
      args: [LAPSE, 'scan', '--staged', '--quiet', '--format', 'json', '--output', output],
      cwd: repository,
    }),
    reports(output, folder) {
      const { secrets } = JSON.parse(readFileSync(output, 'utf8')) as LapseReport;
      return secrets.flatMap(({ rule, confidence, locations }) =>
        locations.map(({ path, line }) => ({
          rule,
          line,
          generic: confidence === 'generic' && rule.startsWith('generic/'),
          path: path.startsWith('/') ? relative(folder, path) : path,
        })),
      );
    },
  };
}

const TOOLS: readonly Tool[] = [
  lapse('lapse', 1),
  lapse('lapse2', 2),
  {
    name: 'kingfisher',
    directory: (folder, output) => kingfisher([folder, '--git-history', 'none'], output),
    history: (repository, output) => kingfisher([repository, '--git-history', 'full'], output),
    staged: (repository, output) => kingfisher([repository, '--staged'], output),
    reports: () => [],
  },
  {
    name: 'gitleaks',
    directory: (folder, output) => gitleaks(['dir', folder], output),
    history: (repository, output) => gitleaks(['git', repository], output),
    staged: (repository, output) => gitleaks(['git', '--staged', repository], output),
    reports(output, folder) {
      const found = JSON.parse(readFileSync(output, 'utf8')) as GitleaksReport;
      return found.map(({ RuleID, File, StartLine }) => ({
        rule: RuleID,
        line: StartLine,
        path: File.startsWith('/') ? relative(folder, File) : relative(folder, join(process.cwd(), File)),
      }));
    },
  },
];

/** lapse as it is built, with one thread and with two, and those of the others that are on PATH. */
export function toolsHere(names: readonly string[] | undefined): readonly Tool[] {
  return TOOLS.filter(
    ({ name }) => (names === undefined || names.includes(name)) && (name.startsWith('lapse') || isThere(name)),
  );
}
