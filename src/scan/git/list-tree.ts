import { showPath } from '../path-bytes.ts';
import type { GitRepository } from './open-repository.ts';
import { headCommit, resolveCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';

/** A regular file of a commit or of the index. Links and submodules are not listed. */
export interface TreeEntry {
  /** Relative to the top of the repository, with `/`. */
  readonly path: string;
  /** Of the blob. */
  readonly hash: string;
  /** Bytes; the index does not say, nor does a commit whose content is not there. */
  readonly size?: number;
}

/** The commit that was listed last, which is mostly the one that is asked for again: what is in it never changes. */
const listed = new WeakMap<GitRepository, { readonly commit: string; readonly entries: readonly TreeEntry[] }>();

/**
 * The files of a commit, in the order of their paths.
 *
 * @throws AppError ERR_SCAN_GIT
 */
export async function listTree(repository: GitRepository, revision: string): Promise<readonly TreeEntry[]> {
  const commit = await resolveCommit(repository, revision);
  const last = listed.get(repository);
  if (last?.commit === commit) return last.entries;
  const output = await runGit(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  const entries = records(output).flatMap((record) => {
    const [, hash, size, path] = /^100\d{3} blob ([0-9a-f]+) +(\d+|BAD|-)\t(.+)$/s.exec(record) ?? [];
    if (hash === undefined || path === undefined) return [];
    // Without a size, the repository does not have the content.
    return [Number.isNaN(Number(size)) ? { path, hash } : { path, hash, size: Number(size) }];
  });
  listed.set(repository, { commit, entries });
  return entries;
}

/** The files of `HEAD`, without their sizes, which git would have to look up one by one; none before the first commit. */
export async function listHead(repository: GitRepository): Promise<readonly TreeEntry[]> {
  const output = await runGit(repository, ['ls-tree', '-r', '-z', '--full-tree', 'HEAD']).catch(async (error) => {
    if ((await headCommit(repository)) === undefined) return Buffer.alloc(0);
    throw error;
  });
  return records(output).flatMap((record) => {
    const [, hash, path] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(record) ?? [];
    return hash === undefined || path === undefined ? [] : [{ path, hash }];
  });
}

/** The files of the index (what is staged), without those in conflict. */
export async function listIndex(repository: GitRepository): Promise<readonly TreeEntry[]> {
  const output = await runGit(repository, ['ls-files', '--cached', '--stage', '--full-name', '-z']);
  return records(output).flatMap((record) => {
    const [, hash, path] = /^100\d{3} ([0-9a-f]+) 0\t(.+)$/s.exec(record) ?? [];
    return hash === undefined || path === undefined ? [] : [{ path, hash }];
  });
}

/** Where the index has submodules: repositories of their own. */
export async function listSubmodules(repository: GitRepository): Promise<readonly string[]> {
  const output = await runGit(repository, ['ls-files', '--cached', '--stage', '--full-name', '-z']);
  return records(output).flatMap((record) => /^160000 [0-9a-f]+ 0\t(.+)$/s.exec(record)?.[1] ?? []);
}

/** Splits what git writes with `-z`. What stands before a path is ASCII. */
export function records(output: Buffer): string[] {
  const text = output.toString('utf8');
  const parts = text.includes('\ufffd')
    ? output
        .toString('latin1')
        .split('\0')
        .map((part) => showPath(Buffer.from(part, 'latin1')))
    : text.split('\0');
  if (parts.at(-1) === '') parts.pop();
  return parts;
}
