import { createHash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf } from '../path-bytes.ts';
import { listTree, records, type TreeEntry } from './list-tree.ts';
import type { GitRepository } from './open-repository.ts';
import { resolveCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';

export interface ChangedFile {
  /** Relative to the top of the repository, with `/`. A renamed file is one that went and one that came. */
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
  /** Hash of what the base has there. */
  readonly before?: string;
  /** Hash of the newer content, where it is in the repository. */
  readonly after?: string;
}

/** The base before the first commit. */
export const NOTHING = '';

/** What a base is compared with: another commit, what is staged, or the files on disk that the caller has listed. */
export type ChangeTarget =
  | { readonly commit: string }
  | { readonly index: true }
  | { readonly workingTree: readonly string[] };

/**
 * The files that differ between a base commit and something newer, in the order of their paths.
 *
 * Files on disk are compared by us, byte for byte: git would run the content filters that the repository configures.
 * A file that a filter or a line-end conversion changed on its way to disk therefore counts as modified.
 *
 * @param base - a revision, or `NOTHING`.
 * @throws AppError ERR_SCAN_GIT when a revision is not known.
 */
export async function changedFiles(
  repository: GitRepository,
  base: string,
  target: ChangeTarget,
): Promise<readonly ChangedFile[]> {
  const from = base === NOTHING ? await emptyTree(repository) : await resolveCommit(repository, base);
  if ('workingTree' in target) {
    return compareWorkingTree(repository, base === NOTHING ? [] : await listTree(repository, from), target.workingTree);
  }
  const quiet = [
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--ignore-submodules=all',
    '--raw',
    '--no-abbrev',
    '-z',
  ];
  const output =
    'commit' in target
      ? await runGit(repository, ['diff-tree', '-r', ...quiet, from, await resolveCommit(repository, target.commit)])
      : await runGit(repository, ['diff-index', '--cached', ...quiet, from]);
  return parseRaw(records(output));
}

/** The tree without files, in the repository's own kind of hash; git knows it whether or not it is stored. */
async function emptyTree(repository: GitRepository): Promise<string> {
  return (await runGit(repository, ['hash-object', '-t', 'tree', '--stdin'])).toString('latin1').trim();
}

/** Raw form: `:oldmode newmode oldhash newhash status` and the path, each ended by NUL. */
function parseRaw(fields: readonly string[]): readonly ChangedFile[] {
  const changes: ChangedFile[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [oldMode, newMode, before, after] = fields[index]?.slice(1).split(' ') ?? [];
    const path = fields[index + 1];
    const was = oldMode?.startsWith('100') === true;
    const is = newMode?.startsWith('100') === true;
    if (path === undefined || !(was || is)) continue;
    changes.push({
      path,
      status: was && is ? 'modified' : is ? 'added' : 'deleted',
      ...(was && before !== undefined ? { before } : {}),
      ...(is && after !== undefined ? { after } : {}),
    });
  }
  return changes;
}

function compareWorkingTree(
  repository: GitRepository,
  tree: readonly TreeEntry[],
  paths: readonly string[],
): readonly ChangedFile[] {
  const before = new Map(tree.map((entry) => [entry.path, entry]));
  const present = new Set(paths);
  const changes: ChangedFile[] = [];
  for (const path of present) {
    const entry = before.get(path);
    if (entry === undefined) changes.push({ path, status: 'added' });
    else if (!sameContent(placeOf(join(repository.toplevel, path)), entry))
      changes.push({ path, status: 'modified', before: entry.hash });
  }
  for (const [path, { hash }] of before)
    if (!present.has(path)) changes.push({ path, status: 'deleted', before: hash });
  return changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** What cannot be read counts as changed: the scan will then say that it cannot be read. */
function sameContent(file: string | Buffer, entry: TreeEntry): boolean {
  try {
    const stat = lstatSync(file);
    if (!stat.isFile() || stat.size !== entry.size) return false;
    const hash = createHash(entry.hash.length === 64 ? 'sha256' : 'sha1');
    return hash.update(`blob ${stat.size}\0`).update(readFileSync(file)).digest('hex') === entry.hash;
  } catch {
    return false;
  }
}
