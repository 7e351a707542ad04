import { listTree } from './list-tree.ts';
import type { GitRepository } from './open-repository.ts';
import { runGit } from './run-git.ts';

/**
 * The content of one file of a commit, for what must come from a trusted commit: configuration, policies, a baseline.
 *
 * @param path - relative to the top of the repository.
 * @returns undefined when the commit has no such file (a link counts as none).
 * @throws AppError ERR_SCAN_GIT when the revision is not known.
 */
export async function readBlob(repository: GitRepository, revision: string, path: string): Promise<Buffer | undefined> {
  const entry = (await listTree(repository, revision)).find((each) => each.path === path);
  return entry === undefined ? undefined : runGit(repository, ['cat-file', 'blob', entry.hash]);
}
