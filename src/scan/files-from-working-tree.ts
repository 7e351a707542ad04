import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../errors.ts';
import type { Location } from '../model/location.ts';
import type { FileSource } from './file-source.ts';
import { listIndex } from './git/list-tree.ts';
import type { GitRepository } from './git/open-repository.ts';
import type { IgnoreLine } from './ignore-rules.ts';
import { DEFAULT_MAX_FILE_SIZE } from './open-file.ts';
import { placeOf, realPath } from './path-bytes.ts';
import { problemOf } from './problem-of.ts';
import { EXCLUDE, walk } from './walk.ts';

export interface WorkingTreeOptions {
  /** Absolute. Locations are relative to it: the top of the repository, or the directory that was named. */
  readonly base: string;
  /** Files and directories below the base, absolute or relative to it; the whole base without it. */
  readonly paths?: readonly string[];
  /** The repository whose working tree the base is or lies in: `.gitignore` counts, but never for files it tracks. */
  readonly repository?: GitRepository;
  /** Patterns in gitignore's syntax, relative to the base: `scan.exclude`. */
  readonly exclude?: readonly string[];
  /** `.lapseignore` files by directory (relative to the base), instead of those on disk: those of a trusted commit. */
  readonly lapseIgnore?: ReadonlyMap<string, string>;
  /** Bytes; larger files are streamed, by the scanners that can. */
  readonly maxFileSize?: number;
}

/**
 * Files on disk. `.git`, links, and what `.gitignore`, `.lapseignore` and `exclude` name are left out; what git tracks
 * and what the user names himself is looked at even if git ignores it.
 *
 * @throws AppError ERR_SCAN_PATH_NOT_FOUND, at once, when a path does not exist or lies outside of the base.
 */
export function filesFromWorkingTree(options: WorkingTreeOptions): FileSource {
  const base = realpathSync(resolve(options.base));
  const starts = (options.paths ?? ['']).map((path) => startOf(base, path));
  return {
    scopes: starts.map((start) => (start.directory && start.path !== '' ? `${start.path}/` : start.path)),
    maxFileSize: options.maxFileSize ?? DEFAULT_MAX_FILE_SIZE,
    async *files(report) {
      const idle: IgnoreLine[] = [];
      const paths = await listWorkingTree(
        options,
        (error, path) => report.problem(problemOf(error, { path }), path),
        idle,
      );
      for (const line of idle) report.notice?.(idleNotice(line));
      report.expect?.(paths.length);
      for (const path of paths) {
        yield { from: 'disk', absolute: placeOf(join(base, path)), path, unit: path };
      }
    },
  };
}

/**
 * The paths that `filesFromWorkingTree` would read, relative to the base, sorted.
 *
 * @param onError - is told what cannot be listed.
 * @param idle - takes the lines of `.lapseignore` and `exclude` that leave nothing out, where all of the base is listed.
 */
export async function listWorkingTree(
  options: WorkingTreeOptions,
  onError: (error: AppError, path: string) => void,
  idle: IgnoreLine[] = [],
): Promise<readonly string[]> {
  const base = realpathSync(resolve(options.base));
  const { repository, exclude = [], lapseIgnore } = options;
  const starts = (options.paths ?? ['']).map((path) => startOf(base, path));
  const lists = repository !== undefined && starts.some(({ directory }) => directory);
  const tracked = lists ? await trackedFiles(repository, base) : [];
  const found = new Set<string>();
  for (const start of starts) {
    if (!start.directory) {
      found.add(start.path);
      continue;
    }
    const gitExclude =
      repository === undefined ? undefined : readIfThere(join(repository.commonDirectory, 'info', 'exclude'));
    const walked = walk({
      base,
      start: start.path,
      exclude,
      gitignore: repository !== undefined,
      onError,
      ...(gitExclude === undefined ? {} : { gitExclude }),
      ...(lapseIgnore === undefined ? {} : { lapseIgnore }),
    });
    for (const path of walked.paths) found.add(path);
    const prefix = start.path === '' ? '' : `${start.path}/`;
    for (const path of tracked) {
      if (path.startsWith(prefix) && !found.has(path) && !walked.excludes(path) && isRegular(join(base, path)))
        found.add(path);
    }
    if (start.path === '') idle.push(...walked.idleLines());
  }
  return [...found].sort();
}

/** How a line of an ignore file that leaves nothing out is told. */
export function idleNotice({ file, line, pattern }: IgnoreLine): {
  readonly message: string;
  readonly location: Location;
} {
  if (file !== EXCLUDE)
    return { message: `${JSON.stringify(pattern)} leaves nothing out`, location: { path: file, line } };
  return { message: `scan.exclude: ${JSON.stringify(pattern)} leaves nothing out`, location: { path: 'lapse.yaml' } };
}

/** Where one of the paths that were asked for is, relative to the base. */
function startOf(base: string, path: string): { readonly path: string; readonly directory: boolean } {
  const asked = resolve(base, path);
  const place = placeOf(asked);
  if (!existsSync(place)) throw new AppError('ERR_SCAN_PATH_NOT_FOUND', `${path}: no such file or directory`);
  const inside = relative(base, realPath(asked)).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../') || isAbsolute(inside)) {
    throw new AppError('ERR_SCAN_PATH_NOT_FOUND', `${path}: lies outside of ${base}`);
  }
  return { path: inside, directory: statSync(place).isDirectory() };
}

/** Files in git's index, relative to the base; those above or beside the base are left out. */
async function trackedFiles(repository: GitRepository, base: string): Promise<readonly string[]> {
  const inside = relative(repository.toplevel, base).split(sep).join('/');
  const prefix = inside === '' ? '' : `${inside}/`;
  const entries = await listIndex(repository);
  return entries.flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
}

/** A tracked path may lead through a link, which would be followed here: each directory of it must be a real one. */
function isRegular(file: string): boolean {
  try {
    return lstatSync(placeOf(file)).isFile() && realPath(file) === file;
  } catch {
    return false;
  }
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
