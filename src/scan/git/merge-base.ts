import { AppError } from '../../errors.ts';
import type { GitRepository } from './open-repository.ts';
import { resolveCommit } from './resolve-commit.ts';
import { runGit } from './run-git.ts';

/**
 * The commit where two revisions parted: what a change is compared with.
 *
 * @throws AppError ERR_SCAN_GIT when one of them is not known, or they have nothing in common.
 */
export async function mergeBase(repository: GitRepository, one: string, other: string): Promise<string> {
  const commits = [await resolveCommit(repository, one), await resolveCommit(repository, other)];
  const found = await runGit(repository, ['merge-base', ...commits]).catch((cause: unknown) => {
    throw new AppError('ERR_SCAN_GIT', `${JSON.stringify(one)} and ${JSON.stringify(other)} have no commit in common`, {
      cause,
      hint: 'a shallow clone has only its newest commits: fetch more of the history',
    });
  });
  return found.toString('utf8').trim();
}
