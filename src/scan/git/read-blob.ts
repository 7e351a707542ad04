import { records } from './list-tree.ts';
import type { GitRepository } from './open-repository.ts';
import { resolveCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';

/**
 * The content of one file of a commit, for what must come from a trusted commit: configuration, policies, a baseline.
 *
 * @param path - relative to the top of the repository.
 * @returns undefined when the commit has no such file (a link counts as none).
 * @throws AppError ERR_SCAN_GIT when the revision is not known.
 */
export async function readBlob(repository: GitRepository, revision: string, path: string): Promise<Buffer | undefined> {
  const commit = await resolveCommit(repository, revision);
  if (path.split('/').some((part) => ['', '.', '..'].includes(part))) return undefined;
  const listed = await runGit(repository, ['ls-tree', '-z', '--full-tree', commit, '--', path]);
  const hash = /^100\d{3} blob ([0-9a-f]+)\t/.exec(records(listed)[0] ?? '')?.[1];
  if (hash === undefined) return undefined;
  return runGit(repository, ['cat-file', 'blob', hash]);
}
