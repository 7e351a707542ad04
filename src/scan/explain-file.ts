import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Location } from '../model/location.ts';
import type { StaticSecret } from '../model/static-secret.ts';
import type { ArchiveLimits } from './archives/archive-limits.ts';
import { filesFromWorkingTree, listWorkingTree } from './files-from-working-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import type { IgnoreLine } from './ignore-rules.ts';
import { runScan } from './run.ts';
import type { Scanner } from './scanner.ts';
import type { ConsideredInFile } from './secrets/trace.ts';
import { walk } from './walk.ts';

/** Why a scan of everything does not read a file, if it does not. */
export type NotRead =
  | { readonly why: 'ignored'; readonly by: IgnoreLine }
  | { readonly why: 'git-internal' | 'link' | 'not-a-file' | 'empty' | 'not-listed' };

/** What became of a file and of every place in it that a rule looked at. Holds no value. */
export interface FileExplanation {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** What the scanner calls its content; `binary` when it is no text. */
  readonly formats: readonly string[];
  readonly notRead?: NotRead;
  /** In the order of the text. */
  readonly considered: readonly ConsideredInFile[];
  readonly secrets: readonly StaticSecret[];
  readonly problems: readonly { readonly message: string; readonly location: Location }[];
  readonly notices: readonly { readonly message: string; readonly location: Location }[];
}

export interface ExplainOptions {
  /** Absolute: the top of the repository, or the folder that would be scanned. */
  readonly base: string;
  /** The file, relative to the base. */
  readonly path: string;
  readonly repository?: GitRepository;
  readonly exclude: readonly string[];
  readonly maxFileSize: number;
  readonly archives?: ArchiveLimits;
  readonly scanner: Scanner;
  readonly now: Date;
}

/**
 * Reads one file as a scan would and keeps account of everything that was considered. A file that a scan of everything leaves
 * out is read too, when it can be: then it is said what would be found in it.
 *
 * @throws {AppError} ERR_SCAN_PATH_NOT_FOUND
 */
export async function explainFile(options: ExplainOptions): Promise<FileExplanation> {
  const { base, path, scanner, now, archives } = options;
  const considered: ConsideredInFile[] = [];
  const secrets: StaticSecret[] = [];
  const stat = lstatSync(join(base, path), { throwIfNoEntry: false });
  const notRead = await whyNotRead(options);
  const isFile = stat?.isFile() === true;
  const source = filesFromWorkingTree({ base, paths: isFile ? [path] : [], maxFileSize: options.maxFileSize });
  const result = await runScan({
    sources: [source],
    scanners: [scanner],
    ...(archives === undefined ? {} : { archives }),
    context: {
      now,
      cluster: 'cluster',
      // Values must be told apart here, and nothing else: a number is enough, and gives nothing away.
      fingerprint: numbering(),
      trace: (one) => considered.push(one),
    },
    async sink(facts) {
      for (const fact of facts) if (fact.kind === 'secret') secrets.push(fact.body);
    },
  });
  return {
    path,
    size: stat?.size ?? 0,
    formats: Object.keys(result.scanners[scanner.id]?.formats ?? {}),
    ...(notRead === undefined ? {} : { notRead }),
    considered: considered.sort(byPlace).filter((one, index, all) => index === 0 || !isSame(one, all[index - 1])),
    secrets,
    problems: result.problems,
    notices: result.notices,
  };
}

async function whyNotRead(options: ExplainOptions): Promise<NotRead | undefined> {
  const { base, path, repository, exclude } = options;
  const stat = lstatSync(join(base, path), { throwIfNoEntry: false });
  if (path.split('/').includes('.git')) return { why: 'git-internal' };
  if (stat?.isSymbolicLink() === true) return { why: 'link' };
  if (stat !== undefined && !stat.isFile()) return { why: 'not-a-file' };
  const listed = await listWorkingTree(
    { base, exclude, ...(repository === undefined ? {} : { repository }) },
    () => undefined,
  );
  if (listed.includes(path)) return stat?.size === 0 ? { why: 'empty' } : undefined;
  const by = walk({
    base,
    start: '',
    exclude,
    gitignore: repository !== undefined,
    onError: () => undefined,
  }).whatIgnores(path);
  return by === undefined ? { why: 'not-listed' } : { why: 'ignored', by };
}

function numbering(): (value: string) => string {
  const known = new Map<string, string>();
  return (value) => {
    const number = known.get(value) ?? String(known.size + 1).padStart(64, '0');
    known.set(value, number);
    return number;
  };
}

/** One name can hold several keywords, and each leads to the same place. */
function isSame(a: ConsideredInFile, b: ConsideredInFile | undefined): boolean {
  return b !== undefined && a.reason === b.reason && byPlace(a, b) === 0;
}

function byPlace(a: ConsideredInFile, b: ConsideredInFile): number {
  return (
    (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
    a.line - b.line ||
    a.column - b.column ||
    a.endColumn - b.endColumn ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0) ||
    (a.reason < b.reason ? -1 : a.reason > b.reason ? 1 : 0)
  );
}
