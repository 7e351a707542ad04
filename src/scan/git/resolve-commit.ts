import { AppError } from '../../errors.ts';
import type { GitRepository } from './open-repository.ts';
import { runGit } from './run-git.ts';

/** Hashes that are known to be commits of a repository: what a hash is never changes. */
const known = new WeakMap<GitRepository, Set<string>>();

/**
 * The full hash of the commit that a revision names.
 *
 * @throws AppError ERR_SCAN_GIT when there is none.
 */
export async function resolveCommit(repository: GitRepository, revision: string): Promise<string> {
  const commits = known.get(repository) ?? new Set();
  known.set(repository, commits);
  if (commits.has(revision)) return revision;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const hash = await runGit(repository, args).catch((cause: unknown) => {
    throw new AppError('ERR_SCAN_GIT', `no commit is called ${JSON.stringify(revision)}`, {
      cause,
      hint: 'a shallow clone has only its newest commits: fetch more of the history',
    });
  });
  const commit = hash.toString('utf8').trim();
  commits.add(commit);
  return commit;
}

/** The commit that `HEAD` is, or undefined in a repository without commits. */
export async function headCommit(repository: GitRepository): Promise<string | undefined> {
  return resolveCommit(repository, 'HEAD').catch(() => undefined);
}
