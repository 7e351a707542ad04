import type { Config } from '../config/config.ts';
import type { UnitFact } from '../model/fact.ts';
import type { Problem } from '../model/snapshot.ts';
import { archiveLimits } from '../scan/archives/archive-limits.ts';
import type { FileRef, FileSource } from '../scan/file-source.ts';
import { filesFromTree } from '../scan/files-from-tree.ts';
import { filesFromWorkingTree, idleNotice, listWorkingTree } from '../scan/files-from-working-tree.ts';
import { type ChangedFile, changedFiles } from '../scan/git/changed-files.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import type { IgnoreLine } from '../scan/ignore-rules.ts';
import { problemOf } from '../scan/problem-of.ts';
import { runScan, type ScanNotice, type ScanResult } from '../scan/run.ts';
import type { ScanContext, Scanner } from '../scan/scanner.ts';

/** What the files of a change say, before it and with it. */
export interface ScannedChange {
  readonly changed: readonly ChangedFile[];
  /** From files that the change does not touch. */
  readonly common: readonly UnitFact[];
  readonly before: readonly UnitFact[];
  readonly after: readonly UnitFact[];
  /** What could not be read of the change. */
  readonly problems: readonly Problem[];
  /** What could not be read before the change either; it is not the fault of the change. */
  readonly olderProblems: readonly Problem[];
  /** Comments and ignore files that are of no use, where everything is judged. */
  readonly notices: readonly ScanNotice[];
  /** What of the configuration suppressed a finding. */
  readonly used: ReadonlySet<string>;
}

export interface ScanChangeOptions {
  readonly repository: GitRepository;
  /** Commit; without one everything is new. */
  readonly base: string | undefined;
  readonly config: Config;
  /** `.lapseignore` files by directory; those on disk when absent. */
  readonly lapseIgnore?: ReadonlyMap<string, string>;
  /** Whether `lapse:allow` comments count in changed files. */
  readonly honourComments: boolean;
  readonly scanners: readonly Scanner[];
  readonly context: Omit<ScanContext, 'emit' | 'problem'>;
}

/**
 * Reads the working tree once, and of the base only what differs. Inline `lapse:allow` comments do not count in changed files, on
 * either side: a change cannot excuse what it adds, and what was excused before is on both sides.
 */
export async function scanChange(options: ScanChangeOptions): Promise<ScannedChange> {
  const { repository, base, config, lapseIgnore } = options;
  const tree = {
    base: repository.toplevel,
    repository,
    exclude: config.scan.exclude,
    maxFileSize: config.scan.max_file_size,
    ...(lapseIgnore === undefined ? {} : { lapseIgnore }),
  };
  const listing: Problem[] = [];
  const idle: IgnoreLine[] = [];
  const paths = await listWorkingTree(tree, (error, path) => listing.push(problemOf(error, { path })), idle);
  const changed: readonly ChangedFile[] =
    base === undefined
      ? paths.map((path) => ({ path, status: 'added' }))
      : await changedFiles(repository, base, { workingTree: paths });
  const touched = new Set(changed.map(({ path }) => path));
  const untouched = paths.filter((path) => !touched.has(path));
  const now = changed.flatMap(({ path, status }) => (status === 'deleted' ? [] : [path]));
  const then = changed.flatMap(({ path, status }) => (status === 'added' ? [] : [path]));
  // What is read together with a file that changes may say something else by it: then it belongs to the change as well.
  const together = changed.some(({ path }) => isGathered(path, options))
    ? untouched.filter((path) => isGathered(path, options))
    : [];
  const unchanged = filesFromWorkingTree({ ...tree, paths: untouched });
  const common = await facts([together.length === 0 ? unchanged : reading(unchanged, () => 'apart')], options, true);
  const beside = new Set(together);
  const withChange = (source: FileSource) => reading(source, (path) => (beside.has(path) ? 'together' : undefined));
  const after = await facts(
    [withChange(filesFromWorkingTree({ ...tree, paths: [...now, ...together] }))],
    options,
    options.honourComments,
  );
  const older = [...then, ...together];
  const before = await facts(
    base === undefined || older.length === 0 ? [] : [withChange(filesFromTree(base, { ...tree, paths: older }))],
    options,
    options.honourComments,
  );
  return {
    changed,
    common: common.facts,
    before: before.facts,
    after: after.facts,
    problems: [...listing, ...after.problems.filter(({ location }) => !beside.has(location.path))],
    olderProblems: [...common.problems, ...after.problems.filter(({ location }) => beside.has(location.path))],
    notices: [...(options.honourComments ? idle.map(idleNotice) : []), ...after.notices],
    used: new Set([...common.used, ...after.used]),
  };
}

function isGathered(path: string, { scanners }: ScanChangeOptions): boolean {
  return scanners.some(({ gathers }) => gathers?.includes(path) !== undefined);
}

/** The same files, some of them read in another way. */
function reading(source: FileSource, how: (path: string) => FileRef['reading'] | undefined): FileSource {
  return {
    ...source,
    async *files(report) {
      for await (const ref of source.files(report)) {
        const reading = how(ref.path);
        yield reading === undefined ? ref : { ...ref, reading };
      }
    },
  };
}

interface ScannedFacts extends Pick<ScanResult, 'notices' | 'used'> {
  readonly facts: readonly UnitFact[];
  readonly problems: readonly Problem[];
}

async function facts(
  sources: readonly FileSource[],
  { scanners, context, config }: ScanChangeOptions,
  honourComments: boolean,
): Promise<ScannedFacts> {
  const found: UnitFact[] = [];
  const archives = archiveLimits(config.scan);
  const result = await runScan({
    sources,
    scanners,
    ...(archives === undefined ? {} : { archives }),
    context: { ...context, honourComments },
    async sink(batch) {
      found.push(...batch);
    },
  });
  return {
    facts: found,
    problems: result.problems.map(({ code, message, location }) => ({ code, message, location })),
    notices: result.notices,
    used: result.used,
  };
}
