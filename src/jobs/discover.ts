import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { AppError } from '../errors.ts';
import type { FactKind } from '../model/fact.ts';
import type { Problem } from '../model/snapshot.ts';
import type { ArchiveLimits } from '../scan/archives/archive-limits.ts';
import type { CodeOwners } from '../scan/code-owners/code-owners.ts';
import { ownedByCode } from '../scan/code-owners/owned-by-code.ts';
import { readCodeOwners } from '../scan/code-owners/read-code-owners.ts';
import type { ContentMemory } from '../scan/content-memory.ts';
import type { FileSource } from '../scan/file-source.ts';
import { type ExportFile, filesFromExports } from '../scan/files-from-exports.ts';
import {
  filesFromHistory,
  HISTORY_UNIT,
  type HistoryFilesOptions,
  type HistoryListing,
  listHistory,
} from '../scan/files-from-history.ts';
import { filesFromHead } from '../scan/files-from-tree.ts';
import { filesFromWorkingTree } from '../scan/files-from-working-tree.ts';
import { type GitRepository, openRepository } from '../scan/git/open-repository.ts';
import { origin } from '../scan/git/origin.ts';
import type { Connection } from '../scan/live/collector.ts';
import { filesFromConnection } from '../scan/live/files-from-connection.ts';
import {
  runScan,
  type ScanNotice,
  type ScannerCounts,
  type ScanOptions,
  type ScanProgress,
  type ScanResult,
} from '../scan/run.ts';
import { scanHistory } from '../scan/scan-history.ts';
import type { ScanPool } from '../scan/scan-pool.ts';
import type { ScanContext, Scanner } from '../scan/scanner.ts';
import type { Coverage, InventoryStore, KnownFile, SnapshotDraft } from '../store/inventory/inventory-store.ts';
import { type ChangedFiles, changedFiles } from './changed-files.ts';
import { onePerCause } from './one-per-cause.ts';

export interface DiscoverOptions {
  /** Files and folders, relative to `cwd`. */
  readonly paths: readonly string[];
  readonly cwd: string;
  /** Relative to `folder`, and named so: the same export is the same source, wherever it is scanned from. */
  readonly exports: readonly ExportFile[];
  /** Providers that are asked; whoever connected them closes them. */
  readonly live?: readonly LiveSource[];
  /** Where the configuration is. */
  readonly folder: string;
  readonly scanners: readonly Scanner[];
  readonly store: InventoryStore;
  readonly now: Date;
  readonly fingerprint: ScanContext['fingerprint'];
  /** `owner/name`; the repository's origin when absent. */
  readonly repository?: string;
  readonly cluster: string;
  readonly exclude: readonly string[];
  /** Bytes. */
  readonly maxFileSize: number;
  /** Reads the git history too. */
  readonly history: boolean;
  /** What earlier scans have read of histories. */
  readonly memory?: ContentMemory;
  /** Looks into archives; not, when absent. */
  readonly archives?: ArchiveLimits;
  /** Reads what is worth it in threads of its own, with the same scanners. */
  readonly pool?: ScanPool;
  /** Names all that decides what is found in a content; without it, every file is read. */
  readonly revision?: string;
  onProgress?(progress: ScanProgress): void;
}

/** Of what findings are. */
const SUBJECTS: ReadonlySet<FactKind> = new Set(['secret', 'principal', 'credential']);

/** A provider that is asked, and the scanner that reads its answers. */
export interface LiveSource {
  readonly connection: Connection;
  readonly scanner: string;
}

/** What a discovery run read, over all of its roots. */
export interface Discovery {
  readonly problems: readonly Problem[];
  readonly notices: readonly ScanNotice[];
  /**
   * Absent when everything was looked at. When paths were named below that, what of the inventory stands in them: ids of whatever
   * a finding may be about.
   */
  readonly seen?: ReadonlySet<string>;
  /** What of the configuration suppressed a finding. */
  readonly used: ReadonlySet<string>;
  readonly read: readonly { readonly scanner: string; readonly format: string; readonly files: number }[];
  readonly files: number;
  readonly bytes: number;
}

/** One thing that is scanned as a whole: a repository, a folder, an export. Its name makes the source of its snapshots. */
interface Root {
  readonly name: string;
  readonly files: FileSource;
  readonly scanners: readonly Scanner[];
  /** Given when it is a history: what to read of it. */
  readonly history?: HistoryFilesOptions;
  /** What is there to be read of it, where git was asked already. */
  readonly listing?: Promise<HistoryListing>;
  readonly repository?: string;
  /** Given when it is a cluster that is asked. */
  readonly cluster?: string;
  /** Given when only a part of the root is looked at. */
  readonly only?: readonly string[];
  /** Of a work tree: who answers for its files. */
  readonly owners?: CodeOwners;
  /** Whether it is a part of the folder that the configuration is of. */
  readonly below?: boolean;
  close(): void;
}

/**
 * Reads everything that is asked for into the inventory: one snapshot for each scanner and root, all with the same time. What
 * cannot be read is in `problems`, and ends nothing in the inventory.
 *
 * @throws {AppError} ERR_SCAN_PATH_NOT_FOUND before anything is read; what the store throws.
 */
export async function discover(options: DiscoverOptions): Promise<Discovery> {
  const results: ScanResult[] = [];
  const roots = openRoots(options);
  const seen = roots.some(({ only, below }) => only !== undefined || below === true) ? new Set<string>() : undefined;
  try {
    let listing: Promise<HistoryListing> | undefined;
    for (const [index, root] of roots.entries()) {
      // Git is at work on a history while the files before it are read.
      const next = roots[index + 1]?.history;
      const ahead = next === undefined ? undefined : listHistory(next);
      results.push(await scanRoot(listing === undefined ? root : { ...root, listing }, options, seen));
      listing = ahead;
    }
  } finally {
    for (const root of roots) root.close();
  }
  return {
    problems: onePerCause(results.flatMap((result) => result.problems)),
    notices: results.flatMap((result) => result.notices),
    ...(seen === undefined ? {} : { seen }),
    used: new Set(results.flatMap((result) => result.used)),
    read: countFormats(results),
    files: results.reduce((sum, result) => sum + result.files.read, 0),
    bytes: results.reduce((sum, result) => sum + result.files.bytes, 0),
  };
}

async function scanRoot(root: Root, options: DiscoverOptions, seen: Set<string> | undefined): Promise<ScanResult> {
  const drafts = new Map<string, SnapshotDraft>();
  try {
    for (const { id } of root.scanners) {
      drafts.set(id, await options.store.begin({ source: `${id}:${root.name}`, at: options.now }));
    }
    const repository = options.repository ?? root.repository;
    const scan: Omit<ScanOptions, 'sources'> = {
      scanners: root.scanners,
      context: {
        now: options.now,
        cluster: root.cluster ?? options.cluster,
        fingerprint: options.fingerprint,
        ...(repository === undefined ? {} : { repository }),
      },
      async sink(found) {
        const { owners } = root;
        const facts = owners === undefined ? found : found.map((fact) => ownedByCode(fact, owners));
        if (seen !== undefined) {
          for (const { kind, body } of facts) if (SUBJECTS.has(kind)) seen.add(body.id);
        }
        for (const [scanner, draft] of drafts) {
          const own = facts.filter((fact) => fact.scanner === scanner);
          if (own.length > 0) await draft.add(own);
        }
      },
      ...(options.archives === undefined ? {} : { archives: options.archives }),
      ...(options.pool === undefined ? {} : { pool: options.pool }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress.bind(options) }),
    };
    const changed = seen === undefined ? changedFilesOf(root, options, repository) : undefined;
    const { result: read, units } = await readRoot(
      changed === undefined ? root : { ...root, files: changed.source },
      changed === undefined ? scan : { ...scan, tellWhole: true },
      options.memory,
    );
    const result = changed === undefined ? read : withKept(read, changed.kept.values());
    const known = options.store.readFiles(root.name);
    await known.forget();
    for (const [scanner, draft] of drafts) {
      const problems = result.problems.filter(
        (problem) => problem.scanner === undefined || problem.scanner === scanner,
      );
      await draft.keep(changed?.kept.keys() ?? []);
      await draft.commit({
        coverage: coverageOf(root, problems),
        units: changed === undefined ? units(scanner) : (result.scanners[scanner]?.files ?? 0),
        problems: problems.map(({ code, message, location }) => ({ code, message, location })),
      });
      drafts.delete(scanner);
    }
    if (changed !== undefined) await known.remember(changed.known(read));
    return result;
  } finally {
    for (const draft of drafts.values()) await draft.abort();
  }
}

/** Histories have a memory of their own, links and providers are asked anew. */
function changedFilesOf(
  { name, files, history, owners, cluster }: Root,
  { revision, store, cluster: configured }: DiscoverOptions,
  repository: string | undefined,
): ChangedFiles | undefined {
  if (revision === undefined || history !== undefined) return undefined;
  const by = JSON.stringify([revision, repository ?? null, cluster ?? configured, owners?.text ?? null]);
  return changedFiles(files, store.readFiles(name), by);
}

/** What was left out counts as read. */
function withKept(result: ScanResult, kept: Iterable<KnownFile>): ScanResult {
  const scanners: Record<string, ScannerCounts> = { ...result.scanners };
  const files = { ...result.files };
  for (const { size, formats } of kept) {
    files.seen++;
    files.read++;
    files.bytes += size;
    for (const [scanner, format] of formats) {
      const known = scanners[scanner] ?? { formats: {}, files: 0, facts: {} };
      scanners[scanner] = {
        ...known,
        files: known.files + 1,
        formats: { ...known.formats, [format]: (known.formats[format] ?? 0) + 1 },
      };
    }
  }
  return { ...result, files, scanners };
}

/** Of a history, what is remembered counts as read. */
async function readRoot(
  { files, history, listing }: Root,
  scan: Omit<ScanOptions, 'sources'>,
  memory: ContentMemory | undefined,
): Promise<{ readonly result: ScanResult; units(scanner: string): number }> {
  if (history === undefined) {
    const result = await runScan({ ...scan, sources: [files] });
    return { result, units: (scanner) => result.scanners[scanner]?.files ?? 0 };
  }
  const { result, contents } = await scanHistory({
    ...scan,
    history,
    ...(listing === undefined ? {} : { listing }),
    ...(memory === undefined ? {} : { memory }),
  });
  return { result, units: () => contents };
}

function coverageOf(root: Root, problems: readonly { readonly unit: string }[]): Coverage {
  const unread = [...new Set(problems.map((problem) => problem.unit))];
  if (root.only !== undefined) return { read: 'only', paths: root.only, except: unread };
  return unread.length > 0 ? { read: 'except', paths: unread } : { read: 'all' };
}

/**
 * Everything that is to be scanned, opened; whoever opened it closes it.
 *
 * @throws {AppError} ERR_SCAN_PATH_NOT_FOUND
 */
export function openRoots(options: DiscoverOptions): readonly Root[] {
  const byBase = new Map<string, { readonly git: GitRepository | undefined; readonly paths: string[] }>();
  for (const path of options.paths) {
    const asked = resolve(options.cwd, path);
    if (!existsSync(asked)) throw new AppError('ERR_SCAN_PATH_NOT_FOUND', `${path}: no such file or directory`);
    const absolute = realpathSync(asked);
    const git = openRepository(absolute);
    const base = git?.toplevel ?? (statSync(absolute).isDirectory() ? absolute : resolve(absolute, '..'));
    const known = byBase.get(base);
    if (known === undefined) byBase.set(base, { git, paths: [absolute] });
    else {
      git?.close();
      known.paths.push(absolute);
    }
  }
  return [
    ...[...byBase].flatMap(([base, { git, paths }]) => treeRoots(base, git, paths, options)),
    ...options.exports.map((file) => exportRoot(file, options)),
    ...(options.live ?? []).map((live) => liveRoot(live, options)),
  ];
}

function treeRoots(
  base: string,
  git: GitRepository | undefined,
  paths: readonly string[],
  { exclude, maxFileSize, scanners, history, folder }: DiscoverOptions,
): readonly Root[] {
  const repository = git === undefined ? undefined : origin(git);
  const name = repository ?? base;
  const whole = paths.includes(base);
  const only = whole ? undefined : paths.map((path) => relative(base, path));
  const common = { name, scanners, ...(repository === undefined ? {} : { repository }) };
  const owners = git === undefined || git.bare ? undefined : readCodeOwners(git.toplevel);
  const tree: Root = {
    ...common,
    ...(owners === undefined ? {} : { owners }),
    files:
      git?.bare === true
        ? filesFromHead({ repository: git, exclude, maxFileSize })
        : filesFromWorkingTree({
            base,
            exclude,
            maxFileSize,
            ...(whole ? {} : { paths }),
            ...(git === undefined ? {} : { repository: git }),
          }),
    ...(only === undefined ? {} : { only }),
    below: git === undefined && isBelow(base, folder),
    close: () => git?.close(),
  };
  if (!history || git === undefined) return [tree];
  // A source of its own: a scan that does not look at history ends nothing of it.
  const part: HistoryFilesOptions = {
    repository: git,
    exclude,
    maxFileSize,
    ...(only === undefined ? {} : { paths: only }),
  };
  const past: Root = {
    ...common,
    name: `${name}:history`,
    scanners: scanners.filter((scanner) => scanner.history === true),
    files: filesFromHistory(part),
    history: part,
    ...(only === undefined ? {} : { only: only.map((path) => HISTORY_UNIT + path) }),
    close: () => undefined,
  };
  return [tree, past];
}

function isBelow(path: string, folder: string): boolean {
  const inside = relative(realpathSync(folder), path);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

/** A folder of exports is read whole; a file by itself. Either is a source of its own, named as the user names it. */
function exportRoot(file: ExportFile, { folder: cwd, maxFileSize, scanners }: DiscoverOptions): Root {
  const absolute = resolve(cwd, file.path);
  const folder = existsSync(absolute) && statSync(absolute).isDirectory();
  const source = folder
    ? filesFromWorkingTree({ base: absolute, maxFileSize })
    : filesFromExports([file], { cwd, maxFileSize });
  return { name: `export:${file.path}`, scanners, files: source, close: () => undefined };
}

function liveRoot({ connection, scanner }: LiveSource, { maxFileSize, scanners }: DiscoverOptions): Root {
  const { name, cluster } = connection;
  const files = filesFromConnection(connection, { scanner, maxFileSize });
  return {
    name: `live:${name}`,
    // What a provider says of itself is no place that somebody left a secret in.
    scanners: scanners.filter(({ id }) => id === scanner),
    files,
    ...(cluster === undefined ? {} : { cluster }),
    close: () => files.close(),
  };
}

function countFormats(results: readonly ScanResult[]): Discovery['read'] {
  const counts = new Map<string, { scanner: string; format: string; files: number }>();
  for (const { scanners } of results) {
    for (const [scanner, { formats }] of Object.entries(scanners)) {
      for (const [format, files] of Object.entries(formats)) {
        const key = `${scanner}\n${format}`;
        const known = counts.get(key) ?? { scanner, format, files: 0 };
        counts.set(key, { ...known, files: known.files + files });
      }
    }
  }
  return [...counts.values()];
}
