import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { records } from './list-tree.ts';
import type { GitRepository } from './open-repository.ts';
import { runGit } from './run-git.ts';

/** Where history begins to be read. */
export interface HistoryTips {
  /** Hashes of commits. */
  readonly commits: readonly string[];
  /** References to what the repository does not have. */
  readonly missing: readonly string[];
}

const HASH = /^[0-9a-f]{40,64}$/;

/**
 * The commits of everything that keeps history alive: all references (branches, tags, remotes, notes, the stash, those of
 * forges' pull requests), the `HEAD` of every work tree, and the older entries of the stash, which only its log knows.
 */
export async function historyTips(repository: GitRepository): Promise<HistoryTips> {
  const named = new Map<string, string>();
  for (const { name, hash } of [
    ...workTreeHeads(repository),
    ...stashLog(repository),
    ...(await references(repository)),
  ])
    named.set(hash, name);
  if (named.size === 0) return { commits: [], missing: [] };
  // Annotated tags stand for their commits; what stands for no commit at all, such as a tag of a key file, has no history.
  const asked = [...named.keys()];
  const input = asked.map((hash) => `${hash}^{commit}\n${hash}\n`).join('');
  const lines = (await runGit(repository, ['cat-file', '--batch-check'], input)).toString('utf8').split('\n');
  const commits = new Set<string>();
  const missing: string[] = [];
  asked.forEach((hash, index) => {
    const [commit, type] = lines[2 * index]?.split(' ') ?? [];
    if (type === 'commit' && commit !== undefined) commits.add(commit);
    else if (lines[2 * index + 1]?.endsWith(' missing') !== false) missing.push(named.get(hash) ?? hash);
  });
  return { commits: [...commits], missing: missing.sort() };
}

interface Named {
  readonly name: string;
  readonly hash: string;
}

async function references(repository: GitRepository): Promise<readonly Named[]> {
  const output = await runGit(repository, ['for-each-ref', '--format=%(objectname) %(refname)%00']);
  return records(output).flatMap((record) => {
    const [hash = '', name = ''] = record.trimStart().split(' ');
    return HASH.test(hash) ? [{ name, hash }] : [];
  });
}

/** Those that are on a branch are known by the branch. */
function workTreeHeads({ gitDirectory, commonDirectory }: GitRepository): readonly Named[] {
  const linked = listed(join(commonDirectory, 'worktrees')).map((name) => join(commonDirectory, 'worktrees', name));
  return [...new Set([gitDirectory, commonDirectory, ...linked])].flatMap((directory) => {
    const hash = readIfThere(join(directory, 'HEAD')).trim();
    return HASH.test(hash) ? [{ name: 'HEAD', hash }] : [];
  });
}

/** One line for each entry: the hash before, the hash after, and who, when and why. */
function stashLog({ commonDirectory }: GitRepository): readonly Named[] {
  const lines = readIfThere(join(commonDirectory, 'logs', 'refs', 'stash')).split('\n');
  return lines.flatMap((line) => {
    const hash = line.split(' ', 2)[1] ?? '';
    return HASH.test(hash) ? [{ name: 'refs/stash', hash }] : [];
  });
}

function listed(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
