import { mergeBase } from '../scan/git/merge-base.ts';
import type { GitRepository } from '../scan/git/open-repository.ts';
import { headCommit, resolveCommit } from '../scan/git/resolve-commit.ts';

/** What a change is compared with. Without a commit everything is new. */
export interface Base {
  readonly commit?: string;
  /** For people: which ref it is, and why that one. */
  readonly because: string;
}

export interface ChooseBaseOptions {
  /** What the user named. */
  readonly asked?: string;
  /** The branch that a pull request goes to, when the CI says so (`GITHUB_BASE_REF`). */
  readonly targetBranch?: string;
  /** Whether the working tree differs from a commit. */
  readonly dirty: (commit: string) => Promise<boolean>;
}

/**
 * Chooses the base: the merge base with what was asked for; else with the target branch of the pull request or the main branch.
 * On the main branch itself that is the newest commit while there are uncommitted changes, and its parent when there are none.
 *
 * @throws {AppError} ERR_SCAN_GIT when what was asked for is not a commit, or has nothing in common with HEAD.
 */
export async function chooseBase(repository: GitRepository, options: ChooseBaseOptions): Promise<Base> {
  const head = await headCommit(repository);
  if (head === undefined) return { because: 'the repository has no commit yet' };
  const { asked, targetBranch } = options;
  if (asked !== undefined) {
    return { commit: await mergeBase(repository, head, asked), because: `merge base with ${asked}` };
  }
  const target = targetBranch === undefined || targetBranch === '' ? [] : [`origin/${targetBranch}`, targetBranch];
  for (const candidate of [...target, 'origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']) {
    const commit: string | undefined = await mergeBase(repository, head, candidate).catch(() => undefined);
    if (commit !== undefined && commit !== head) return { commit, because: `merge base with ${candidate}` };
  }
  if (await options.dirty(head)) return { commit: head, because: 'HEAD, for the uncommitted changes' };
  const parent = await resolveCommit(repository, 'HEAD^').catch(() => undefined);
  return parent === undefined
    ? { because: 'the repository has one commit' }
    : { commit: parent, because: 'parent of HEAD, which is on the main branch' };
}
