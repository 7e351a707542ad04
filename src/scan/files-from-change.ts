import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileRef } from './file-source.ts';
import { type ChangedFile, changedFiles, NOTHING } from './git/changed-files.ts';
import type { GitRepository } from './git/open-repository.ts';
import { headCommit } from './git/resolve-commit.ts';
import { IgnoreRules } from './ignore-rules.ts';
import { placeOf } from './path-bytes.ts';
import type { ScanNotice, ScanProblem } from './run.ts';

export interface ChangeOptions {
  readonly repository: GitRepository;
  /** Only these files and directories, relative to the top of the repository; all without it. */
  readonly paths?: readonly string[];
  /** Patterns in gitignore's syntax, relative to the top of the repository: `scan.exclude`. */
  readonly exclude?: readonly string[];
}

/** A change that is not a commit yet. */
export interface FilesOfChange {
  /** Contents as the change has them. */
  readonly now: readonly FileRef[];
  /** Contents that it takes the place of, in changed and in deleted files. */
  readonly replaced: readonly { readonly hash: string; readonly path: string }[];
  readonly problems: readonly ScanProblem[];
  readonly notices: readonly ScanNotice[];
}

/**
 * What is staged, against `HEAD`. A file that is named and has no staged change is read as it is on the disk, whole: whoever names
 * all files, as `pre-commit run --all-files` does, means all of them.
 */
export async function filesOfStaged(options: ChangeOptions): Promise<FilesOfChange> {
  const { repository, paths = [] } = options;
  const changed = (await changesOf(options, { index: true })).filter(({ path }) => isWanted(path, options));
  const staged = new Set(changed.map(({ path }) => path));
  const named = paths.filter((path) => path !== '' && !staged.has(path) && isFile(repository, path));
  return {
    now: [
      ...changed.flatMap(blobOf),
      ...named.filter((path) => isWanted(path, options)).map((path) => diskFile(repository, path)),
    ],
    replaced: changed.flatMap(replacedBy),
    problems: [],
    notices: [
      ...(changed.length === 0 && named.length === 0
        ? [{ message: 'nothing is staged: nothing was looked at', location: { path: '.' } }]
        : []),
      ...(named.length === 0
        ? []
        : [
            {
              message: `${named.length} of the named files have no staged change and were read whole`,
              location: { path: '.' },
            },
          ]),
    ],
  };
}

/** What differs from `HEAD`; everything does before the first commit. */
export async function changesOf(
  { repository }: ChangeOptions,
  target: { readonly index: true } | { readonly workingTree: readonly string[] },
): Promise<readonly ChangedFile[]> {
  return changedFiles(repository, (await headCommit(repository)) ?? NOTHING, target);
}

export function blobOf({ path, after }: ChangedFile): readonly FileRef[] {
  return after === undefined ? [] : [{ from: 'blob', hash: after, path, unit: path }];
}

export function replacedBy({ path, before }: ChangedFile): FilesOfChange['replaced'] {
  return before === undefined ? [] : [{ hash: before, path }];
}

export function diskFile({ toplevel }: GitRepository, path: string): FileRef {
  return { from: 'disk', absolute: placeOf(join(toplevel, path)), path, unit: path };
}

function isFile({ toplevel }: GitRepository, path: string): boolean {
  return lstatSync(placeOf(join(toplevel, path)), { throwIfNoEntry: false })?.isFile() === true;
}

export function inPaths(path: string, paths: readonly string[] | undefined): boolean {
  return paths === undefined || paths.some((asked) => asked === '' || path === asked || path.startsWith(`${asked}/`));
}

/** In what was asked for, and not left out by `exclude` or a `.lapseignore` above it. */
export function isWanted(path: string, { repository, paths, exclude = [] }: ChangeOptions): boolean {
  if (!inPaths(path, paths)) return false;
  const directories = path.split('/').slice(0, -1);
  let rules = IgnoreRules.none.with('', exclude.join('\n'));
  for (let depth = 0; depth <= directories.length; depth++) {
    const directory = directories.slice(0, depth).join('/');
    if (directory !== '' && rules.ignores(`${directory}/`)) return false;
    const file = placeOf(join(repository.toplevel, directory, '.lapseignore'));
    if (existsSync(file)) rules = rules.with(directory, readFileSync(file, 'utf8'));
  }
  return !rules.ignores(path);
}
